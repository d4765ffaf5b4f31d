"""What is known of a model by the id that stands in the code: price, limits, cache, batch, end of life."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import cache

import msgspec

from promptlint.facts import Record
from promptlint.money import ids, lifecycle, prices, vendors
from promptlint.money.ids import Address
from promptlint.money.prices import Limits, Listed, Price
from promptlint.money.vendors import Provider

# Hosts whose own spelling of open models (`llama3-70b-8192`, `…-Instruct-Turbo`) tells them apart.
HOSTS = ("groq", "together")
# The seller of a model of which no other is known.
MAKER = ""


class ModelFacts(Record, frozen=True):
    """A model as one provider serves it.

    `id` is as written, `name` the provider's own id, `bare` that without region, vendor and version. Tokens are the
    model's own; `token_ratio` is how many of them one token of `tokens.encoding_of(id)` is, low and high.
    `cache_mode`: explicit | automatic | none | unknown. `batch_discount`: 0.5 is half price. `retires`: ISO date.
    `reasoning`: it thinks, and bills that as output, unless told otherwise. `local`: runs on one's own machine.
    `dearer_than`: a later snapshot of the same model that costs less.
    """

    id: str
    name: str
    bare: str
    provider: str
    vendor: str | None
    price: Price | None = None
    max_output: int | None = None
    max_input: int | None = None
    retires: str | None = None
    successor: str | None = None
    retirement_source: str = ""
    cache_minimum: int | None = None
    cache_mode: str = "unknown"
    batch_discount: Decimal | None = None
    sibling: str | None = None
    flagship: bool = False
    reasoning: bool = False
    local: bool = False
    dearer_than: str | None = None
    token_ratio: tuple[float, float] = (1.0, 1.0)

    @property
    def gone(self) -> bool:
        """Whether it answers no more, on the day of the prices."""
        return self.retires is not None and self.retires <= prices.snapshot_date()


@cache
def facts(model: str, sdk: str = "") -> ModelFacts | None:
    """What is known of a model id used with an SDK (its id, or a provider's), or None when it names no known model.

    A model that is known may still have no price.
    """
    known = vendors.load()
    if sdk in known.without_list:
        return _unlisted(model, sdk)
    for address in ids.addresses(model, sdk, known):
        if found := _at(model, address):
            return found
    own = known.by_sdk.get(sdk)
    # A host that does not list a model may not sell it at all, and another seller's price would not be its own.
    if ids.prefix(model.strip().lower(), known) or (own and own.vendor is None and own.id != "openrouter"):
        return None
    return _by_name(model)


def _unlisted(model: str, seller: str) -> ModelFacts | None:
    """A model of a known maker, served by another of whom nothing is known: what it is sent, and that it thinks."""
    name = model.strip().lower()
    bare = ids.bare(name)
    vendor = _vendor(bare, None)
    if vendor is None:
        return None
    return ModelFacts(
        id=model,
        name=name,
        bare=bare,
        provider=seller,
        vendor=vendor,
        reasoning=vendors.first(vendors.load().reasoning, bare) is not None,
        token_ratio=_ratio(bare, vendor),
    )


def served(model: str, sellers: Iterable[str]) -> tuple[ModelFacts, ...]:
    """A model as each of several sellers serves it, what two say alike once. It is asked of those that have a price for it, if any has."""
    found = dict.fromkeys(known for seller in sellers if (known := facts(model, seller)) is not None)
    return tuple(one for one in found if one.price is not None) or tuple(found)


prices.forget.append(facts.cache_clear)


def _by_name(model: str) -> ModelFacts | None:
    """An id whose provider is not said: the vendor whose models are named so, or the one host that has this very id."""
    name = model.strip().lower().replace("gpt-35-", "gpt-3.5-")
    if not name or ids.impossible_day(name):
        return None
    for provider in dict.fromkeys((prices.provider_of(name), _maker(name))):
        if provider and (found := _at(model, Address(provider, name, provider))):
            return found
    hosts = [host for host in HOSTS if prices.sells(host, name)]
    return _at(model, Address(hosts[0], name, hosts[0])) if len(hosts) == 1 else None


def _maker(name: str) -> str | None:
    """The price list of the vendor whose models are named so, fine-tuned ones and embeddings included."""
    vendor = _vendor(ids.bare(name), None)
    return next((row.id for row in vendors.load().provider if row.vendor and row.vendor == vendor), None)


def _at(model: str, address: Address) -> ModelFacts | None:
    known = vendors.load()
    provider = known.by_id.get(address.provider)
    if provider and provider.local:
        return _local(model, address)
    name = known.meanings.get((address.prices, address.name), address.name)
    found = prices.find(address.prices, name)
    if found is None:  # price lists forget what is gone
        gone = lifecycle.end(address, _vendor(ids.bare(address.name), provider)) is not None
        return _described(model, address, Listed(id=address.name, match=()), provider) if gone else None
    if provider and provider.deployments and not _spelled_out(found.model, name):
        return None
    return _described(model, address, found.model, provider)


def _spelled_out(listed: Listed, name: str) -> bool:
    """True when the list has the very name, or it with a day: a name that only begins alike is a user's own."""
    exact = {rule[1:] for rule in listed.match if isinstance(rule, str) and rule[0] in "=~^"}
    return name in exact or ids.family(name) in exact


def _local(model: str, address: Address) -> ModelFacts:
    name = address.name.split(":")[0]
    vendor = _vendor(name, None)
    zero = Decimal(0)
    return ModelFacts(
        id=model,
        name=address.name,
        bare=name,
        provider=address.provider,
        vendor=vendor,
        price=Price(input=zero, output=zero, source="no provider bills a local model", date=prices.snapshot_date()),
        cache_mode="none",
        local=True,
        token_ratio=_ratio(name, vendor),
    )


def _described(model: str, address: Address, listed: Listed, provider: Provider | None) -> ModelFacts:
    known = vendors.load()
    bare = ids.bare(address.name)
    vendor = _vendor(bare, provider)
    limits = _limits(address, listed)
    price = _complete(listed.price, provider)
    end = lifecycle.end(address, vendor)
    mode = _cache_mode(vendor, provider, price)
    # Another model is no stand-in for one that was trained for the job.
    tuned = address.name.startswith("ft:")
    sibling = None if tuned else vendors.first(known.sibling, bare)
    return ModelFacts(
        id=model,
        name=address.name,
        bare=bare,
        provider=address.provider,
        vendor=vendor,
        price=price,
        max_output=limits.output,
        max_input=limits.input or listed.context,
        retires=end.retires if end else None,
        successor=end.successor if end and not tuned else None,
        retirement_source=end.source if end else "",
        cache_minimum=None if mode == "none" else _cache_minimum(bare, address, limits),
        cache_mode=mode,
        batch_discount=_batch_discount(price),
        sibling=sibling.cheap if sibling and prices.find(address.prices, sibling.cheap) else None,
        flagship=bool(sibling and sibling.flagship),
        reasoning=vendors.first(known.reasoning, bare) is not None,
        dearer_than=lifecycle.cheaper_snapshot(address, vendor),
        token_ratio=_ratio(bare, vendor),
    )


def _complete(price: Price | None, provider: Provider | None) -> Price | None:
    """The listed price with its source, and batch rates where the provider gives a discount on everything."""
    if price is None:
        return None
    batch = price.batch
    if batch is None and provider and provider.batch_discount:
        batch = prices.discounted(price, provider.batch_discount, provider.source)
    source = prices.snapshot().sources["limits" if price.source == "litellm" else "prices"]
    return msgspec.structs.replace(price, batch=batch, source=source, date=prices.snapshot_date())


def _vendor(bare: str, provider: Provider | None) -> str | None:
    row = vendors.first((row for row in vendors.load().vendor), bare)
    return row.id if row else provider.vendor if provider else None


def _ratio(bare: str, vendor: str | None) -> tuple[float, float]:
    if vendor == "openai":
        return (1.0, 1.0)
    row = vendors.first(vendors.load().tokenizer, bare)
    return row.ratio if row else (1.0, 1.0)


def _limits(address: Address, listed: Listed) -> Limits:
    """The provider's row for the very id, else for the model it is an alias of."""
    rows = prices.price_list(address.prices).limits
    for name in (address.name, listed.id, ids.BEDROCK.sub(r"\g<vendor>.\g<name>", address.name)):
        if row := rows.get(name):
            return row
    return Limits()


def _cache_minimum(bare: str, address: Address, limits: Limits) -> int | None:
    if address.provider not in ("openai", "azure", "anthropic", "aws", "google", "vertex"):
        return limits.cache
    row = vendors.first(vendors.load().cache, bare)
    return row.minimum if row else limits.cache


def _cache_mode(vendor: str | None, provider: Provider | None, price: Price | None) -> str:
    """How a prefix gets cached; a model whose list has prices, but none for cached tokens, has no cache."""
    mode = provider.cache if provider else "unknown"
    if price is not None and price.cache_read is None and mode in ("automatic", "explicit"):
        return "none"
    # Claude asks for marks wherever it is served.
    return "explicit" if vendor == "anthropic" and mode == "automatic" else mode


def _batch_discount(price: Price | None) -> Decimal | None:
    """The share that batch rates take off the output, or the input where there is no output."""
    if price and price.batch:
        for plain, batch in ((price.output, price.batch.output), (price.input, price.batch.input)):
            if plain and batch is not None:
                return 1 - batch / plain
    return None
