"""How long something is looked for: code can be written so that following it has no end."""

from __future__ import annotations

_OFTEN = 8
_FEWER = 50


class Allowance:
    """The steps that one search may take. Once some searches took them all, the next ones get fewer.

    Ordinary code needs a small part of them: of the largest projects the longest search took a few hundred.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._left = 0
        self._exhausted = 0

    def begin(self) -> None:
        """Another search begins."""
        self._left = self._most if self._exhausted < _OFTEN else self._most // _FEWER

    def take(self) -> bool:
        """Take one more step; False when there is none left."""
        if self._left == 0:
            return False
        self._left -= 1
        self._exhausted += self._left == 0
        return True
