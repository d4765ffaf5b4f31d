"""When a model is retired, what its vendor names instead, and whether a later snapshot costs less."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from promptlint.money import ids, prices, vendors
from promptlint.money.ids import Address


class End(NamedTuple):
    """The day (ISO) a model stops answering, the model to move to if one is named, and who says so."""

    retires: str
    successor: str | None
    source: str


@cache
def end(address: Address, vendor: str | None) -> End | None:
    """The end of a model at its vendor's own API, or None when none is announced.

    Hosts (Bedrock, Azure, routers) keep models longer and publish earliest dates only: of those the reviewed table alone is believed.
    """
    if row := vendors.load().ends.get((address.provider, address.name)):
        return _of_row(row)
    provider = vendors.load().by_id.get(address.provider)
    if provider is None or provider.vendor is None or provider.vendor != vendor:
        return None
    name = ids.bare(address.name)
    return _listed(address.provider, name) or _of_alias(address.provider, name)


def _of_row(row: vendors.Lifecycle) -> End:
    return End(row.retires, _lasting(row.provider, row.successor), f"{row.source} ({row.date})")


def _listed(provider: str, name: str) -> End | None:
    """What the reviewed table says of the very id, else what litellm does."""
    if row := vendors.load().ends.get((provider, name)):
        return _of_row(row)
    limits = prices.price_list(provider).limits.get(name)
    if limits and limits.retires:
        return End(limits.retires, None, prices.snapshot().sources["limits"])
    return None


def _of_alias(provider: str, name: str) -> End | None:
    """An undated name lasts as long as the last of its snapshots, if all of those have an end."""
    family = ids.family(name)
    if family != name and not name.endswith("-latest"):
        return None
    others = {
        *prices.price_list(provider).limits,
        *(model for listed, model in vendors.load().ends if listed == provider),
    }
    snapshots = [other for other in others if other != name and ids.DATED.search(other) and ids.family(other) == family]
    found = [(end, snapshot) for snapshot in snapshots if (end := _listed(provider, snapshot))]
    if not found or len(found) < len(snapshots):
        return None
    last, snapshot = max(found, key=lambda pair: (pair[0].retires, pair[1]))
    return last._replace(source=f"its last snapshot, {snapshot}: {last.source}")


def _lasting(provider: str, successor: str | None) -> str | None:
    """The successor, or the successor of that, up to one without an end."""
    ends = vendors.load().ends
    for _ in range(10):
        row = ends.get((provider, successor or ""))
        if row is None:
            return successor
        successor = row.successor
    return None


@cache
def cheaper_snapshot(address: Address, vendor: str | None) -> str | None:
    """The next snapshot of the same model, if it costs less for input and output alike."""
    when = ids.day(address.name, vendor)
    own = prices.find(address.prices, address.name)
    if when is None or own is None or own.model.price is None:
        return None
    for later, name in _snapshots(own.provider, ids.family(address.name), vendor):
        found = prices.find(own.provider, name)
        if later > when and found and found.model.price and _cheaper(found.model.price, own.model.price):
            return name
    return None


def _cheaper(price: prices.Price, than: prices.Price) -> bool:
    if price.input is None or price.output is None or than.input is None or than.output is None:
        return False
    no_dearer = price.input <= than.input and price.output <= than.output
    return no_dearer and (price.input, price.output) != (than.input, than.output)


def _snapshots(provider: str, family: str, vendor: str | None) -> list[tuple[str, str]]:
    """Dated names of one family in a provider's list, oldest first, as (day, name)."""
    listed = prices.price_list(provider)
    exact = {rule[1:] for model in listed.models for rule in model.match if isinstance(rule, str) and rule[0] == "="}
    return sorted(
        (when, name)
        for name in exact | set(listed.limits)
        if ids.family(name) == family and (when := ids.day(name, vendor))
    )


prices.forget += [end.cache_clear, cheaper_snapshot.cache_clear]
