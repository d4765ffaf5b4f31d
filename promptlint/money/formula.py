"""What requests cost: `volume × (uncached × p_in + read × p_read + write × p_write + n × output × p_out)`.

Everything here is arithmetic on known prices. What is not known stays a range: `high` is None where nothing bounds it.
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from promptlint.facts import Record
from promptlint.money import prices
from promptlint.money.prices import Count, Price, Rates

NOTHING = Decimal(0)


class Bounds(Record, frozen=True):
    """A number of tokens that is somewhere between: `high` is None where there is no limit that we know."""

    low: Count
    high: Count | None

    @property
    def exact(self) -> bool:
        """True when nothing is unknown."""
        return self.low == self.high


class Amount(Record, frozen=True):
    """US dollars, somewhere between. `high` is None where a part has no limit that we know."""

    low: Decimal
    high: Decimal | None

    @property
    def exact(self) -> Decimal | None:
        """The amount, where both ends agree."""
        return self.low if self.low == self.high else None

    def times(self, factor: Count) -> Amount:
        """That many of it."""
        return Amount(low=self.low * factor, high=None if self.high is None else self.high * factor)


def added(amounts: list[Amount]) -> Amount:
    """The sum; without an upper end when any of them has none."""
    highs = [a.high for a in amounts if a.high is not None]
    high = sum(highs, NOTHING) if len(highs) == len(amounts) else None
    return Amount(low=sum((a.low for a in amounts), NOTHING), high=high)


class Load(Record, frozen=True):
    """Tokens of one request. `input` is the whole prompt; the shares say how much of it a cache answers or takes.

    `output` is one answer, `answers` how many are asked for; `batch`: sent by way of the Batch API.
    """

    input: Bounds
    output: Bounds
    read_share: Decimal = NOTHING
    write_share: Decimal = NOTHING
    answers: int = 1
    batch: bool = False


def per_call(price: Price | None, load: Load, discount: Decimal = NOTHING) -> Amount | None:
    """USD of one request, or None when a rate it needs is unknown. `discount` is the share taken off the list price."""
    if price is not None and price.input == 0 and price.output == 0 and not price.request:
        return Amount(low=NOTHING, high=NOTHING)  # a local model: nothing, however much it is asked
    low = _one(price, load, load.input.low, load.output.low)
    if low is None:
        return None
    high = None
    if load.input.high is not None and load.output.high is not None:
        high = _one(price, load, load.input.high, load.output.high)
        if high is None:
            return None
    return Amount(low=low, high=high).times(1 - discount)


def _one(price: Price | None, load: Load, sent: Count, answered: Count) -> Decimal | None:
    return prices.cost(
        price,
        sent,
        answered * load.answers,
        sent * load.read_share if load.read_share else 0,
        sent * load.write_share if load.write_share else 0,
        batch=load.batch,
    )


def break_even(rates: Rates, *, hour: bool = False) -> int | None:
    """How many requests must share a prefix before one write and reads cost less than sending it plain each time.

    They must come within the lifetime of the cache: the short one, or an `hour`. None where caching never pays, or where
    a rate is unknown. 1.25 to write and 0.1 to read: 2 requests; 2 and 0.1: 3.
    """
    write = rates.cache_write_1h if hour else rates.cache_write
    if rates.input is None or rates.cache_read is None or (hour and write is None):
        return None
    write = rates.input if write is None else write
    if rates.cache_read >= rates.input:
        return None
    # write + (k - 1) × read < k × input, so k > (write - read) / (input - read).
    quotient = (write - rates.cache_read) / (rates.input - rates.cache_read)
    return max(1, int(quotient.to_integral_value(ROUND_FLOOR)) + 1)


def prefix_cost(rates: Rates, tokens: Count, requests: Count, writes: Count, *, hour: bool = False) -> Decimal | None:
    """USD of sending a prefix with `requests` of which `writes` find it gone from the cache and write it again.

    Raises ValueError when more is written than sent.
    """
    if writes > requests:
        raise ValueError(f"{writes} writes in {requests} requests")
    write = rates.cache_write_1h if hour else rates.cache_write
    if rates.input is None or rates.cache_read is None or (hour and write is None):
        return None
    write = rates.input if write is None else write
    return tokens * (writes * write + (requests - writes) * rates.cache_read) / prices.MILLION
