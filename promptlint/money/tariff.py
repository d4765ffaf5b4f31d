"""What rewriting a prompt by a model costs: its tokens and its list price by the snapshot that ships."""

from __future__ import annotations

from decimal import Decimal

from promptlint.money import models, prices, tokens


class Tariff:
    """The tariff of one model id; see `promptlint.compress.engines.Tariff`. An unknown model has no price, never zero."""

    def __init__(self, model: str) -> None:
        self._facts = models.facts(model)
        self._encoding = tokens.encoding_of(model)
        # A model that nobody knows may think, too: it gets the room for it.
        self.thinks = self._facts is None or self._facts.reasoning
        self.most = self._facts.max_output if self._facts else None
        if self._facts is None or self._facts.price is None:
            self.basis = f"not priced: no price is known for {model}"
        elif self._facts.local:
            self.basis = f"{model} is a local model: time, not money"
        else:
            self.basis = f"list price of {self._facts.name}, {prices.snapshot_date()}"

    def tokens(self, text: str) -> int:
        """At most so many tokens of the model's own, by the measured ratio of its vendor."""
        return tokens.scaled(tokens.count(text, self._encoding), self._facts).high

    def usd(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> Decimal | None:
        """USD of one request, or None when a rate is unknown."""
        price = self._facts.price if self._facts else None
        return prices.cost(price, input_tokens, output_tokens, cache_read_tokens=cached_tokens)
