"""Dollars as a sum of tokens times rates: what is printed as a formula and what is counted are the same parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from promptlint.money.formula import Load
from promptlint.money.prices import MILLION, Count, Price

Part = tuple[Count, Decimal | None]
"""Tokens and their rate, USD per million. Tokens below zero are those that are no longer sent."""


def of_tokens(price: Price, sent: Count, answered: Count) -> list[Part]:
    """So many tokens of a prompt, and of its answers."""
    rates = price.at(sent)
    return [(sent, rates.input), (answered, rates.output)]


def of_load(price: Price, load: Load) -> list[Part]:
    """One request at the sure end of its load, without what is billed by the request; `load.batch` is left aside."""
    sent = load.input.low
    rates = price.at(sent)
    read = sent * load.read_share if load.read_share else 0
    cached = rates.input if rates.cache_read is None else rates.cache_read
    return [(sent - read, rates.input), (read, cached), (load.output.low * load.answers, rates.output)]


def less(parts: Iterable[Part]) -> list[Part]:
    """The same, taken away."""
    return [(-tokens, rate) for tokens, rate in parts]


def usd(parts: Iterable[Part], discount: Decimal) -> Decimal | None:
    """USD of the parts; None when a rate that is needed is unknown. `discount`: the share taken off list prices."""
    total = Decimal(0)
    for tokens, rate in parts:
        if tokens and rate is None:
            return None
        total += tokens * (rate or Decimal(0))
    return total * (1 - discount) / MILLION


def worded(parts: Sequence[Part], discount: Decimal, *, each: Decimal | None = None) -> str:
    """`(379 × $2/M - 379 × $0.1/M) × (1 - 0.15)`: the sum as it is worked out; `/M` is a million tokens.

    `each`: USD that are billed by the request.
    """
    told = [(t < 0, f"{abs(Decimal(t)).normalize():,f} × ${rate:f}/M") for t, rate in parts if t and rate is not None]
    told += [(False, f"${each:f}")] if each else []
    if not told:
        return ""
    body = ("-" if told[0][0] else "") + told[0][1]
    body += "".join(f" {'-' if negative else '+'} {text}" for negative, text in told[1:])
    return f"({body}) × (1 - {discount:f})" if discount else body
