"""Whether caching a prefix pays: the provider's terms, and how often a request finds what an earlier one wrote."""

from __future__ import annotations

import math
import re
from decimal import Decimal

from promptlint.facts import Record
from promptlint.money import vendors
from promptlint.money.formula import break_even
from promptlint.money.models import ModelFacts
from promptlint.money.parts import Part
from promptlint.money.prices import MILLION, Price

_MINUTES_A_MONTH = 30 * 24 * 60
_HOUR = 60

# New in every request; a date is the same all day.
_NEW = re.compile(
    r"\b(?:uuid\.uuid[14]|uuid[14]|time\.(?:time|time_ns|ctime|strftime|monotonic|perf_counter)|"
    r"random\.(?:random|randint|choice|uniform|sample)|secrets\.token_\w+|datetime\.(?:datetime\.)?(?:now|utcnow))\("
)
_OF_DAY = re.compile(r"\.date\(\)|%[YmdyBbAaj]|today")
_OF_SECOND = re.compile(r"%[HIMSTfcsX]")


def new_each_time(source: str) -> str | None:
    """The call in what is filled in that gives another value each time, as it is written."""
    found = _NEW.search(source)
    return found.group() if found is not None and (not _OF_DAY.search(source) or _OF_SECOND.search(source)) else None


class Terms(Record, frozen=True):
    """How one model's cache is billed.

    `mode`: explicit | automatic | none | unknown. `minimum`: tokens. `read`, `write` and `write_hour`: parts of the plain
    input rate. `minutes`: lifetimes that can be had, the shortest first; empty where none is published. `requests`: how
    many must share a prefix within a lifetime before it pays, `requests_hour` the same for the dearer hour.
    """

    mode: str
    minimum: int | None
    read: Decimal | None
    write: Decimal | None
    write_hour: Decimal | None
    minutes: tuple[int, ...]
    requests: int | None
    requests_hour: int | None


def terms(model: ModelFacts) -> Terms | None:
    """The terms of a model's cache, or None when it has no price."""
    rates = model.price
    if rates is None or not rates.input:
        return None

    def part(rate: Decimal | None) -> Decimal | None:
        return None if rate is None or not rates.input else rate / rates.input

    row = vendors.lifetime(model.provider, model.bare)
    return Terms(
        mode=model.cache_mode,
        minimum=model.cache_minimum,
        read=part(rates.cache_read),
        write=part(rates.cache_write) if rates.cache_write is not None else Decimal(1),
        write_hour=part(rates.cache_write_1h),
        minutes=row.minutes if row else (),
        requests=break_even(rates),
        requests_hour=break_even(rates, hour=True),
    )


def hit_share(calls_per_month: int, minutes: int) -> Decimal:
    """The part of requests that come within `minutes` of the one before, when they come independently of each other.

    1 - e^(-rate × minutes): a Poisson process. Calls in bursts, as in a loop, find more.
    """
    rate = calls_per_month / _MINUTES_A_MONTH
    return Decimal(str(round(-math.expm1(-rate * minutes), 4)))


def kept_share(model: ModelFacts, calls_per_month: int) -> Decimal:
    """The part of so many independent calls that find a prefix in the cache for its shorter lifetime; all if none is known."""
    row = vendors.lifetime(model.provider, model.bare)
    return hit_share(calls_per_month, row.minutes[0]) if row is not None else Decimal(1)


def kept(price: Price, prefix: int, hits: Decimal) -> list[Part]:
    """What a cache saves on the prefix of one request: it is read by the part `hits` of them, and written by the others."""
    read = price.input if price.cache_read is None else price.cache_read
    write = price.input if price.cache_write is None else price.cache_write
    return [(prefix, price.input), (-prefix * hits, read), (-prefix * (1 - hits), write)]


def saved_per_month(model: ModelFacts, prefix: int, calls_per_month: int, *, hour: bool = False) -> Decimal | None:
    """USD a month that caching a prefix saves, in calls that come independently; below zero where it costs more.

    `hour`: with the dearer lifetime of an hour. None where a rate or the lifetime is unknown.
    """
    rates = model.price
    row = vendors.lifetime(model.provider, model.bare)
    if rates is None or rates.input is None or rates.cache_read is None or row is None:
        return None
    write = rates.cache_write_1h if hour else rates.cache_write if rates.cache_write is not None else rates.input
    if write is None:
        return None
    hits = hit_share(calls_per_month, _HOUR if hour else row.minutes[0])
    each = rates.input - hits * rates.cache_read - (1 - hits) * write
    return prefix * calls_per_month * each / MILLION
