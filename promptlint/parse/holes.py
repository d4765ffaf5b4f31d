"""Placeholders of template syntaxes: a literal run is cut into text and holes, each hole byte for byte."""

from __future__ import annotations

import re
import string
from bisect import bisect_right
from collections.abc import Iterator

from promptlint.facts import Hole, Literal, Segment, Span

_PERCENT = re.compile(
    r"%(?:\((?P<name>[^()]*)\))?[-#0 +]*(?:\d+|\*)?(?:\.(?:\d+|\*))?[hlL]?(?P<kind>[diouxXeEfFgGcrsa%])"
)
_DOLLAR = re.compile(r"\$(?:(?P<escaped>\$)|(?P<named>[A-Za-z_]\w*)|\{(?P<braced>[A-Za-z_]\w*)\})")
_MUSTACHE = re.compile(r"\{\{\{?\s*[#/^&>!]?\s*(?P<name>[\w.]*)\s*\}?\}\}")
_JINJA = re.compile(
    r"\{\{-?(?P<expression>[^{}]*(?:\{[^{}]*\}[^{}]*)*?)-?\}\}|\{%-?(?P<tag>(?:[^%]|%(?!\}))*)-?%\}|\{#(?:[^#]|#(?!\}))*#\}"
)
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*(?:\.\w+|\[[^\]]*\])*$")


class TemplateError(Exception):
    """A template that its own syntax rejects. `offset` is in code points of the text."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


_Piece = tuple[int, int, str, str]  # start, end, name ("" for escapes), replacement of an escape


def split(literal: Literal, syntax: str) -> tuple[Segment, ...]:
    """Cut a literal at its placeholders. `syntax`: format | fstring | percent | dollar | jinja2 | mustache. Raises `TemplateError`."""
    finder = _FINDERS.get(syntax)
    if finder is None or not literal.text:
        return (literal,)
    segments: list[Segment] = []
    position = 0
    for start, end, name, replacement in finder(literal.text):
        if start > position:
            segments.append(_part(literal, position, start))
        if name:
            span = _source(literal, start, end)
            segments.append(Hole(source=literal.text[start:end], name=name, value=None, span=span))
        elif replacement:
            part = _part(literal, start, end)
            segments.append(Literal(text=replacement, span=part.span))
        position = end
    if position < len(literal.text):
        segments.append(_part(literal, position, len(literal.text)))
    return tuple(segments)


def _part(literal: Literal, start: int, end: int) -> Literal:
    """A piece of a literal, with its own map to the source."""
    runs: list[tuple[int, int, int]] = []
    for text_at, source_at, length in literal.runs:
        low, high = max(start, text_at), min(end, text_at + length)
        if low < high:
            runs.append((low - start, source_at + low - text_at, high - low))
    return Literal(text=literal.text[start:end], span=_source(literal, start, end), runs=tuple(runs))


def _source(literal: Literal, start: int, end: int) -> Span:
    """Where a piece of the text stands in the source."""
    return Span(
        _offset(literal, start),
        max(_offset(literal, start), _offset(literal, end - 1) + 1) if end > start else _offset(literal, start),
    )


def _offset(literal: Literal, position: int) -> int:
    if not literal.runs:
        return literal.span.start
    index = max(0, bisect_right(literal.runs, (position, float("inf"), 0)) - 1)
    text_at, source_at, length = literal.runs[index]
    return source_at + min(max(0, position - text_at), length)


def _format(text: str) -> Iterator[_Piece]:
    """`str.format`: Python's own parser decides, the offsets are counted beside it."""
    position = 0
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        raise TemplateError(str(error), _unbalanced(text)) from error
    for before, field, spec, conversion in parts:
        for character in before:
            if character in "{}" and text[position : position + 2] == character * 2:
                yield position, position + 2, "", character
                position += 2
            else:
                position += 1
        if field is None:
            continue
        source = (
            "{"
            + field
            + (f"!{conversion}" if conversion else "")
            + (f":{spec}" if spec or text[position + 1 + len(field) :][:1] == ":" else "")
            + "}"
        )
        end = position + len(source)
        yield position, end, field or "0", ""
        position = end


def _unbalanced(text: str) -> int:
    clean = text.replace("{{", "  ").replace("}}", "  ")
    depth = 0
    opened = 0
    for i, character in enumerate(clean):
        if character == "{":
            opened = i if not depth else opened
            depth += 1
        elif character == "}":
            depth -= 1
            if depth < 0:
                return i
    return opened


def _fstring(text: str) -> Iterator[_Piece]:
    """LangChain's f-string templates: `str.format`, where only plain variables may stand."""
    yield from _format(text)


def _percent(text: str) -> Iterator[_Piece]:
    index = 0
    for match in _PERCENT.finditer(text):
        if match.group("kind") == "%":
            yield match.start(), match.end(), "", "%"
            continue
        name = match.group("name")
        yield match.start(), match.end(), name if name is not None else str(index), ""
        index += 1


def _dollar(text: str) -> Iterator[_Piece]:
    for match in _DOLLAR.finditer(text):
        if match.group("escaped"):
            yield match.start(), match.end(), "", "$"
        else:
            yield match.start(), match.end(), match.group("named") or match.group("braced"), ""


def _jinja(text: str) -> Iterator[_Piece]:
    """Expressions and tags are holes; a comment is one that adds nothing."""
    for match in _JINJA.finditer(text):
        expression = match.group("expression")
        name = (expression if expression is not None else match.group("tag") or "#").strip()
        yield match.start(), match.end(), name or "#", ""


def _mustache(text: str) -> Iterator[_Piece]:
    for match in _MUSTACHE.finditer(text):
        yield match.start(), match.end(), match.group("name") or "#", ""


_FINDERS = {
    "format": _format,
    "fstring": _fstring,
    "percent": _percent,
    "dollar": _dollar,
    "jinja2": _jinja,
    "jinja": _jinja,
    "mustache": _mustache,
}
