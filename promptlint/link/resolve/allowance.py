"""How long something is looked for: code can be written so that following it has no end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_OFTEN = 8
_FEWER = 50
_LEAST = 100


class Allowance:
    """The steps that one search may take. Once some searches took them all, the next ones get fewer.

    Ordinary code needs a small part of them: of the largest projects the longest search took a few hundred. `in_all`: what all
    searches may take; those after that get as many as ordinary code needs.
    """

    def __init__(self, most: int, in_all: int | None = None) -> None:
        self._most = most
        self._in_all = in_all
        self._before = 0  # what earlier searches took
        self._given = 0
        self._open = 0
        self._left = 0
        self._exhausted = 0

    def begin(self) -> None:
        """Another search begins."""
        self._before += self._given - self._left
        self._left = self._most if self._exhausted < _OFTEN else self._most // _FEWER
        if self._in_all is not None:
            self._left = min(self._left, max(_LEAST, self._in_all - self._before))
        self._given = self._left

    @contextmanager
    def search(self) -> Iterator[None]:
        """A search, or a part of the one that is under way."""
        if not self._open:
            self.begin()
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1

    def take(self) -> bool:
        """Take one more step; False when there is none left."""
        if self._left == 0:
            return False
        self._left -= 1
        self._exhausted += self._left == 0
        return True
