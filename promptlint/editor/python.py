"""Prompts in Python source: the string literals of an expression, read into a layout and written with their escapes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from promptlint.editor.layout import DOUBLED, NOWHERE, CannotWrite, Layout, Piece, Placed, fill
from promptlint.facts import Hole, Span
from promptlint.parse.literals import escapes

_OPENS = re.compile(r"(?<!\w)(?P<prefix>[rRfFbBuU]{0,2})(?P<quote>\"\"\"|'''|\"|')")
_BETWEEN = re.compile(r"(?:[\s()+]|\\\r?\n|#[^\n]*(?:\n|\Z))*")
_LONE_BRACE = re.compile(r"\{\{|\}\}|\\N\{[^}]*\}|(?P<lone>[{}])")
_JOINS = re.compile(r"[\w.\s]*\.\s*join\s*\(\s*[\[(]")
_CONTROL = {"\t": "\\t", "\r": "\\r", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\v": "\\v"}


def read_python(text: str, span: Span, holes: Sequence[Hole], syntax: str | None, between: str | None = None) -> Layout:
    """The layout of the string expression at `span`. `holes` are those that Python itself fills, in order.

    `between`: the expression joins a list of lines, and that is put between them.
    Raises `CannotWrite` where something else than literals, `+` and holes stands.
    """
    layout = Layout(newline="\r\n" if "\r\n" in text else "\n")
    waiting = list(holes)
    position, behind = span.start if between is None else _listed(text, span), False
    while position < span.end:
        position = _skip(text, position, span.end)
        if position >= span.end or text[position] in ("%" if between is None else "]"):
            break  # what fills a `%` template is no text of it
        if between is not None and text[position] == ",":
            position, behind = position + 1, True
            continue
        if between and behind:
            layout.add_hole(between, Span(position, position), NOWHERE, between=True)
        behind = False
        if waiting and waiting[0].span.start == position:
            hole = waiting.pop(0)
            layout.add_hole(hole.source, hole.span, NOWHERE)
            position = hole.span.end
            continue
        opened = _OPENS.match(text, position)
        if opened is None:
            raise CannotWrite("something else than text stands in the expression")
        position = _literal(text, opened, span.end, waiting, layout, syntax)
    return layout


def _listed(text: str, span: Span) -> int:
    """Where the first line of `separator.join([...])` may begin."""
    opened = _OPENS.match(text, span.start)
    position = span.start
    if opened is not None:
        position = next(stop for stop, _ in _stretches(text, opened.end(), span.end, opened["quote"], []))
        position += len(opened["quote"])
    joins = _JOINS.match(text, position, span.end)
    if joins is None:
        raise CannotWrite("its lines are joined in another way")
    return joins.end()


def _skip(text: str, position: int, end: int) -> int:
    between = _BETWEEN.match(text, position, end)
    return between.end() if between is not None else position


def _literal(
    text: str, opened: re.Match[str], end: int, waiting: list[Hole], layout: Layout, syntax: str | None
) -> int:
    """Read one literal; the offset behind its closing quotes."""
    prefix, quote = opened.group("prefix").lower(), opened.group("quote")
    if "b" in prefix:
        raise CannotWrite("bytes stand in the expression")
    raw, formatted = "r" in prefix, "f" in prefix
    start = opened.end()
    for stop, hole in _stretches(text, start, end, quote, waiting if formatted else []):
        piece = len(layout.pieces)
        layout.pieces.append(Piece(Span(start, stop), quote, raw=raw, formatted=formatted))
        if formatted and any(m.group("lone") for m in _LONE_BRACE.finditer(text, start, stop)):
            raise CannotWrite("a brace stands alone in an f-string")
        fill(layout, piece, list(_placed(text, start, stop, raw, formatted)), syntax)
        if hole is None:
            return stop + len(quote)
        layout.add_hole(hole.source, hole.span, piece)
        start = hole.span.end
    raise CannotWrite("a string is not closed")


def _stretches(text: str, start: int, end: int, quote: str, waiting: list[Hole]) -> Iterator[tuple[int, Hole | None]]:
    """The text of a literal up to each of its holes, the last up to its closing quotes."""
    position = start
    while position < end:
        if waiting and waiting[0].span.start == position:
            hole = waiting.pop(0)
            yield position, hole
            position = hole.span.end
        elif text.startswith(quote, position):
            yield position, None
            return
        elif text[position] == "\\":
            before_hole = bool(waiting) and waiting[0].span.start == position + 1  # in `rf"\{x}"`
            position += 1 if before_hole else 3 if text.startswith("\\\r\n", position) else 2
        elif len(quote) == 1 and text[position] in "\r\n":
            raise CannotWrite("a string of one line has a line end")
        else:
            position += 1
    raise CannotWrite("a string is not closed")


def _placed(text: str, start: int, end: int, raw: bool, formatted: bool) -> Iterator[Placed]:
    position = start
    for first, last, value in escapes(text, start, end, raw=raw, braces=formatted):
        yield from ((text[i], i, i + 1) for i in range(position, first))
        yield from ((character, first, last) for character in value)
        position = last
    yield from ((text[i], i, i + 1) for i in range(position, end))


def written(
    content: str, piece: Piece, text: str, span: Span, known: dict[str, str], syntax: str | None, newline: str
) -> str:
    """`content` as it has to stand inside a literal in the place of `text[span]`.

    `known` are characters that stood there as an escape: they keep it.
    """
    before, left, right = text[span.start : span.end], text[span.start - 1], text[span.end]
    doubled = DOUBLED.get(syntax or "", "")
    content = "".join(c * 2 if c in doubled else c for c in content)
    if piece.formatted:
        content = "".join(c * 2 if c in "{}" else c for c in content)
    triple = len(piece.quote) == 3
    if piece.raw:
        return content.replace("\n", newline) if triple else content
    real_lines = triple and ("\n" in before or "\n" not in known)
    around = left + content + right
    return "".join(
        _character(c, around[i], around[i + 2], piece.quote, real_lines, known, newline) for i, c in enumerate(content)
    )


def _character(c: str, left: str, right: str, quote: str, real_lines: bool, known: dict[str, str], newline: str) -> str:
    if c == "\n":
        return newline if real_lines else known.get(c, "\\n")
    if c in known:
        return known[c]
    if c == "\\":
        return "\\\\"
    if c == quote[0]:
        # Inside three quotes one alone needs no escape; beside another it may close the string.
        return c if len(quote) == 3 and c not in (left, right) else f"\\{c}"
    if c in _CONTROL:
        return _CONTROL[c]
    if ord(c) < 32 or 127 <= ord(c) < 160:
        return f"\\x{ord(c):02x}"
    return c
