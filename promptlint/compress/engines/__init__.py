"""What can shorten a text, by name. Each engine is a module with `engine(settings)`, imported when it is asked for."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Protocol

from msgspec import Struct

from promptlint.compress.rewrite import Rewrite

__all__ = ["ENGINES", "Bill", "Engine", "EngineError", "Settings", "Tariff", "load"]


class EngineError(Exception):
    """An engine that cannot do its job. The message says what to do."""


class Bill(Struct, frozen=True):
    """Tokens of a model's own, and what they cost at its list price; `usd` is None when it has none.

    `exact`: every answer said what it used; else tokens were counted here.
    """

    requests: int
    input_tokens: int
    output_tokens: int
    usd: Decimal | None
    exact: bool = True


class Tariff(Protocol):
    """What a model's tokens cost, and how many of them a text is."""

    # What the price is, or why there is none, in words.
    basis: str
    # It may think before it answers, and bills that as output.
    thinks: bool
    # The most tokens of an answer, where that is known.
    most: int | None

    def tokens(self, text: str) -> int:
        """At most so many tokens of the model's own a text is."""
        ...

    def usd(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> Decimal | None:
        """The price of one request, or None."""
        ...


class Settings(Struct, frozen=True, kw_only=True):
    """What an engine is told. `rate` is the share of words to keep; a key is named by its variable, never held here.

    `timeout` in seconds; `most_tokens`: of one answer. `encoding` makes tiktoken's cl100k_base without a download.
    """

    model: str | None = None
    rate: float = 0.5
    endpoint: str | None = None
    key_variable: str | None = None
    tries: int = 3
    timeout: float = 120.0
    most_tokens: int | None = None
    allow_download: bool = False
    encoding: Callable[[], Any] | None = None  # Any: tiktoken is not imported to say so
    tariff: Tariff | None = None
    say: Callable[[str], None] = lambda _: None
    sleep: Callable[[float], None] = time.sleep


class Engine(Protocol):
    """Makes a text shorter. What it returns has passed the contract, and its changes touch no hole."""

    def estimate(self, texts: Sequence[str], count: Callable[[str], int]) -> Bill | None:
        """What rewriting these texts costs at most; None when it costs nothing but time."""
        ...

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

    def bill(self) -> Bill | None:
        """What all rewrites so far did cost; None when there is nothing to pay."""
        ...


# name → module
ENGINES = {
    "rules": "promptlint.compress.engines.rules",
    "llmlingua": "promptlint.compress.engines.llmlingua",
    "model": "promptlint.compress.engines.model",
}


def load(name: str, settings: Settings | None = None) -> Engine:
    """The engine of a name. Raises `EngineError` when what it needs is missing."""
    make: Callable[[Settings], Engine] = importlib.import_module(ENGINES[name]).engine
    return make(settings or Settings())
