"""Where a line and a column of Python's own parser stand, in code points of the source."""

from __future__ import annotations

import re
from itertools import accumulate

_LINE_END = re.compile(r"\r\n?|\n")


class Positions:
    """Offsets in a text that begins at `base`. Lines end where they do for Python: at LF, CR and both, nowhere else."""

    def __init__(self, text: str, base: int = 0) -> None:
        if "\r" in text:
            self._starts = [base, *(base + end.end() for end in _LINE_END.finditer(text))]
        else:
            self._starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=base))
        self._text, self._base = text, base
        self._narrow = text.isascii()
        self._encoded: dict[int, bytes] = {}

    def offset(self, line: int, column: int) -> int:
        """The offset of a column, which `ast` counts in bytes of UTF-8, of a line, counted from 1."""
        start = self._starts[line - 1]
        if self._narrow:
            return start + column
        if line not in self._encoded:
            end = self._starts[line] if line < len(self._starts) else len(self._text) + self._base
            self._encoded[line] = self._text[start - self._base : end - self._base].encode("utf-8", "surrogatepass")
        return start + len(self._encoded[line][:column].decode("utf-8", "surrogatepass"))
