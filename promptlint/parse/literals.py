"""Python string literals: the text the program sees, and where each piece of it stands in the source."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from promptlint.facts import Literal, Span

_SIMPLE = {
    "\n": "", "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
}  # fmt: skip
_SPECIAL = re.compile(
    r"\\(?:\r\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|.|\n|\r)|\r\n?|\{\{|\}\}"
)


def literal(source: str, start: int, end: int, *, raw: bool, braces: bool) -> Literal:
    """The text of `source[start:end]`, the inside of a string literal.

    `raw`: backslashes stand for themselves. `braces`: `{{` is one brace, as in an f-string.
    """
    body = source[start:end]
    span = Span(start, end)
    if "\\" not in body and "\r" not in body and not (braces and ("{{" in body or "}}" in body)):
        return Literal(text=body, span=span, runs=((0, start, len(body)),) if body else ())
    pieces: list[str] = []
    runs: list[tuple[int, int, int]] = []
    length, position = 0, start
    for first, last, value in escapes(source, start, end, raw=raw, braces=braces):
        if first > position:
            runs.append((length, position, first - position))
            pieces.append(source[position:first])
            length += first - position
        pieces.append(value)
        length += len(value)
        position = last
    if position < end:
        runs.append((length, position, end - position))
        pieces.append(source[position:end])
    return Literal(text="".join(pieces), span=span, runs=tuple(runs))


def escapes(source: str, start: int, end: int, *, raw: bool, braces: bool) -> Iterator[tuple[int, int, str]]:
    """What does not stand for itself inside a literal: (source start, source end, the text it stands for), in order.

    An empty text is a line continued by a backslash.
    """
    for match in _SPECIAL.finditer(source[start:end]):
        value = _value(match.group(), raw, braces)
        if value is not None:
            yield start + match.start(), start + match.end(), value


def _value(token: str, raw: bool, braces: bool) -> str | None:
    """What a special token stands for, or None when it stands for itself. Python's reference, "Escape sequences"."""
    if token in ("{{", "}}"):
        return token[0] if braces else None
    if token in ("\r\n", "\r"):
        return "\n"
    if raw:
        return None
    rest = token[1:]
    if rest in ("\r\n", "\r"):
        return ""
    if rest in _SIMPLE:
        return _SIMPLE[rest]
    try:
        if rest[0] in "01234567":
            return _character(int(rest, 8))
        if rest[0] in "xuU" and len(rest) > 1:
            return _character(int(rest[1:], 16))
        if rest[0] == "N" and len(rest) > 1:
            return unicodedata.lookup(rest[2:-1])
    except (ValueError, KeyError, OverflowError):
        return None
    return None


def _character(point: int) -> str:
    """A lone surrogate becomes U+FFFD, as it does on its way to a model: it has no encoding."""
    return "\ufffd" if 0xD800 <= point <= 0xDFFF else chr(point)
