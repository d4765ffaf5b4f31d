"""How long the answers of a call can be, and the most they can cost, whichever of its models gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from promptlint.facts import Call, Record
from promptlint.findings import Basis
from promptlint.money import prices
from promptlint.money.models import ModelFacts
from promptlint.money.spend import fanout

LONGEST = "output tokens at most"


class Ceiling(Record, frozen=True):
    """One model's longest answer in tokens, and USD of one request whose answers all are as long."""

    model: ModelFacts
    tokens: int
    usd: Decimal | None


def ceilings(call: Call, models: Iterable[ModelFacts], discount: Mapping[str, Decimal]) -> list[Ceiling]:
    """One for each model whose longest answer is known: the dearest first, those without a price last.

    `discount`: provider → the share it takes off its list prices.
    """
    found = [
        Ceiling(model=model, tokens=tokens, usd=_usd(model, tokens * fanout(call), discount))
        for model in models
        if (tokens := _longest(call, model)) is not None
    ]
    return sorted(found, key=lambda one: (one.usd is not None, one.usd or Decimal(0), one.tokens), reverse=True)


def longest(call: Call, ceiling: Ceiling, *, alone: bool) -> Basis:
    """Where the length of an answer comes from; `alone`: it is the only model that may answer."""
    if call.cap is not None and ceiling.tokens in (call.cap.value, call.cap.default):
        return Basis(input=LONGEST, value=str(ceiling.tokens), origin="code", where="output cap")
    whose = "the model" if alone else ceiling.model.id
    return Basis(input=LONGEST, value=str(ceiling.tokens), origin="snapshot", where=f"limit of {whose}")


def _longest(call: Call, model: ModelFacts) -> int | None:
    """Tokens of the longest answer: the cap, or the model's own maximum when there is surely none."""
    if call.cap is None:
        return None
    limit = call.cap.value if call.cap.state == "number" else None
    if call.cap.state == "none":
        limit = call.cap.default or model.max_output
    return None if limit is None else min(limit, model.max_output or limit)


def _usd(model: ModelFacts, tokens: int, discount: Mapping[str, Decimal]) -> Decimal | None:
    found = prices.cost(model.price, 0, tokens)
    return found * (1 - discount.get(model.provider, Decimal(0))) if found is not None else None
