"""Edits that several fixes share. Each awkward one is solved here, once."""

from __future__ import annotations

from collections.abc import Iterable

from promptlint.facts import Call, Literal, Place, Span
from promptlint.findings import Edit


def add_keyword(call: Call, name: str, value: str, text: str) -> Edit:
    """Add `name=value` behind the last argument and before a trailing comma; on a line of its own where the others are.

    `text` is the source of the file.
    """
    separator = ", " if call.needs_comma else ""
    rest = text[call.insert_at : call.place.span.end]
    if call.needs_comma and rest.lstrip().startswith(",") and "\n" in rest:
        line = text[text.rfind("\n", 0, call.insert_at) + 1 : call.insert_at]
        separator = ",\n" + line[: len(line) - len(line.lstrip())]
    place = Place(path=call.place.path, span=Span(call.insert_at, call.insert_at))
    return Edit(place=place, before="", content=f"{separator}{name}={value}")


def replace(place: Place, text: str, content: str) -> Edit:
    """Put `content` in the place of what stands there in `text`, the source of the file."""
    return Edit(place=place, before=text[place.span.start : place.span.end], content=content)


def source_span(literal: Literal, start: int, end: int) -> Span | None:
    """Where `literal.text[start:end]` stands in the source; None when an escape or another piece begins or ends there.

    A line end may lie between two runs: it is CR LF in some sources.
    """
    runs = literal.runs
    first = [s + start - t for t, s, n in runs if t <= start < t + n] or [s + n for t, s, n in runs if t + n == start]
    last = [s + end - t for t, s, n in runs if t < end <= t + n] or [s for t, s, _ in runs if t == end]
    return Span(first[0], last[0]) if first and last else None


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits of one file made, last place first. Of two that overlap the earlier is kept.

    Raises ValueError when what an edit replaces does not stand there.
    """
    result = text
    limit = len(text) + 1
    ordered = sorted(set(edits), key=lambda e: (e.place.span.start, e.place.span.end))
    kept: list[Edit] = []
    for edit in ordered:
        if kept and edit.place.span.start < kept[-1].place.span.end:
            continue
        kept.append(edit)
    for edit in reversed(kept):
        start, end = edit.place.span.start, edit.place.span.end
        if end > limit or text[start:end] != edit.before:
            raise ValueError(f"{edit.place.path}: {edit.before!r} no longer stands at offset {start}")
        result = result[:start] + edit.content + result[end:]
        limit = start
    return result
