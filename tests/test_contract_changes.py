"""Only what differs is read: that is quick, and finds the same."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.compress.contract import Loss, losses, order
from promptlint.compress.contract.changes import changed
from promptlint.compress.contract.literals import cut, marks, read

PAIRS = tomllib.loads((Path(__file__).parent / "contract_pairs.toml").read_text(encoding="utf-8"))
FRAME = "You route tickets for Globex.\nEvery ticket has a priority.\n\n{}\n\nNever close a ticket.\nReturn JSON."


def differing(before: str, after: str) -> tuple[list[str], list[str]] | None:
    spans = changed(marks(before, None), marks(after, None))
    return spans and ([before[a:b] for a, b in spans[0]], [after[a:b] for a, b in spans[1]])


def test_lines_that_both_texts_have_are_left_out() -> None:
    assert differing("One.\nTwo.\nThree.", "One.\n2.\nThree.") == (["Two."], ["2."])


def test_the_margin_of_a_line_is_no_difference() -> None:
    assert differing("  One.\n  Two.\n\n  Three.", "One.\nTwo.\nThree.") == ([], [])


def test_a_line_that_stands_twice_and_then_once_is_a_difference() -> None:
    assert differing("One.\nTwo.\nOne.\nThree.", "One.\nTwo.\nThree.") == (["One."], [])


def test_neighbouring_lines_stay_together() -> None:
    assert differing("One.\nTwo\nthree.\nFour.\nFive.", "One.\nTwo three.\nFour.\nFive.") == (
        ["Two\nthree."],
        ["Two three."],
    )


def test_texts_that_are_all_different_are_read_whole() -> None:
    assert differing("One.\nTwo.", "1.\n2.") is None


@pytest.mark.parametrize(
    ("before", "after"),
    [("```\na = 1\nb = 2\n```\nOne.\nTwo.\nThree.", "```\na = 1\nb = 3\n```\nOne.\nTwo.\nThree."),
     ("{% if a\n and b %}x{% endif %}\nOne.\nTwo.\nThree.", "{% if a\n and c %}x{% endif %}\nOne.\nTwo.\nThree.")],
)  # fmt: skip
def test_a_line_of_something_longer_is_not_read_alone(before, after) -> None:
    assert differing(before, after) is None
    assert losses(before, after)


def test_pieces_of_a_span_have_their_places_in_the_whole_text() -> None:
    text = "One {x}.\nTwo `y`."
    whole, part = read(text, None), cut(marks(text, None), [(9, 17)])
    assert [p for p in whole.pieces if p.start >= 9 and p.kind != "newline"] == [
        p for p in part.pieces if p.kind != "newline"
    ]


def test_a_loss_in_a_long_text_has_its_line() -> None:
    assert losses(FRAME.format("Never guess."), FRAME.format("Guess.")) == (Loss("negation", "Never guess", "", 4),)


def test_what_is_gone_from_one_line_may_stand_in_another_that_is_unchanged() -> None:
    before = FRAME.format("Be brief. Again: never close a ticket.")
    assert losses(before, FRAME.format("Be brief.")) == ()


def test_a_quote_that_stands_once_more_elsewhere_is_not_lost() -> None:
    before = 'Say "ok".\nOne.\nTwo.\nIf you agree, say "ok".'
    assert losses(before, 'Say "ok".\nOne.\nTwo.\nIf you agree, say so.') == ()


@pytest.mark.parametrize("pair", PAIRS["honest"], ids=lambda p: p["after"][:40])
def test_an_honest_rewrite_passes_inside_a_longer_prompt(pair) -> None:
    assert losses(FRAME.format(pair["before"]), FRAME.format(pair["after"])) == ()


@pytest.mark.parametrize("pair", PAIRS["lost"], ids=lambda p: f"{p['kind']}: {p['after'][:40]}")
def test_a_loss_is_found_inside_a_longer_prompt(pair) -> None:
    assert losses(FRAME.format(pair["before"]), FRAME.format(pair["after"]))


_LINES = st.lists(st.sampled_from(["One.", "Two {x}.", "- Never guess.", "```", "<a>", "", "3 `b`"]), max_size=8)


@given(_LINES, _LINES)
@settings(deadline=None)
def test_holes_and_tags_are_compared_over_the_whole_text(before, after) -> None:
    first, second = "\n".join(before), "\n".join(after)
    if first.count("{x}") != second.count("{x}"):
        assert "hole" in {loss.kind for loss in losses(first, second)}


def test_every_run_finds_the_same_in_the_same_order() -> None:
    # Sets of words are in another order in every run of Python.
    before = "If the letter was sent before 2015, mark it as old. If it was sent in or after 2015, mark it as new."
    call = f"from promptlint.compress.contract import losses; print(losses({before!r}, 'Sent after 2015: old. In 2015: new.'))"
    runs = [
        subprocess.run(
            [sys.executable, "-c", call], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in "123"
    ]
    assert len(set(runs)) == 1


def test_of_very_many_lists_few_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []
    places = order._places
    monkeypatch.setattr(order, "_places", lambda *given: compared.append(1) or places(*given))
    before = "".join(f"1. wash the item {i} well\n2. cut the piece {i} now\n\n" for i in range(300))
    losses(before, before.replace("now", "soon"))
    assert 0 < len(compared) < 1000
