"""The engine that needs nothing: the rules of `promptlint.compress.rewrite`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from promptlint.compress.rewrite import Rewrite, rewrite


class Rules:
    """All layers of rules."""

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


def engine(options: Mapping[str, str]) -> Rules:
    """The engine; it has no options."""
    return Rules()
