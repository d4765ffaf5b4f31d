"""One call's month on its way through the steps of a plan: each step changes what is sent, and it is priced anew.

A call that was routed to a cheaper model and is then batched saves on what is left of its spend. Nothing is counted twice,
and what providers do not add up (a cached token in a batch of gpt-4o costs what it costs outside) is not added up.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from promptlint.facts import Record
from promptlint.money import prices
from promptlint.money.caching import hit_share
from promptlint.money.formula import NOTHING
from promptlint.money.models import ModelFacts
from promptlint.money.prices import Count
from promptlint.money.vendors import lifetime


class Stage(Record, frozen=True):
    """A call at some point of the plan. Tokens are those of one request, averages need not be whole.

    `calls`: requests a month that reach the model. `cached`: tokens at the beginning that a cache keeps; `hits`: the part of
    the requests that find them there, the others write them. `later`: the part that is sent by way of the Batch API.
    `discount`: the share taken off list prices.
    """

    model: ModelFacts
    calls: Decimal
    input: Count
    output: Count
    answers: int = 1
    cached: Count = 0
    hits: Decimal = NOTHING
    later: Decimal = NOTHING
    discount: Decimal = NOTHING

    @property
    def usd(self) -> Decimal | None:
        """USD a month; None when a rate that it needs is unknown."""
        now = self._one(batch=False) if self.later < 1 else NOTHING
        later = self._one(batch=True) if self.later else NOTHING
        if now is None or later is None:
            return None
        return ((1 - self.later) * now + self.later * later) * self.calls * (1 - self.discount)

    def _one(self, *, batch: bool) -> Decimal | None:
        read = self.cached * self.hits
        return prices.cost(
            self.model.price,
            self.input,
            self.output * self.answers,
            read,
            self.cached - read,
            batch=batch,
        )


def routed(stage: Stage, cheap: ModelFacts) -> Stage:
    """Answered by a cheaper model of the same provider, with as many tokens."""
    return msgspec.structs.replace(stage, model=cheap)


def answered(stage: Stage, repeated: Decimal) -> Stage:
    """A part of the calls is answered from a cache of answers; a look-up costs nothing."""
    return msgspec.structs.replace(stage, calls=stage.calls * (1 - repeated))


def cached(stage: Stage, prefix: int) -> Stage | None:
    """The first tokens of each request are kept by the provider, for the shorter of its lifetimes.

    None where its lifetime or its rates are not known, where the prefix is shorter than it takes, and where a part of the
    input is read from a cache already.
    """
    row = lifetime(stage.model.provider, stage.model.bare)
    minimum, price = stage.model.cache_minimum, stage.model.price
    if row is None or minimum is None or prefix < minimum or stage.cached or price is None or price.cache_read is None:
        return None
    hits = hit_share(int(stage.calls), row.minutes[0])
    return msgspec.structs.replace(stage, cached=min(prefix, stage.input), hits=hits)


def batched(stage: Stage, share: Decimal) -> Stage | None:
    """A part of the calls is sent by way of the Batch API. None where its rates are not known, or it is done already."""
    if stage.model.price is None or stage.model.price.batch is None or stage.later:
        return None
    return msgspec.structs.replace(stage, later=share)


def shorter(stage: Stage, tokens: int) -> Stage | None:
    """So many tokens of its constant text fewer; of what a cache keeps first: there they are worth least.

    None where what is left would be too short for the cache.
    """
    less = min(tokens, stage.input)
    kept = max(stage.cached - less, 0)
    if stage.cached >= (stage.model.cache_minimum or 0) > kept:
        return None
    return msgspec.structs.replace(stage, input=stage.input - less, cached=kept)


def capped(stage: Stage, limit: int) -> Stage:
    """No answer is longer than so many tokens."""
    return msgspec.structs.replace(stage, output=min(stage.output, limit))
