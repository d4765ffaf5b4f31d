"""Edits of calls, arguments and values that several fixes share. Each awkward one is solved here, once."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from promptlint.facts import Call, Literal, Place, Span
from promptlint.findings import Edit

_TOKEN = re.compile(
    r"""(?P<blank>\s+|\#[^\n]*|\\\r?\n)|[rRbBuUfF]{0,2}(?:\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''"""
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<comma>,)|\w+|.""",
    re.DOTALL,
)
_LINE_END = re.compile(r"\r?\n")
_COMMA = re.compile(r"[ \t]*,")


def arguments(text: str, start: int, end: int) -> list[Span] | None:
    """The arguments between the parentheses of a call; `start` is behind `(`, `end` before `)`. None when not understood."""
    found: list[Span] = []
    depth, first, last = 0, -1, start
    for token in _TOKEN.finditer(text, start, end):
        if token.group("blank"):
            continue
        depth += bool(token.group("open")) - bool(token.group("close"))
        if depth < 0:
            return None
        if token.group("comma") and not depth:
            if first < 0:
                return None
            found.append(Span(first, last))
            first = -1
            continue
        first, last = token.start() if first < 0 else first, token.end()
    if first >= 0:
        found.append(Span(first, last))
    return None if depth else found


def _inside(text: str, call: Span, callee_end: int) -> Span | None:
    """What stands between the parentheses of a call."""
    opening = text.find("(", callee_end, call.end)
    return Span(opening + 1, call.end - 1) if opening >= 0 and text[call.end - 1] == ")" else None


def add_keyword(call: Call, name: str, value: str, text: str) -> tuple[Edit, ...]:
    """Add `name=value` to a model call; see `add_argument`."""
    return add_argument(call.place, call.callee_place.span.end, f"{name}={value}", text)


def add_argument(place: Place, callee_end: int, new: str, text: str) -> tuple[Edit, ...]:
    """Add `name=value` behind the last argument, before `**options`, in the way the call is laid out.

    One argument a line stays so, with or without a trailing comma; a comment stays with its argument. `text` is the
    source of the file. No edits where the call is not understood.
    """
    inside = _inside(text, place.span, callee_end)
    found = arguments(text, inside.start, inside.end) if inside is not None else None
    if inside is None or found is None:
        return ()
    path = place.path
    if not found:
        return (_insert(path, inside.start, new),)
    last = found[-1]
    line = text[text.rfind("\n", 0, last.start) + 1 : last.start]
    own_line = not line.strip() and (len(found) == 1 or "\n" in text[found[-2].end : last.start])
    newline = "\r\n" if text[inside.start : inside.end].count("\r\n") else "\n"
    if text.startswith("**", last.start):
        return (_insert(path, last.start, f"{new},{newline}{line}" if own_line else f"{new}, "),)
    rest = text[last.end : inside.end]
    comma = rest.lstrip().startswith(",")
    if not own_line and not (comma and "\n" in rest):
        return (_insert(path, last.end, f", {new}"),)
    indent = line if own_line else _indentation(text, last.start)
    after = _LINE_END.search(text, last.end, inside.end)
    if "#" not in (text[last.end : after.start()] if after else ""):
        return (_insert(path, last.end, f",{newline}{indent}{new}"),)
    # A comment stands behind the last argument: the new line goes below it.
    assert after is not None
    if comma:
        return (_insert(path, after.start(), f"{newline}{indent}{new},"),)
    return _insert(path, last.end, ","), _insert(path, after.start(), f"{newline}{indent}{new}")


def _indentation(text: str, offset: int) -> str:
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    return line[: len(line) - len(line.lstrip())]


def _insert(path: str, offset: int, content: str) -> Edit:
    return Edit(place=Place(path=path, span=Span(offset, offset)), before="", content=content)


def drop_argument(place: Place, value: Span, text: str) -> Edit | None:
    """Take out the argument of a call (at `place`) that holds a value, with its comma, and its line if it is alone there."""
    opening = text.find("(", place.span.start, value.start)
    found = arguments(text, opening + 1, place.span.end - 1) if opening >= 0 else None
    index = next((i for i, a in enumerate(found or ()) if a.start <= value.start and value.end <= a.end), None)
    if found is None or index is None:
        return None
    argument = found[index]
    comma = _COMMA.match(text, argument.end, place.span.end)
    if index:
        # The comma before it goes too; one behind it stays. Comments stay.
        between = text[found[index - 1].end : argument.start]
        if "#" not in between:
            return _cut(place.path, text, found[index - 1].end, argument.end)
        start = found[index - 1].end + len(between.rstrip())
        return _cut(place.path, text, start, comma.end() if comma is not None else argument.end)
    end = found[1].start if len(found) > 1 else comma.end() if comma is not None else argument.end
    return None if "#" in text[argument.end : end] else _cut(place.path, text, argument.start, end)


def _cut(path: str, text: str, start: int, end: int) -> Edit:
    return Edit(place=Place(path=path, span=Span(start, end)), before=text[start:end], content="")


def drop_entry(value: Place, key: str, text: str) -> Edit | None:
    """Take out the entry of a dictionary that holds a value, with the comma that parts it from the others."""
    before = re.search(rf"""(?P<comma>,\s*)?["']{key}["']\s*:\s*\Z""", text[: value.span.start])
    if before is None:
        return None
    after = re.compile(r"\s*,[ \t]*").match(text, value.span.end)
    if before.group("comma"):
        return _cut(value.path, text, before.start(), value.span.end)
    return _cut(value.path, text, before.start(), after.end() if after is not None else value.span.end)


def rename_key(value: Place, old: str, new: str, text: str) -> Edit | None:
    """Rename what a value is passed as: `old=value`, `"old": value` or `options["old"] = value`."""
    before = re.compile(rf"""(?:(?<![\w.]){old}|["']{old}["'](?=\s*[\]:]))[^\w"']*\Z""")
    match = before.search(text, max(0, value.span.start - len(old) - 200), value.span.start)
    if match is None or text[match.start() : value.span.start].strip().rstrip("(").rstrip()[-1:] not in ("=", ":"):
        return None
    start = text.index(old, match.start())
    place = Place(path=value.path, span=Span(start, start + len(old)))
    return Edit(place=place, before=old, content=new)


def rename_value(place: Place, old: str, new: str, text: str) -> Edit | None:
    """Put another text into a string literal that holds exactly `old`, its quotes and prefix kept."""
    written = text[place.span.start : place.span.end]
    if not re.fullmatch(rf"[rRuU]?(\"\"\"|'''|\"|'){re.escape(old)}\1", written):
        return None
    return replace(place, text, written.replace(old, new))


def replace_number(place: Place, value: int, new: int, text: str) -> Edit | None:
    """Put another number in the place of one, wherever it stands; None when it stands there in another way."""
    written = text[place.span.start : place.span.end]
    if written.replace("_", "") != str(value):
        return None
    return replace(place, text, f"{new:_}" if "_" in written else str(new))


def within(place: Place, around: Place) -> bool:
    """Whether a place lies in another one: a value written at the call itself, not in a constant others may use."""
    inner, outer = place.span, around.span
    return place.path == around.path and outer.start <= inner.start and inner.end <= outer.end


def wrap(place: Place, before: str, after: str) -> tuple[Edit, Edit]:
    """Put text on both sides of what stands at a place."""
    return _insert(place.path, place.span.start, before), _insert(place.path, place.span.end, after)


def replace(place: Place, text: str, content: str) -> Edit:
    """Put `content` in the place of what stands there in `text`, the source of the file."""
    return Edit(place=place, before=text[place.span.start : place.span.end], content=content)


def source_span(literal: Literal, start: int, end: int) -> Span | None:
    """Where `literal.text[start:end]` stands in the source; None when an escape or another piece begins or ends there.

    A line end may lie between two runs: it is CR LF in some sources.
    """
    runs = literal.runs
    i = bisect_right(runs, start, key=_text_at) - 1
    if i < 0 or start > runs[i][0] + runs[i][2]:
        return None
    first = runs[i][1] + start - runs[i][0]
    j = bisect_left(runs, end, key=_text_at)
    if j and end <= runs[j - 1][0] + runs[j - 1][2]:
        return Span(first, runs[j - 1][1] + end - runs[j - 1][0])
    return Span(first, runs[j][1]) if j < len(runs) and runs[j][0] == end else None


def _text_at(run: tuple[int, int, int]) -> int:
    return run[0]


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits of one file made. Of two that overlap the earlier is kept.

    Raises ValueError when what an edit replaces does not stand there.
    """
    parts: list[str] = []
    position = 0
    # What is put in at one place stays in the order given: that of a set differs from run to run.
    for edit in sorted(dict.fromkeys(edits), key=lambda e: (e.place.span.start, e.place.span.end)):
        start, end = edit.place.span.start, edit.place.span.end
        if start < position:
            continue
        if text[start:end] != edit.before:
            raise ValueError(f"{edit.place.path}: {edit.before!r} no longer stands at offset {start}")
        parts += (text[position:start], edit.content)
        position = end
    return "".join((*parts, text[position:]))
