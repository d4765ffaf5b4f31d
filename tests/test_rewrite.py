"""The composition: what is kept, what is dropped, and what always holds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.compress import acceptance as module
from promptlint.compress.contract import Loss, losses
from promptlint.compress.rewrite import Rewrite, rewrite
from promptlint.compress.splice import Change, Edit, Step, applied, compose
from promptlint.money.tokens import count

WORDY = "Please make sure to answer in order to help.\n\nYour task is to read texts, images, and sounds.\n"


def made(text: str, **options: object) -> Rewrite:
    return rewrite(text, count=count, **options)  # type: ignore[arg-type]


def test_layers_work_together() -> None:
    done = made(WORDY)
    assert done.text == "Answer to help.\n\nRead texts, images and sounds.\n"
    assert (done.tokens_before, done.tokens_after) == (count(WORDY), count(done.text))


@pytest.mark.parametrize("text", ["", "Read it.", "\n", " ", "😀", "{x}", "```\nplease do not\n```", "Answer: "])
def test_a_text_without_findings_comes_back_as_it_is(text: str) -> None:
    assert made(text) == Rewrite(text, (), count(text), count(text), 0)


def test_layers_can_be_chosen() -> None:
    assert made(WORDY, layers=frozenset(("grammar",))).text == WORDY.replace("images, and", "images and")


def test_unsafe_edits_are_made_only_when_asked_for() -> None:
    text = "Read the text and a note."
    assert made(text).text == text
    done = made(text, unsafe=True)
    assert done.text == "Read text and note."
    assert not any(change.safe for change in done.changes)


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("Do not guess.", "Do not guess."),
        ("It is important to note that you must not lie.", "Do not lie."),
        ("You must not guess.", "Do not guess."),
        ("You do not need to read it.", "You need not read it."),
        ("Make sure to not make up facts.", "Do not invent facts."),
        ("You are going to read it.", "You will read it."),
    ],
)
def test_contractions_are_a_switch(text: str, full: str) -> None:
    assert made(text, contractions=False).text == full


def test_an_edit_that_saves_nothing_is_not_made() -> None:
    done = rewrite("Read it in order to win.", count=lambda text: 1)
    assert done.text == "Read it in order to win."
    assert done.dropped


def test_what_loses_something_is_dropped_and_the_rest_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def losses(before: str, after: str, *, syntax: str | None = None) -> tuple[Loss, ...]:
        return () if "that you have" in after else (Loss(kind="x", before="that", after="", line=2),)

    monkeypatch.setattr(module, "losses", losses)
    done = made("Do not guess.\nRead any file that you have.\nDo not lie.")
    assert done.text == "Don't guess.\nRead any file that you have.\nDon't lie."
    assert done.dropped == 1


def test_list_marks_that_lose_something_stay_together(monkeypatch: pytest.MonkeyPatch) -> None:
    def losses(before: str, after: str, *, syntax: str | None = None) -> tuple[Loss, ...]:
        return () if "Step 2: Write" in after else (Loss(kind="x", before="", after="", line=2),)

    monkeypatch.setattr(module, "losses", losses)
    text = "Step 1: Read.\nStep 2: Write.\nStep 3: Stop.\n"
    assert made(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "Do not guess.",
        "Read it in order to win.",
        "\n    Read.\n    Write.\n",
        "Use red, green, and blue.",
        "- The name of it",
    ],
)
def test_what_the_tables_prove_is_not_asked_for(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def losses(before: str, after: str, *, syntax: str | None = None) -> tuple[Loss, ...]:
        raise AssertionError

    monkeypatch.setattr(module, "losses", losses)
    assert made(text).text != text


@pytest.mark.parametrize("text", ['""in order to "', "'a don't do not b'", '"" do not ""', "`` do not ``"])
def test_what_may_be_quoted_is_asked_for(text: str) -> None:
    assert not losses(text, made(text).text)


@pytest.mark.parametrize("value", ["x", "", "word " * 90, 'say \\"x\\"', "it's", "1. one"])
def test_folded_json_keeps_the_contract(value: str) -> None:
    text = f'Answer so:\n{{\n  "a": "{value}",\n  "b": [\n    1, -2\n  ],\n  "c": "x, y"\n}}\n'
    assert not losses(text, made(text, unsafe=True).text)


def test_plain_json_is_folded_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    def losses(before: str, after: str, *, syntax: str | None = None) -> tuple[Loss, ...]:
        raise AssertionError

    monkeypatch.setattr(module, "losses", losses)
    assert made('Use:\n{\n  "a": "x",\n  "b": 1\n}\n', unsafe=True).text == 'Use:\n{"a":"x","b":1}\n'


HOLES = ("{name}", "{x!r:>8}", "{{ user.name }}", "{% if a %}", "%(key)s", "${b}", "<tag>")
PIECES = (
    "please ", "Please ", "make sure to ", "in order to ", "do not ", "Do not ", "you are ", "Your task is to ", "your ", "the ", "a ", "an ",
    "very ", "answer", "JSON format", "in ", "red, green, and blue", "that you ", "ensure ", "If so, then ", "the following tools:", "text",
    ". ", ", ", ": ", " ", "  ", "\n", "\n\n\n\n", "    ", "\n    ", "- ", "1. ", "**Name:** ", "# Title\n", "```\n", '"', "'", "`", "----------\n",
    '{"a": 1,\n  "b": 2}', "is not ", "NOT ", "etc", "😀", "\t", "\r\n", "Example:\n", "User: ", "| a | b |\n", "never ", "3 ", "if the provided summary ", "question and ", "'1' ", "only ", "at most ", "e.g. ", "IMPORTANT: ", *HOLES,
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


def known_holes(text: str) -> list[tuple[int, int]]:
    return [m.span() for hole in HOLES for m in re.finditer(re.escape(hole), text)]


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.booleans(), st.booleans())
def test_what_always_holds(text: str, unsafe: bool, known: bool) -> None:
    holes = sorted(known_holes(text)) if known else []
    done = made(text, unsafe=unsafe, holes=holes)
    assert done.tokens_after <= done.tokens_before
    assert done.tokens_after == count(done.text)
    assert applied(text, done.changes) == done.text
    ends = [0, *(place for change in done.changes for place in (change.start, change.end)), len(text)]
    assert ends == sorted(ends)
    found = [text[start:end] for start, end in sorted(known_holes(text))]
    assert [done.text[start:end] for start, end in sorted(known_holes(done.text))] == found
    for start, end in holes:
        assert not any(change.start < end and start < change.end for change in done.changes)
    assert not losses(text, done.text)
    last = text.rpartition("\n")[2]
    if last.strip() and done.text.rpartition("\n")[2].strip():  # an emoji may be all there is in it
        assert done.text.endswith(last[len(last.rstrip()) :])


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.booleans())
def test_rewriting_twice_changes_nothing_more(text: str, unsafe: bool) -> None:
    done = made(text, unsafe=unsafe)
    assert made(done.text, unsafe=unsafe).text == done.text


@pytest.mark.parametrize(
    "text",
    [
        "Provide '1' if the given summary can answer the question and '0' if the provided summary does not contain enough "
        "information to answer the question and answer '1' if the provided summary can answer the question correctly.\n",
        "Read the following notes of a similar kind:\n\nTalk on a different page, or stop.",
    ],
)
def test_what_would_change_again_is_not_changed(text: str) -> None:
    done = made(text, unsafe=True)
    assert made(done.text, unsafe=True).text == done.text


EDITS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4), st.sampled_from(["", "x", "yz"])), max_size=6)


def edits_on(text: str, drawn: list[tuple[int, int, str]]) -> list[Edit]:
    result: list[Edit] = []
    for start, length, content in sorted(drawn):
        end = min(start + length, len(text))
        if start <= len(text) and (not result or start >= result[-1].end) and (start, end) != (start, start):
            result.append(Edit(start, end, content, "r"))
    return result


@given(st.text("abc", max_size=12), EDITS, EDITS)
def test_two_passes_are_one(text: str, first: list[tuple[int, int, str]], second: list[tuple[int, int, str]]) -> None:
    one = edits_on(text, first)
    middle = applied(text, one)
    two = edits_on(middle, second)
    steps = compose(compose([], one, text), two, middle)
    changes = [step.change for step in steps]
    assert applied(text, changes) == applied(middle, two)


def test_edits_that_meet_become_one_change() -> None:
    steps = [Step(Change(0, 7, "M", "a", True), frozenset())]
    (step,) = compose(steps, [Edit(0, 2, "N", "b", safe=False)], "Make it")
    assert step.change == Change(0, 8, "N", "a+b", False)
