"""`--engine llmlingua`: which words go, by a classifier that is written here; and the real llmlingua on a tiny model."""

from __future__ import annotations

import importlib.util
import os
import random
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from promptlint.cli import cli
from promptlint.compress.contract import Loss, losses
from promptlint.compress.engines import EngineError, Settings, load
from promptlint.compress.engines.llmlingua import LLMLingua
from promptlint.compress.engines.words import Labels
from promptlint.compress.rewrite import Rewrite
from promptlint.compress.splice import applied
from promptlint.money import tokens
from promptlint.money.tokens import count

SMALL = {"please", "kindly", "just", "really", "very", "help", "the", "a", "an", "of", "that", "is", "also", "so", "it"}
THERE = importlib.util.find_spec("llmlingua") is not None
real = [pytest.mark.llmlingua, pytest.mark.skipif(not THERE, reason="llmlingua is not installed")]


class Words:
    """Wants the words of a list dropped, and shows them as the classifier does: cut at marks, without blanks."""

    def __init__(self, small: set[str] = SMALL) -> None:
        self.small = small
        self.asked: list[str] = []

    def label(self, text: str) -> Labels:
        self.asked.append(text)
        return [(word, word.lower() not in self.small) for word in re.findall(r"\w+|[^\w\s]", text)]


def rewritten(text: str, classifier: Any = None) -> Rewrite:
    done = LLMLingua(classifier or Words()).rewrite(text, count=count)
    assert applied(text, done.changes) == done.text
    assert not losses(text, done.text)
    return done


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Please kindly read the report of the customer.", "Read report customer."),
        ("Read the report carefully, please.", "Read report carefully."),
        ("Read it slowly and carefully, please, today.", "Read slowly and carefully, today."),
        ("- Please read the report carefully.\n- Stop here.", "- Read report carefully.\n- Stop here."),
        ("1. Please read the report carefully.", "1. Read report carefully."),
        (
            "    Please read the report carefully.\n\n\n\tStop the car now please.",
            "    Read report carefully.\n\n\n\tStop car now.",
        ),
    ],
)
def test_words_go_and_the_layout_stays(before: str, after: str) -> None:
    assert rewritten(before).text == after


@pytest.mark.parametrize(
    "text",
    [
        "# Please read the report of the customer",
        "Write `the report of the a an` in it.",
        '"Please kindly read the report of the customer."',
        "{the} {{ a }} {% if the %}{% endif %} https://the.com/a/of/the",
        "```\nplease read the report of the customer\n```",
        "Do not name the author of a report.",
        "Answer only with the name of the city.",
        "If the report is a draft, stop.",
        "the the the the the the",
        "Please read it.",
        "Go from there to or into here.",
        "See [the report of the customer](x.md) and\n[a list of the users][1].",
        "Call it “The End of a Very Long Day”, or The House of the Sun.",
        "",
        "\n\n",
    ],
)
def test_what_is_protected_governed_or_too_short_stays(text: str) -> None:
    done = rewritten(text)
    assert (done.text, done.changes) == (text, ())


def test_only_free_prose_is_shown_to_the_classifier_one_piece_a_call() -> None:
    words = Words()
    rewritten(
        "Please read the report of {name} and then the list of a customer.\n`the code is`\n\nIt is the end of it.",
        words,
    )
    assert words.asked == ["Please read the report of", "and then the list of a customer.", "It is the end of it."]


def test_the_tags_of_llmlingua_are_text_that_stays() -> None:
    # Trap 6: with LLMLingua-2 they are ignored, stripped, or end in an error.
    text = "<llmlingua rate=0.3>Please read the report of the customer.</llmlingua>"
    words = Words()
    assert rewritten(text, words).text == "<llmlingua rate=0.3>Please read report customer.</llmlingua>"
    assert "llmlingua" not in "".join(words.asked)


def test_holes_that_the_owner_of_the_text_names_are_not_shown() -> None:
    words = Words()
    LLMLingua(words).rewrite("Please read the NAME of the report that is new.", count=count, holes=[(16, 20)])
    assert words.asked == ["of the report that is new."]


def test_every_edit_is_unsafe() -> None:
    done = rewritten("Please kindly read the report of the customer.")
    assert {(change.rule, change.safe) for change in done.changes} == {("llmlingua", False)}


def test_a_sentence_that_would_lose_something_stays_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def strict(before: str, after: str, *, syntax: str | None = None) -> tuple[Loss, ...]:
        return () if "the town of it" in after else (Loss("requirement", "the town of it", "", 1),)

    monkeypatch.setattr("promptlint.compress.acceptance.losses", strict)
    monkeypatch.setattr("promptlint.compress.engines.llmlingua.losses", strict)
    text = "Please read the report of the customer. Name the mayor of the town of it."
    done = LLMLingua(Words()).rewrite(text, count=count)
    assert done.text == "Read report customer. Name the mayor of the town of it."
    assert done.dropped == 1
    assert done.reasons == ((45, 'requirement lost: "the town of it"'),)


def test_a_whole_that_would_lose_something_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = Loss("requirement", "x", "", 1)
    monkeypatch.setattr("promptlint.compress.engines.llmlingua.losses", lambda *_, **__: (lost,))
    text = "Please read the report of the customer."
    done = LLMLingua(Words()).rewrite(text, count=count)
    assert (done.text, done.changes, done.dropped) == (text, (), 1)


def test_words_that_say_something_stay_whatever_the_classifier_wants() -> None:
    # The contract takes "Name and town" for it: a re-phrasing might say it in other words.
    words = Words({*SMALL, "author", "and", "to", "from"})
    text = "Please name the author and the town, from the first to the last."
    assert rewritten(text, words).text == "Name author and town, from first to last."


def test_a_character_that_the_model_does_not_know_keeps_its_sentence() -> None:
    # Trap 8: it would vanish without notice.
    class Blind(Words):
        def label(self, text: str) -> Labels:
            return super().label(text.encode("ascii", "ignore").decode())

    text = "Please show the 😀 of the user."
    done = rewritten(text, Blind())
    assert (done.text, done.dropped) == (text, 1)
    assert "does not know all of its characters" in done.reasons[0][1]


def test_a_text_of_which_nothing_would_be_left_stays() -> None:
    # Trap 11: one word, or words that all score alike, come back as nothing.
    done = rewritten("Really just please kindly the", Words())
    assert (done.text, done.dropped) == ("Really just please kindly the", 1)
    assert "leave nothing" in done.reasons[0][1]


def test_part_of_a_word_is_no_word() -> None:
    # Traps 7 and 10: `foo_bar(1)`, `1234.56` and `2024-05-06` come back in pieces.
    text = "Please set foo_the to 1234.56 on 2024-05-06 and a_b(the) in the/a file of it.\n"
    done = rewritten(text, Words({*SMALL, "1234", "05", "foo", "56", "b"}))
    assert done.text == "Set foo_the to 1234.56 on 2024-05-06 and a_b(the) in the/a file.\n"


def test_long_lines_are_shown_in_pieces() -> None:
    # Trap 14: above 510 tokens they are cut anywhere, and glued without a blank.
    words = Words()
    text = " ".join(["Read the long report now."] * 200)
    done = rewritten(text, words)
    assert done.text == " ".join(["Read long report now."] * 200)
    assert max(len(asked.split()) for asked in words.asked) == 150


@given(
    st.lists(
        st.sampled_from(
            ["Please", "the", "of", "it", "Name,", "really.", "city", "not", "{x}", "`a`", "\n", "- ", "a;", "3"]
        ),
        max_size=25,
    ),
    st.sets(st.sampled_from(sorted({*SMALL, "name", "city", "not", "3"}))),
)
def test_whatever_it_wants_dropped_nothing_is_lost(words: list[str], small: set[str]) -> None:
    text = " ".join(words)
    done = LLMLingua(Words(small)).rewrite(text, count=count)
    assert applied(text, done.changes) == done.text
    assert not losses(text, done.text)
    assert done.tokens_after == count(done.text) <= done.tokens_before
    assert done.text.count("\n") == text.count("\n")
    for kept in ("{x}", "`a`", "city", "3"):
        assert done.text.lower().count(kept) == text.lower().count(kept)


def test_a_text_that_makes_the_model_fail_stays() -> None:
    class Failing(Words):
        def label(self, text: str) -> Labels:
            raise ValueError("llmlingua failed on it (IndexError)")

    done = rewritten("Please read the report of the customer.", Failing())
    assert (done.changes, done.dropped) == ((), 1)


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["compress", "--engine", "llmlingua", *arguments], input=stdin)


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine where llmlingua seems to be installed, with a prompt in an empty folder."""
    if not THERE:
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    monkeypatch.chdir(tmp_path)
    Path("p.md").write_text("Please read the report of the customer.\n")
    return tmp_path


def test_without_llmlingua_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    done = run("--model", str(tmp_path), "-", stdin="Read.")
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "pip install 'promptlint-budget[llmlingua]'" in done.stderr
    assert "CPU build of torch first" in done.stderr


def config(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(text)
    return folder


BERT = '{"model_type": "bert", "architectures": ["BertForTokenClassification"]}'


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (lambda p: (), "needs --model, the folder of a LLMLingua-2 model"),
        (lambda p: ("--model", "./nowhere"), "--model ./nowhere: there is no such folder"),
        (lambda p: ("--model", "gpt-4o"), "--model gpt-4o: there is no such folder"),
        (lambda p: ("--model", "someone/bert-tiny"), "must hold `bert-base-multilingual-cased` or `xlm-roberta-large`"),
        (lambda p: ("--model", str(p)), "there is no config.json that can be read"),
        (lambda p: ("--model", str(config(p / "tiny", BERT))), "the path of the folder must hold `bert-base-multilingual"),
        (lambda p: ("--model", str(config(p / "xlm-roberta-large", BERT))), "its name says xlm-roberta, its config.json bert"),
        (lambda p: ("--model", str(config(p / "m", BERT.replace("Token", "Sequence")))), "this is no LLMLingua-2 model"),
        (lambda p: ("--model", str(config(p / "m", "{"))), "there is no config.json that can be read"),
        (lambda p: ("--model", str(p), "--rate", "1"), "--rate 1: it is the share of words to keep, above 0 and below 1"),
        (lambda p: ("--model", str(p), "--rate", "0"), "--rate 0: it is the share"),
        (lambda p: ("--model", str(p), "--rate", "nan"), "--rate nan: it is the share"),
    ],
)  # fmt: skip
def test_a_model_that_is_none_is_refused_before_it_is_loaded(
    pretended: Path, model: Callable[[Path], tuple[str, ...]], message: str
) -> None:
    # Traps 3 and 15.
    done = run(*model(pretended), "p.md")
    assert done.exit_code == 2
    assert done.stdout == ""
    assert message in done.stderr


# The real thing, on a model made by tests/tiny_model.py.


@pytest.fixture(scope="session", params=["bert", "xlmr"])
def tiny(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    sys.path.insert(0, str(Path(__file__).parent))
    try:
        from tiny_model import make
    finally:
        del sys.path[0]
    return make(tmp_path_factory.mktemp("models"), request.param)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a look-up of a name")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


def engine(folder: Path, rate: float = 0.4) -> Any:
    return load("llmlingua", Settings(model=str(folder), rate=rate, encoding=lambda: tokens.encoding("cl100k_base")))


TEXT = """\
Please kindly read the report of the customer and just write a summary that is very clear.
Do not include any personal data that the customer gave.

- Also name the 3 main points of the report, for {audience} and the team.
Call `foo_bar(1)` on 2024-05-06 for the sum of 1234.56, then see https://ex.com/a/the of the shop.
"""


class TestReal:
    pytestmark = real

    def test_words_go_and_nothing_is_lost(self, tiny: Path, no_network: None) -> None:
        done = engine(tiny).rewrite(TEXT, count=count)
        assert done.tokens_after == count(done.text) < done.tokens_before
        assert not losses(TEXT, done.text)
        assert done.text.startswith("Read report ")
        assert "Do not include any personal data that the customer gave." in done.text
        for kept in ("{audience}", "`foo_bar(1)`", "2024-05-06", "1234.56", "https://ex.com/a/the", "\n\n- "):
            assert kept in done.text
        assert done.text.count("\n") == TEXT.count("\n")
        assert not any(change.safe for change in done.changes)

    def test_it_gives_the_same_twice_and_is_loaded_once(self, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        import llmlingua

        made = []
        real_init = llmlingua.PromptCompressor.__init__

        def init(self: Any, *args: Any, **named: Any) -> None:
            made.append(named)
            real_init(self, *args, **named)

        monkeypatch.setattr(llmlingua.PromptCompressor, "__init__", init)
        model = engine(tiny)
        assert made == []
        assert model.rewrite(TEXT, count=count) == model.rewrite(TEXT, count=count)
        # Traps 2 and 4: neither a GPU nor code of the model is asked for.
        assert [(m["device_map"], m["use_llmlingua2"], m["model_config"]["trust_remote_code"]) for m in made] == [
            ("cpu", True, False)
        ]

    def test_chance_environment_and_tables_are_left_as_they_were(self, tiny: Path, no_network: None) -> None:
        # Traps 1 and 5.
        import numpy
        import tiktoken.registry
        import torch

        table = dict(tiktoken.registry.ENCODINGS)
        before = dict(os.environ)
        states = random.getstate(), str(numpy.random.get_state()), torch.get_rng_state().tolist()
        engine(tiny).rewrite(TEXT, count=count)
        assert (random.getstate(), str(numpy.random.get_state()), torch.get_rng_state().tolist()) == states
        assert {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"} == {
            k: v for k, v in before.items() if k != "PYTEST_CURRENT_TEST"
        }
        assert dict(tiktoken.registry.ENCODINGS) == table

    def test_special_tokens_are_text(self, tiny: Path) -> None:
        # Trap 12: a ValueError in its own call of tiktoken.
        labels = engine(tiny)._classifier.label("Please read the <|endoftext|> of the report.")
        assert "".join(word for word, _ in labels).replace("▁", "") == "Pleasereadthe<|endoftext|>ofthereport."

    @pytest.mark.parametrize("text", ["really really really really", "Read", "a", "###"])
    def test_empty_answers_keep_the_text(self, tiny: Path, text: str) -> None:
        # Trap 11.
        done = engine(tiny).rewrite(text, count=count)
        assert (done.text, done.changes) == (text, ())

    @pytest.mark.parametrize(
        "text", ["Please show the 😀 of the user.", "Please show the 日本語 of the user.", "Please show the № of it…"]
    )
    def test_characters_that_it_does_not_know_do_not_vanish(self, tiny: Path, text: str) -> None:
        # Trap 8.
        done = engine(tiny).rewrite(text, count=count)
        assert (done.text, done.dropped) == (text, 1)

    @pytest.mark.parametrize("rate", [0.01, 0.33, 0.5, 0.99])
    def test_negations_stay_at_every_rate(self, tiny: Path, rate: float) -> None:
        # Trap 9: "Do not include any personal data" became "Do include data" at 0.33.
        text = "Please do not include any personal data. DO  NOT show the name of the user, never the age.\n"
        done = engine(tiny, rate).rewrite(text, count=count)
        assert "not include any personal data" in done.text
        assert "DO  NOT show the name of the user, never the age." in done.text

    def test_long_texts_stay_whole(self, tiny: Path) -> None:
        # Traps 13 and 14.
        text = " ".join(
            f"Please read the report of the customer {name} and the team." for name in ["Ann", "Bob", "Cyd"] * 60
        )
        done = engine(tiny).rewrite(text, count=count)
        assert not losses(text, done.text)
        assert [done.text.count(name) for name in ("Ann", "Bob", "Cyd")] == [60, 60, 60]

    def test_a_hub_name_is_looked_up_only_when_that_is_said(self, tiny: Path, no_network: None) -> None:
        # Trap 17.
        name = "promptlint/no-such-xlm-roberta-large"
        done = run("--model", name, "-", stdin=TEXT)
        assert done.exit_code == 2
        assert (
            f"--model {name}: there is no such folder, and no model of that name was downloaded before" in done.stderr
        )

    def test_a_hub_that_cannot_be_reached_ends_in_2(self, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        import huggingface_hub

        def unreachable(*_: object, **__: object) -> None:
            raise OSError("We couldn't connect")

        monkeypatch.setattr(huggingface_hub, "snapshot_download", unreachable)
        done = run("--model", "promptlint/no-such-xlm-roberta-large", "--allow-download", "-", stdin=TEXT)
        assert done.exit_code == 2
        assert "could not be downloaded (OSError): check the name and the network" in done.stderr

    def test_a_folder_that_cannot_be_loaded_ends_in_2(self, tmp_path: Path, tiny: Path) -> None:
        folder = tmp_path / tiny.name
        folder.mkdir()
        (folder / "config.json").write_bytes((tiny / "config.json").read_bytes())
        with pytest.raises(EngineError, match="could not be loaded"):
            engine(folder).rewrite(TEXT, count=count)

    def test_the_command_prints_the_shorter_prompt(self, tiny: Path, tmp_path: Path) -> None:
        (tmp_path / "p.md").write_text("---\nname: the a of\n---\n" + TEXT)
        done = run("--model", str(tiny), "--rate", "0.4", str(tmp_path / "p.md"))
        assert done.exit_code == 0
        assert done.stdout.startswith("---\nname: the a of\n---\nRead report ")
        assert "(unsafe)" in done.stderr
        assert "Warning" not in done.stderr
