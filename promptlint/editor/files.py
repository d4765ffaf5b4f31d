"""Prompts in files: text, markdown and templates as a whole, YAML by scalar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.editor.layout import CannotWrite, Layout, Piece, Placed, fill
from promptlint.facts import Span
from promptlint.parse.scalars import Scalar, yaml_scalars


def read_file(text: str, span: Span, syntax: str | None) -> Layout:
    """The layout of a prompt that stands in a file as it is, line ends included."""
    layout = Layout(newline="\r\n" if "\r\n" in text else "\n")
    layout.pieces.append(Piece(span))
    fill(layout, 0, [(text[i], i, i + 1) for i in range(span.start, span.end)], syntax)
    return layout


def read_yaml(text: str, start: int, syntax: str | None) -> Layout:
    """The layout of the YAML string that begins at `start`. Raises `CannotWrite` for one that is folded or escaped."""
    scalar = next((s for s in yaml_scalars(text) if s.start == start), None)
    if scalar is None:
        raise CannotWrite("the YAML string is not found")
    if not scalar.runs:
        raise CannotWrite("the YAML string is folded or escaped")
    layout = Layout(newline="\r\n" if "\r\n" in text else "\n")
    placed = list(_placed(text, scalar))
    indent = _indent(text, placed) if text[start] == "|" else None
    layout.pieces.append(Piece(Span(scalar.runs[0][1], scalar.end), indent=indent))
    fill(layout, 0, placed, syntax)
    return layout


def _indent(text: str, placed: Sequence[Placed]) -> str:
    """What stands before each line of a block: the blanks before its first character that is no line end."""
    first = next((start for character, start, _ in placed if character != "\n"), 0)
    return text[text.rfind("\n", 0, first) + 1 : first]


def _placed(text: str, scalar: Scalar) -> Iterator[Placed]:
    """Each character and its place; a line end between two runs is one character, CR LF or not."""
    position = 0
    last = scalar.runs[0][1]
    for text_at, source_at, length in (*scalar.runs, (len(scalar.value), scalar.end, 0)):
        for character in scalar.value[position:text_at]:
            end = min(last + (2 if text.startswith("\r\n", last) else 1), len(text))
            yield character, last, end
            last = end
        yield from ((scalar.value[text_at + i], source_at + i, source_at + i + 1) for i in range(length))
        position, last = text_at + length, source_at + length if length else last


def other_scalars(text: str, index: int) -> Sequence[tuple[object, str]]:
    """All strings of a YAML file but one, for a comparison."""
    return [(s.keys, s.value) for i, s in enumerate(yaml_scalars(text)) if i != index]


def scalar_index(text: str, start: int) -> int:
    """Which string of a YAML file begins at `start`."""
    return next((i for i, s in enumerate(yaml_scalars(text)) if s.start == start), -1)
