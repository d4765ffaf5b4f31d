"""The two ends of a change of cost, each with the sum it is worked out by."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import msgspec

from promptlint.facts import Record
from promptlint.money.formula import NOTHING, Bounds
from promptlint.money.parts import of_load, worded
from promptlint.money.prices import Count
from promptlint.money.spend import Spend, cost, priced
from promptlint.money.state import CallState


class End(Record, frozen=True):
    """USD of one call at one end of what is possible, and how they are worked out."""

    usd: Decimal
    formula: str


def end(
    call: CallState | None, made: Spend | None, answered: Count | None, discount: dict[str, Decimal], *, high: bool
) -> End | None:
    """One call at the sure end of its input, with an answer of that length. A call that is not there: 0."""
    if call is None or made is None:
        return End(usd=NOTHING, formula="")
    if answered is None:
        return None
    sent = made.load.input.low
    fixed = msgspec.structs.replace(
        made.load, input=Bounds(low=sent, high=sent), output=Bounds(low=answered, high=answered)
    )
    found = []
    for model in priced(call.request):
        one = cost(fixed, (model,), discount)
        if one is None or model.price is None:
            return None
        tariff = model.price.batch if fixed.batch and model.price.batch else model.price
        off = discount.get(model.provider, NOTHING)
        found.append(End(usd=one.low, formula=worded(of_load(tariff, fixed), off, each=tariff.request)))
    chosen = max if high else min
    return chosen(found, key=lambda one: one.usd) if found else None


def difference(ends: list[End | None]) -> str:
    """The formula of what the second costs more than the first."""
    told = [f"({end.formula})" if end is not None and end.formula else "" for end in ends]
    if None in ends or not any(told):
        return ""
    return f"{told[1]} - {told[0]}" if told[0] and told[1] else told[1] or f"-{told[0]}"


def mean(formulas: list[str]) -> str:
    """The formula of a mean; empty when one is missing."""
    counts = Counter(formulas)
    if "" in counts:
        return ""
    if len(counts) == 1:
        return formulas[0]
    body = " + ".join(f"{count} × ({formula})" for formula, count in counts.items())
    return f"({body}) / {len(formulas)}"
