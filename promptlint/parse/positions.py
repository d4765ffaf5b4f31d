"""Where a line and a column of Python's own parser stand, in code points of the source."""

from __future__ import annotations

import re
from itertools import accumulate

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|$)")


class Positions:
    """Offsets in a text that begins at `base`. Lines end where they do for Python: at LF, CR and both, nowhere else.

    `starts` are the offsets of the lines, `wide` the bytes of those in which a column is no code point.
    """

    def __init__(self, text: str, base: int = 0) -> None:
        lines = text.split("\n") if "\r" not in text else _LINE.findall(text)
        ended = 1 if "\r" not in text else 0
        self.starts = list(accumulate((len(line) + ended for line in lines), initial=base))
        wide = () if text.isascii() else enumerate(lines, 1)
        self.wide = {number: line.encode("utf-8", "surrogatepass") for number, line in wide if not line.isascii()}

    def offset(self, line: int, column: int) -> int:
        """The offset of a column, which `ast` counts in bytes of UTF-8, of a line, counted from 1."""
        start = self.starts[line - 1]
        if line not in self.wide:
            return start + column
        return start + len(self.wide[line][:column].decode("utf-8", "surrogatepass"))
