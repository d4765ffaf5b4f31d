"""What can shorten a text, by name. Each engine is a module with `engine(options)`, imported when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from promptlint.compress.rewrite import Rewrite

__all__ = ["ENGINES", "Engine", "EngineError", "load"]


class EngineError(Exception):
    """An engine that cannot do its job. The message says what to do."""


class Engine(Protocol):
    """Makes a text shorter. What it returns has passed the contract, and its changes touch no hole."""

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
        """The shorter text, or the same one. Raises `EngineError`."""
        ...


# name → module
ENGINES = {"rules": "promptlint.compress.engines.rules"}


def load(name: str, options: Mapping[str, str] | None = None) -> Engine:
    """The engine of a name. `options` are its own settings. Raises `EngineError` when what it needs is missing."""
    make: Callable[[Mapping[str, str]], Engine] = importlib.import_module(ENGINES[name]).engine
    return make(options or {})
