"""Prices: a snapshot of price lists, and what a request costs by it.

`rules/prices/prices.json` is compiled by `scripts/update_prices.py`. Rates are USD per million tokens; an unknown rate
is None, never zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from promptlint.facts import Record
from promptlint.knowledge.tables import rules_dir

MILLION = 1_000_000

Count = int | Decimal
"""A number of tokens; an average need not be whole."""


class Rates(Record, frozen=True):
    """USD per million tokens. `cache_write` is for the provider's shortest lifetime, `cache_write_1h` for an hour."""

    input: Decimal | None = None
    output: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    cache_write_1h: Decimal | None = None


class Tier(Rates, frozen=True):
    """The rates of the whole request once its prompt has more than `above` tokens: a cliff, not a bracket."""

    above: int = 0


RatesLike = TypeVar("RatesLike", bound=Rates)


class Price(Rates, frozen=True):
    """What one model costs. `request` is USD per request, `batch` the rates of the Batch API where they are listed."""

    tiers: tuple[Tier, ...] = ()
    request: Decimal | None = None
    batch: Price | None = None
    batch_source: str = ""
    source: str = ""
    date: str = ""

    def at(self, input_tokens: Count) -> Rates:
        """The rates for a prompt of that many tokens."""
        return next((tier for tier in reversed(self.tiers) if input_tokens > tier.above), self)


def discounted(price: Price, discount: Decimal, source: str) -> Price:
    """Batch rates from what a provider says of all its models. Cached tokens cost no more than plain ones."""

    def less(rates: RatesLike) -> RatesLike:
        share = 1 - discount
        plain = None if rates.input is None else (rates.input * share).normalize()
        output = None if rates.output is None else (rates.output * share).normalize()
        read = rates.cache_read if plain is None or rates.cache_read is None else min(rates.cache_read, plain)
        return msgspec.structs.replace(rates, input=plain, output=output, cache_read=read)

    return msgspec.structs.replace(less(price), tiers=tuple(map(less, price.tiers)), batch_source=source)


class Clauses(Record, frozen=True):
    """Match rules of which any, or all, must hold."""

    any: tuple[Rule, ...] = ()
    all: tuple[Rule, ...] = ()


# A rule as text begins with what it asks for: `=equals`, `^starts`, `$ends`, `~contains`, `/regular expression`.
Rule = str | Clauses


class Listed(Record, frozen=True):
    """One model of a price list, and the ids it is called by. `context` is its window in tokens."""

    id: str
    match: tuple[Rule, ...]
    price: Price | None = None
    context: int | None = None


class Limits(Record, frozen=True):
    """Tokens a model takes and gives at most, the day it retires (ISO), the least prefix its cache takes."""

    output: int | None = None
    input: int | None = None
    retires: str | None = None
    cache: int | None = None
    reasons: bool = False


class PriceList(Record, frozen=True):
    """What one provider sells. The first model that matches an id is the one; `fallback` lists are searched next."""

    fallback: tuple[str, ...] = ()
    models: tuple[Listed, ...] = ()
    limits: dict[str, Limits] = msgspec.field(default_factory=dict)


class Snapshot(Record, frozen=True):
    """All price lists at one instant. A list is decoded when it is first asked for."""

    instant: str
    sources: dict[str, str]
    named: dict[str, Rule]
    providers: dict[str, msgspec.Raw]


class Match(NamedTuple):
    """Where an id was found."""

    provider: str
    model: Listed


_path: Path | None = None

# What must be forgotten when the snapshot changes; modules that remember what they made of it add theirs.
forget: list[Callable[[], None]] = []


def use(path: Path | None) -> None:
    """Take prices from another snapshot file, or from the one that ships (None)."""
    global _path
    _path = path
    for clear in forget:
        clear()


@cache
def snapshot() -> Snapshot:
    """The snapshot in use. Raises msgspec.DecodeError, or OSError, when its file cannot be read."""
    data = _path.read_bytes() if _path else rules_dir().joinpath("prices", "prices.json").read_bytes()
    return msgspec.json.decode(data, type=Snapshot)


@cache
def price_list(provider: str) -> PriceList:
    """The list of one provider, empty when there is none."""
    raw = snapshot().providers.get(provider)
    return msgspec.json.decode(raw, type=PriceList) if raw is not None else PriceList()


def snapshot_date() -> str:
    """The day the prices were in force, ISO."""
    return snapshot().instant[:10]


@cache
def find(provider: str, model: str) -> Match | None:
    """The model that an id (lower case) names in a provider's list, or in the lists it falls back to."""
    for name in (model, dashed_date(model)):
        for listed in (provider, *price_list(provider).fallback):
            for candidate in price_list(listed).models:
                if matches(candidate.match, name):
                    return Match(listed, candidate)
    return None


def sells(provider: str, model: str) -> bool:
    """True when a list has exactly that id."""
    return any(f"={model}" in listed.match for listed in price_list(provider).models)


def provider_of(model: str) -> str | None:
    """The provider whose models are named like that id, in the price lists' own order."""
    return next((name for name, rule in snapshot().named.items() if matches((rule,), model)), None)


def dashed_date(model: str) -> str:
    """`gpt-5.2-20251211` as `gpt-5.2-2025-12-11`, the spelling of the lists that do not know the other."""
    return re.sub(r"-(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)", r"-\1-\2-\3", model)


forget += [snapshot.cache_clear, price_list.cache_clear, find.cache_clear]

_TESTS: dict[str, Callable[[str, str], bool]] = {
    "=": str.__eq__,
    "^": str.startswith,
    "$": str.endswith,
    "~": str.__contains__,
    "/": lambda text, pattern: re.search(pattern, text) is not None,
}


def matches(rules: tuple[Rule, ...], model: str) -> bool:
    """True when any of the rules takes the id, which is in lower case."""
    return any(_TESTS[rule[0]](model, rule[1:]) if type(rule) is str else _holds(rule, model) for rule in rules)


def _holds(rule: Rule, model: str) -> bool:
    if isinstance(rule, str):
        return _TESTS[rule[0]](model, rule[1:])
    return all(_holds(part, model) for part in rule.all) if rule.all else matches(rule.any, model)


def cost(
    price: Price | None,
    input_tokens: Count,
    output_tokens: Count,
    cache_read_tokens: Count = 0,
    cache_write_tokens: Count = 0,
    batch: bool = False,
    cache_write_1h_tokens: Count = 0,
) -> Decimal | None:
    """USD for one request, or None when a rate it needs is unknown.

    `input_tokens` is the whole prompt, cached tokens included; `cache_write_tokens` all that is written, those for an hour
    included. Tokens read from or written to a cache that has no price of its own cost what plain ones do. Raises
    ValueError when more is cached than sent, or more kept for an hour than written.
    """
    fresh = input_tokens - cache_read_tokens - cache_write_tokens
    short = cache_write_tokens - cache_write_1h_tokens
    if fresh < 0 or short < 0:
        raise ValueError(f"{input_tokens - fresh} cached tokens in a prompt of {input_tokens}")
    tariff = price.batch if price and batch else price
    if tariff is None:
        return None
    rates = tariff.at(input_tokens)
    write = rates.input if rates.cache_write is None else rates.cache_write
    parts = (
        (fresh, rates.input),
        (cache_read_tokens, rates.input if rates.cache_read is None else rates.cache_read),
        (short, write),
        (cache_write_1h_tokens, write if rates.cache_write_1h is None else rates.cache_write_1h),
        (output_tokens, rates.output),
    )
    total = tariff.request or Decimal(0)
    for tokens, rate in parts:
        if tokens and rate is None:
            return None
        total += tokens * (rate or Decimal(0)) / MILLION
    return total
