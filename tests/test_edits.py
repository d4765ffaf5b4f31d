"""Edits of calls: one argument a line stays so, comments stay with their argument, other text stays as it is."""

from __future__ import annotations

import pytest

from promptlint.edits import add_keyword, apply, drop_argument, rename_key, rename_value, replace_number
from promptlint.facts import Call, Place, Setting, Span


def call(text: str) -> Call:
    """The call `f(...)` that is the whole text."""
    place = Place(path="a.py", span=Span(0, len(text)))
    return Call(
        site_id="", place=place, callee_place=Place(path="a.py", span=Span(0, 1)), callee="f", sdk="", provider=None,
        kind="chat", function="", scope="", model=Setting(state="none"), cap=None,
    )  # fmt: skip


def value(text: str, written: str) -> Place:
    start = text.rindex(written)
    return Place(path="a.py", span=Span(start, start + len(written)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f()", "f(n=1)"),
        ("f(a)", "f(a, n=1)"),
        ("f(a, b=(2))", "f(a, b=(2), n=1)"),
        ("f(a,)", "f(a, n=1,)"),
        ("f(\n    a, b\n)", "f(\n    a, b, n=1\n)"),
        ("f(\n    a,\n    b,\n)", "f(\n    a,\n    b,\n    n=1,\n)"),
        ("f(\n    a,\n    b\n)", "f(\n    a,\n    b,\n    n=1\n)"),
        ("f(a,\n  b)", "f(a,\n  b,\n  n=1)"),
        ("f(\r\n    a,\r\n    b,\r\n)", "f(\r\n    a,\r\n    b,\r\n    n=1,\r\n)"),
        ("f(\n    a,  # é\n    b,  # last, (one\n)", "f(\n    a,  # é\n    b,  # last, (one\n    n=1,\n)"),
        ("f(\n    a,\n    b  # last\n)", "f(\n    a,\n    b,  # last\n    n=1\n)"),
        ("f(a, **options)", "f(a, n=1, **options)"),
        ("f(\n    a,\n    **options,\n)", "f(\n    a,\n    n=1,\n    **options,\n)"),
        ("f(\n    a=[\n        {'x': ')'},\n    ],\n)", "f(\n    a=[\n        {'x': ')'},\n    ],\n    n=1,\n)"),
        ("f(\n    [\n        1,\n    ]\n)", "f(\n    [\n        1,\n    ],\n    n=1\n)"),
    ],
)
def test_a_keyword_is_added_in_the_style_of_the_call(before: str, after: str) -> None:
    assert apply(before, add_keyword(call(before), "n", "1", before)) == after


def test_a_call_that_is_not_understood_is_left_alone() -> None:
    assert add_keyword(call("f(]"), "n", "1", "f(]") == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(a, i=2)", "f(a)"),
        ("f(a, i=2, b=3)", "f(a, b=3)"),
        ("f(i=2, b=3)", "f(b=3)"),
        ("f(i=2)", "f()"),
        ("f(i=2,)", "f()"),
        ("f(\n    a,\n    i=2,\n)", "f(\n    a,\n)"),
        ("f(\n    a,\n    i=2\n)", "f(\n    a\n)"),
        ("f(\n    a,  # ä, why\n    i=2,\n    b,\n)", "f(\n    a,  # ä, why\n    b,\n)"),
        ("f(\n    a,  # why\n    i=2\n)", "f(\n    a,  # why\n)"),
    ],
)
def test_an_argument_goes_with_its_comma(before: str, after: str) -> None:
    edit = drop_argument(Place(path="a.py", span=Span(0, len(before))), value(before, "2").span, before)
    assert edit is not None
    assert apply(before, [edit]) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(old=5)", "f(new=5)"),
        ("f(old = (5))", "f(new = (5))"),
        ('x = {"old": 5}', 'x = {"new": 5}'),
        ("x['old'] = 5", "x['new'] = 5"),
        ("f(very_old=5)", None),
        ("dict(a=5)", None),
    ],
)
def test_a_key_is_renamed_where_the_value_is_passed(before: str, after: str | None) -> None:
    edit = rename_key(value(before, "5"), "old", "new", before)
    assert (apply(before, [edit]) if edit else None) == after


@pytest.mark.parametrize(
    ("before", "after"), [("'a'", "'b'"), ('r"a"', 'r"b"'), ('"""a"""', '"""b"""'), ("'a' 'a'", None), ("f'a'", None)]
)
def test_a_value_is_renamed_in_its_quotes(before: str, after: str | None) -> None:
    edit = rename_value(Place(path="a.py", span=Span(0, len(before))), "a", "b", before)
    assert (apply(before, [edit]) if edit else None) == after


@pytest.mark.parametrize(
    ("before", "after"), [("100000", "16384"), ("100_000", "16_384"), ("MAX", None), ("10**5", None)]
)
def test_a_number_keeps_its_style(before: str, after: str | None) -> None:
    edit = replace_number(Place(path="a.py", span=Span(0, len(before))), 100000, 16384, before)
    assert (apply(before, [edit]) if edit else None) == after
