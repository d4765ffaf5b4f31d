"""The text of a file and its lines. Columns are worked out here and nowhere else."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

_NEWLINE = re.compile(r"\r\n|\n|\r")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def lines_of(text: str) -> list[str]:
    """The lines of a text, each with its end. `splitlines` would end one at form feeds and U+2028, too: nobody else does."""
    return _LINE.findall(text)


class Source:
    """One file's decoded text. Offsets are code points; lines and columns are 1-based.

    The text of a notebook is the code of its cells; `cells` holds (offset, number in the notebook) of each.
    """

    def __init__(self, path: str, text: str, cells: tuple[tuple[int, int], ...] = ()) -> None:
        self.path = path
        self.text = text
        self.cells = cells

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(m.end() for m in _NEWLINE.finditer(self.text))]

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, in code points."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def located(self, offset: int) -> tuple[int | None, int, int]:
        """Cell, line in it and column of an offset; outside notebooks the cell is None."""
        line, column = self.line_column(offset)
        if not self.cells:
            return None, line, column
        start, cell = self.cells[max(0, bisect_right(self.cells, offset, key=lambda c: c[0]) - 1)]
        return cell, line - self.line_column(start)[0] + 1, column

    def offset(self, line: int, column: int = 1) -> int:
        """The offset of a line and column; past the end it is the end."""
        if line > len(self._starts):
            return len(self.text)
        return min(self._starts[line - 1] + column - 1, len(self.text))

    def line_text(self, line: int) -> str:
        """A line without its newline."""
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")
