"""The phrase table and its matcher. Every row of `rules/phrases/en.toml` and every counter-example in it is a test."""

from __future__ import annotations

from functools import cache

import pytest

from promptlint.compress.contract import losses
from promptlint.compress.patterns import expand
from promptlint.compress.phrases import Phrase, matcher, phrases, rule_name, table
from promptlint.compress.splice import Draft, applied, ordered

ALL = frozenset(("safe", "contraction", "unsafe"))
ROWS = [(kind, row) for kind in sorted(ALL) for row in getattr(table(), kind)]
NAMES = [f"{kind}: {row.words}" for kind, row in ROWS]

# What may stand around a phrase so that its conditions are met.
FRAMES = (
    "{}", "{} answer the question.", "{} the rules are met.", "{} the answer:\nx", "{} 5 words.", "{} you have a list.", "Read, {} write it.",
    "Read the text {}.", "{}.", "{}:\n- a", "the text {}:", "{} being short, stop.", "The tool {} read files.", "They go {} and win.",
    "{} an error, stop.", "{} be short.", "{} never read it.", "{} 'a' or 'b'.", "Go on, {} read it.", "{} helps.", "{} data.", "{} text,",
    "{} the evidence it holds.", "They indicate {} it rains.", "{} mistakes.", "{} words.", "{} context.", "They see {} cats.", "{} tool is here.",
    "{} read it.", "{} a word.", "Be kind {}, and stop.", "{}", "The cats {} a list.", "Collect the data {} it.", "{} like it.", "{} errors, stop.",
)  # fmt: skip


def made(text: str, kinds: frozenset[str] = ALL) -> str:
    draft = Draft(text, (), None)
    return applied(text, ordered(phrases(draft, kinds)))


@cache
def frames(form: str) -> list[tuple[str, str]]:
    """Texts that hold the form, at the start of a sentence in upper case."""
    texts = []
    for frame in FRAMES:
        start = frame.startswith("{}")
        texts.append(frame.format(form[:1].upper() + form[1:] if start else form))
    return [(text, made(text)) for text in texts]


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=NAMES)
def test_every_form_of_a_phrase_is_shortened_somewhere(kind: str, row: Phrase) -> None:
    for form in expand(row.words):
        assert any(after != text for text, after in frames(form.text)), form.text


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=NAMES)
def test_a_phrase_leaves_its_counter_examples_alone(kind: str, row: Phrase) -> None:
    for form in expand(row.words):
        for text in (
            *row.keep,
            f'Avoid "{form.text}" in the answer.',
            f"Never say {form.text}.",
            f"```\n{form.text} x\n```",
        ):
            assert only(text, form.text) == text


def only(text: str, form: str) -> str:
    """The text after the edits of one form alone."""
    edits = ordered(phrases(Draft(text, (), None), ALL))
    return applied(text, [edit for edit in edits if edit.rule == rule_name(form)])


@pytest.mark.parametrize(
    ("kind", "row"), [r for r in ROWS if r[0] != "unsafe"], ids=[n for n in NAMES if not n.startswith("unsafe")]
)
def test_a_safe_phrase_passes_the_contract(kind: str, row: Phrase) -> None:
    for form in expand(row.words):
        own = [(text, only(text, form.text)) for text, _ in frames(form.text)]
        shortened = [(text, after) for text, after in own if after != text]
        assert shortened
        for text, after in shortened:
            assert losses(text, after) == (), (text, after)


def test_rows_that_save_nothing_are_not_compiled() -> None:
    assert "utilize" in {row.words for row in table().none}
    assert "utilize" not in matcher(ALL).rows


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Please answer.", "Answer."),
        ("- please answer.", "- answer."),
        ("Your task is to read.", "Read."),
        ("Your task is to call_tool now.", "Your task is to call_tool now."),
        ("Read it. In order to win, run.", "Read it. To win, run."),
        ("Run IN ORDER TO win.", "Run IN ORDER TO win."),
        ("How To Make Sure That The Title Stays", "How To Make Sure That The Title Stays"),
        ("Do not guess, and DO NOT lie.", "Don't guess, and DO NOT lie."),
        ("Make sure not to ask.", "Don't ask."),
        ("Ensure it is kind.", "Ensure it's kind."),
        ("It will not be read.", "It won't be read."),
        ("The following context: x", "This context: x"),
        ("Answer in valid JSON format.", "Answer as valid JSON."),
        ("Answer in JSON format.", "Answer as JSON."),
        ("The following JSON:\n{}", "This JSON:\n{}"),
        ("You don’t need to ask.", "You needn't ask."),
    ],
)
def test_case_and_captured_words(before: str, after: str) -> None:
    assert made(before) == after


@pytest.mark.parametrize(
    "text",
    [
        "Your job is to read it, and if it fails, to write it.",
        "Your task is to read it and, where needed, to write it.",
        "Remember to read it and to write it.",
        "Note that you read it and that you write it.",
        "Make sure to read it, then to write it.",
        "Use a wide range of tools.",
        "Judge it with reference to the rubric.",
        "Judge it as a whole.",
        "This is a notebook and its title is: x",
        "Skip the following question.",
        "Always use the tool.",
    ],
)
def test_what_would_not_say_the_same_stays(text: str) -> None:
    assert made(text) == text


def test_the_longest_phrase_wins() -> None:
    assert made("Please make sure to read it.") == "Read it."


def test_a_or_an_follows_the_new_word() -> None:
    assert made("It is a very easy task.", frozenset(("unsafe",))) == "It is an easy task."


def test_no_word_is_made_to_stand_twice() -> None:
    assert made("It may only be able to, and then then stop.", frozenset(("safe",))).count("then then") == 1


def test_contractions_are_a_class_of_their_own() -> None:
    assert made("Do not guess.", frozenset(("safe",))) == "Do not guess."
    assert made("Do not guess.", frozenset(("contraction",))) == "Don't guess."


def test_manners_stay_where_they_are_the_task() -> None:
    assert made("Write an e-mail. Please greet the reader.") == "Write an e-mail. Please greet the reader."


def test_patterns_expand_to_all_forms() -> None:
    assert [f.text for f in expand("in (valid )?JSON (a|b)s?")] == [
        "in valid JSON as", "in valid JSON a", "in valid JSON bs", "in valid JSON b",
        "in JSON as", "in JSON a", "in JSON bs", "in JSON b",
    ]  # fmt: skip


def test_a_pattern_with_an_open_bracket_is_an_error() -> None:
    with pytest.raises(ValueError, match="brackets"):
        expand("in (a|b")
