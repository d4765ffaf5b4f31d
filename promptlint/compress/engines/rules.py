"""The engine that needs nothing: the rules of `promptlint.compress.rewrite`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from promptlint.compress.engines import Bill, Settings
from promptlint.compress.rewrite import Rewrite, rewrite


class Rules:
    """All layers of rules."""

    def estimate(self, texts: Sequence[str], count: Callable[[str], int]) -> Bill | None:
        """Nothing."""
        return None

    def bill(self) -> Bill | None:
        """Nothing."""
        return None

    def rewrite(
        self,
        text: str,
        *,
        count: Callable[[str], int],
        holes: Sequence[tuple[int, int]] = (),
        syntax: str | None = None,
        unsafe: bool = False,
        contractions: bool = True,
    ) -> Rewrite:
        """The text after all rules."""
        return rewrite(text, count=count, holes=holes, syntax=syntax, unsafe=unsafe, contractions=contractions)


def engine(settings: Settings) -> Rules:
    """The engine; no setting is for it."""
    return Rules()
