"""The strings of a TOML document and the texts of an XML one: their keys, their text, and where they stand."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from promptlint.parse.scalars import Scalar

_MOST = 2_000
_HEADER = re.compile(r"[ \t]*\[\[?([^\[\]\n]{1,200})\]\]?[ \t]*(?:#[^\n]*)?$", re.MULTILINE)
_KEY = r"[ \t]*(?P<key>[\w.\"'-]{1,200})[ \t]*=[ \t]*"
_STRING = (
    r"(?:\"\"\"(?P<long>(?:[^\\\"]|\\.|\"(?!\"\"))*+)\"\"\"|'''(?P<raw>(?:[^']|'(?!''))*+)'''"
    r"|\"(?P<short>(?:[^\\\"\n]|\\.)*+)\"|'(?P<plain>[^'\n]*+)')"
)
_ASSIGNED = re.compile(_KEY + _STRING, re.DOTALL)
_LINE = re.compile(r"[^\n]*\n?")
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "r": "\r", "b": "\b", "f": "\f"}
_ESCAPE = re.compile(r"\\(?:(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})|\r?\n\s*|(.))", re.DOTALL)
_OPENED = re.compile(r"<([A-Za-z_][\w.:-]{0,80})(?:\s[^<>]{0,400})?>")
_DATA_SECTION = re.compile(r"\s*<!\[CDATA\[(.*)\]\]>\s*\Z", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def toml_scalars(text: str) -> list[Scalar]:
    """The strings that a TOML document assigns to keys, in order; none when it is not TOML."""
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError):
        return []
    found: list[Scalar] = []
    table: tuple[str, ...] = ()
    position = 0
    while position < len(text) and len(found) < _MOST:
        header, assigned = _HEADER.match(text, position), _ASSIGNED.match(text, position)
        if header is not None:
            table = _keys(header.group(1))
        elif assigned is not None:
            found.append(_toml(assigned, table))
            position = assigned.end()
        line = _LINE.match(text, position)
        position = line.end() if line is not None and line.end() > position else len(text)
    return found


def _toml(match: re.Match[str], table: tuple[str, ...]) -> Scalar:
    kind = next(k for k in ("long", "raw", "short", "plain") if match.group(k) is not None)
    start, value = match.start(kind), match.group(kind)
    if kind in ("long", "raw"):  # a newline behind the quotes does not count
        cut = len(value) - len(value.removeprefix("\r\n").removeprefix("\n"))
        start, value = start + cut, value[cut:]
    runs = ((0, start, len(value)),) if value else ()
    if kind in ("long", "short") and "\\" in value:
        value, runs = _ESCAPE.sub(_character, value), ()
    return Scalar((*table, *_keys(match.group("key"))), value, start, match.end(kind), runs)


def _character(match: re.Match[str]) -> str:
    if match.group(1):
        number = int(match.group(1)[1:], 16)
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\N{REPLACEMENT CHARACTER}"
    return _ESCAPES.get(match.group(2), match.group(2)) if match.group(2) else ""


def _keys(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def xml_texts(text: str) -> list[Scalar]:
    """The content of every element of an XML text, outermost first, as it is written: entities are not resolved."""
    return sorted(_elements(text), key=lambda scalar: (scalar.start, -scalar.end))


def _elements(text: str) -> Iterator[Scalar]:
    hidden = [match.span() for match in _COMMENT.finditer(text)]
    for count, opened in enumerate(_OPENED.finditer(text)):
        if count >= _MOST:
            return
        name = opened.group(1)
        end = -1 if opened.group().endswith("/>") else text.find(f"</{name}>", opened.end())
        if end < 0 or any(start <= opened.start() < stop for start, stop in hidden):
            continue
        start, stop = opened.end(), end
        section = _DATA_SECTION.match(text, start, stop)
        if section is not None:
            start, stop = section.span(1)
        yield Scalar((name,), text[start:stop], start, stop, ((0, start, stop - start),) if stop > start else ())
