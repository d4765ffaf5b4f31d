"""`rules/providers.toml`: what price lists do not say about providers and models."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from decimal import Decimal
from fnmatch import translate
from functools import cache, cached_property
from typing import Protocol, TypeVar

import msgspec

from promptlint.knowledge.tables import rules_dir


class Provider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A seller of models. `prices` is the list it sells by, if not its own.

    `vendor` is set where the seller made the models. `deployments`: ids are names that its users choose.
    `cache`: explicit | automatic | none | unknown. `batch_discount`: 0.5 is half price, on all its models. `hours`: when
    the prices of its list hold, if not all day. `bills_schema`: how it is known that the schema of an answer is counted as input.
    """

    id: str
    prefixes: tuple[str, ...]
    sdks: tuple[str, ...]
    source: str
    date: str
    prices: str | None = None
    vendor: str | None = None
    batch_discount: Decimal | None = None
    cache: str = "unknown"
    deployments: bool = False
    local: bool = False
    hours: str = ""
    bills_schema: str = ""


class Unlisted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sellers of whose prices there is no list."""

    ids: tuple[str, ...]
    source: str
    date: str


class Alias(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An id whose price list entry is out of date, and the id whose entry holds."""

    id: str
    provider: str
    means: str
    source: str
    date: str


class Vendor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who made the models of these names."""

    id: str
    models: tuple[str, ...]


class Tokenizer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tokens of these models for one token of o200k_base: low and high."""

    models: tuple[str, ...]
    ratio: tuple[float, float]
    source: str
    date: str


class Cache(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The least number of tokens that the cache of these models takes."""

    models: tuple[str, ...]
    minimum: int
    source: str
    date: str
    note: str = ""


class Lifetime(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many minutes a prefix stays in a provider's cache after its last use: what can be chosen, the default first."""

    provider: str
    models: tuple[str, ...]
    minutes: tuple[int, ...]
    source: str
    date: str


class Reasoning(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Models that think before they answer unless told otherwise."""

    models: tuple[str, ...]
    source: str
    date: str


class Sibling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The cheap model beside these, in the spelling of the same provider's list."""

    models: tuple[str, ...]
    cheap: str
    source: str
    date: str
    flagship: bool = False


class Lifecycle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The day (ISO) on which a provider stops answering for these ids, and what it names instead."""

    models: tuple[str, ...]
    provider: str
    retires: str
    source: str
    date: str
    successor: str | None = None
    note: str = ""


class Facts(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, dict=True):
    """The whole file. Look-ups take the bare id in lower case."""

    provider: tuple[Provider, ...]
    unlisted: tuple[Unlisted, ...]
    alias: tuple[Alias, ...]
    vendor: tuple[Vendor, ...]
    tokenizer: tuple[Tokenizer, ...]
    cache: tuple[Cache, ...]
    lifetime: tuple[Lifetime, ...]
    reasoning: tuple[Reasoning, ...]
    sibling: tuple[Sibling, ...]
    lifecycle: tuple[Lifecycle, ...]

    @cached_property
    def by_prefix(self) -> dict[str, Provider]:
        """What may stand before "/" or ":" in an id."""
        return {prefix: provider for provider in self.provider for prefix in provider.prefixes}

    @cached_property
    def by_sdk(self) -> dict[str, Provider]:
        """SDK tables, and the ids of providers themselves."""
        return {name: provider for provider in self.provider for name in (*provider.sdks, provider.id)}

    @cached_property
    def by_id(self) -> dict[str, Provider]:
        """Price lists by id."""
        return {provider.id: provider for provider in self.provider}

    @cached_property
    def without_list(self) -> frozenset[str]:
        """Sellers of whose prices there is no list."""
        return frozenset(seller for row in self.unlisted for seller in row.ids)

    @cached_property
    def meanings(self) -> dict[tuple[str, str], str]:
        """(provider, id) to the id whose price holds."""
        return {(alias.provider, alias.id): alias.means for alias in self.alias}

    @cached_property
    def ends(self) -> dict[tuple[str, str], Lifecycle]:
        """(provider, id) to its end of life."""
        return {(row.provider, model): row for row in self.lifecycle for model in row.models}


class _Named(Protocol):
    @property
    def models(self) -> tuple[str, ...]: ...


_Row = TypeVar("_Row", bound=_Named)


def first(rows: Iterable[_Row], model: str) -> _Row | None:
    """The first row that has a glob for the id."""
    return next((row for row in rows if _glob(row.models).match(model)), None)


def lifetime(provider: str, model: str) -> Lifetime | None:
    """How long a provider's cache keeps a prefix, where that is published."""
    return first((row for row in load().lifetime if row.provider == provider), model)


def is_local(provider: str) -> bool:
    """Whether the models of a provider, or of an SDK, run on one's own machine: nobody bills them."""
    found = load().by_sdk.get(provider)
    return found is not None and found.local


@cache
def _glob(globs: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, globs)))


@cache
def load() -> Facts:
    """The file, read once. Raises ValueError naming the file and the key that is wrong."""
    path = rules_dir().joinpath("providers.toml")
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Facts)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{path}: {error}") from error
