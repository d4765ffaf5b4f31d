"""Literal text cut at the placeholders of its template syntax, every piece mapped to the source."""

from __future__ import annotations

import re
from bisect import bisect_right

from promptlint.facts import Hole, Literal, Segment, Span
from promptlint.parse.slots import Slot, TemplateError, scanner

__all__ = ["TemplateError", "guess", "split", "split_at", "split_or_keep"]

_Run = tuple[int, int, int]
_JINJA = re.compile(
    r"\{%[-+]?\s*\w+|\{\{[-+]?\s*[A-Za-z_][\w.]*(?:\([^(){}\n]*\))?\s*(?:[|\[][^{}\n]*)?[-+]?\}\}|\{#[^{}\n]*#\}"
)
# `{{$input}}` of semantic-kernel, `{{role "system"}}` and `{{{raw}}}` of handlebars.
_HANDLEBARS = re.compile(r"\{\{(?:\{[A-Za-z]\w*\}\}\}|\s*\$\w|[A-Za-z][\w.]* (?:\"|\$\w))")
_PLAIN_FIELD = re.compile(r"[^\W\d]\w*(?:\.\w+|\[\w+\])*$")


def split(literal: Literal, syntax: str) -> tuple[Segment, ...]:
    """The literal text and holes of a template, in order; escapes and comments are resolved.

    `syntax`: format | fstring | percent | dollar | braces | jinja2 | mustache; any other is plain text.
    Raises `TemplateError`, its offset in code points of `literal.text`.
    """
    scan = scanner(syntax)
    if scan is None or not literal.text:
        return (literal,)
    slots = list(scan(literal.text))
    if not slots:
        return (literal,)
    return tuple(_Cutter(literal).cut(slots))


def split_at(literal: Literal, slot: str) -> tuple[Segment, ...]:
    """The literal text and holes where a program puts values in the place of `slot`: `text.replace("[NAME]", name)`."""
    name = slot.strip("[]{}<>$%#@! ") or slot
    slots = [Slot(m.start(), m.end(), name) for m in re.finditer(re.escape(slot), literal.text)]
    return tuple(_Cutter(literal).cut(slots)) if slots else (literal,)


def split_or_keep(literal: Literal, syntax: str) -> tuple[tuple[Segment, ...], str]:
    """The same for a file whose syntax is a guess: what does not fit stays plain text. Returns the syntax that fitted."""
    try:
        return split(literal, syntax), syntax
    except TemplateError:
        return (literal,), "text"


def guess(text: str) -> str:
    """The syntax of a template that nothing names: mustache, jinja2, format, braces (`{name}` among other braces) or text."""
    if ("{{#" in text and "{{/" in text) or _HANDLEBARS.search(text):
        return "mustache"
    slots = len(_JINJA.findall(text))
    # `{{"key": ...}}` is no expression of jinja: then doubled braces are those of `str.format`.
    doubled = slots < text.count("{{") and "{%" not in text and _formats(text)
    if slots and not doubled:
        return "jinja2"
    if "{" not in text:
        return "text"
    if _formats(text):
        return "format"
    braces = scanner("braces")
    return "braces" if braces is not None and any(True for _ in braces(text)) else "text"


def _formats(text: str) -> bool:
    """Whether `str.format` could fill a text: it has fields, and all are plain names."""
    scan = scanner("format")
    try:
        names = [slot.name for slot in scan(text) if slot.name is not None] if scan else []
    except TemplateError:
        return False
    return bool(names) and all(_PLAIN_FIELD.match(name) for name in names)


class _Cutter:
    """Cuts one literal. Text on both sides of an escape or comment stays one piece, with a gap in its map."""

    def __init__(self, literal: Literal) -> None:
        self.literal = literal
        self.starts = [run[0] for run in literal.runs]
        self.pieces: list[str] = []
        self.runs: list[_Run] = []
        self.length = 0
        self.first: int | None = None
        self.last = 0

    def cut(self, slots: list[Slot]) -> list[Segment]:
        """All segments of the literal."""
        segments: list[Segment] = []
        text, position, trim = self.literal.text, 0, False
        for slot in (*slots, Slot(len(text), len(text), None)):
            start, end = position, slot.start
            if trim:
                start = end - len(text[start:end].lstrip())
            if slot.trims_before:
                end = start + len(text[start:end].rstrip())
            self._add(start, end, None)
            position, trim = slot.end, slot.trims_after
            if slot.name is None:
                self._add(slot.start, slot.end, slot.stands_for)
                continue
            segments.extend(self._flush())
            source = text[slot.start : slot.end]
            segments.append(Hole(source=source, name=slot.name, value=None, span=self._span(slot.start, slot.end)))
        segments.extend(self._flush())
        return segments

    def _add(self, start: int, end: int, stands_for: str | None) -> None:
        """Take up `text[start:end]` as it is, or as the text it stands for, which has no map."""
        content = self.literal.text[start:end] if stands_for is None else stands_for
        if not content:
            return
        if stands_for is None:
            self.runs.extend(self._mapped(start, end))
        self.pieces.append(content)
        self.length += len(content)
        self.first = start if self.first is None else self.first
        self.last = end

    def _mapped(self, start: int, end: int) -> list[_Run]:
        found: list[_Run] = []
        index = max(0, bisect_right(self.starts, start) - 1)
        for i in range(index, len(self.starts)):
            text_at, source_at, length = self.literal.runs[i]
            if text_at >= end:
                break
            low, high = max(start, text_at), min(end, text_at + length)
            if low < high:
                found.append((self.length + low - start, source_at + low - text_at, high - low))
        return found

    def _flush(self) -> list[Segment]:
        if self.first is None:
            return []
        span = self._span(self.first, self.last)
        done = Literal(text="".join(self.pieces), span=span, runs=tuple(self.runs))
        self.pieces, self.runs, self.length, self.first = [], [], 0, None
        return [done]

    def _span(self, start: int, end: int) -> Span:
        """Where `text[start:end]` stands in the source; the whole literal when there is no map."""
        if not self.starts:
            return self.literal.span
        return Span(self._offset(start), self._offset(end - 1) + 1)

    def _offset(self, position: int) -> int:
        index = max(0, bisect_right(self.starts, position) - 1)
        text_at, source_at, length = self.literal.runs[index]
        return source_at + min(max(0, position - text_at), length)
