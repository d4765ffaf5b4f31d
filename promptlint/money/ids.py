"""Model ids as they occur in code, taken apart: who serves the model, and its bare name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from promptlint.money import prices
from promptlint.money.vendors import Facts, Provider

# `us.anthropic.claude-…`, `anthropic.claude-…`, `meta.llama3-…`: the ids of Bedrock and nobody else.
BEDROCK = re.compile(
    r"(?:(?:us|eu|apac|au|jp|ca|us-gov|global)\.)?"
    r"(?P<vendor>ai21|amazon|anthropic|cohere|deepseek|google|luma|meta|minimax|mistral|moonshot|nvidia|openai|qwen|stability|twelvelabs|writer|zai)"
    r"\.(?P<name>[a-z0-9][\w.:-]*)"
)

# A day at the end of a name: -2024-08-06, -20241022, @20250929, and the four digits of -0613 or -2411.
DATED = re.compile(r"[-@](?P<day>20\d\d-\d\d-\d\d|20\d{6}|\d{4})$")

_RESOURCE = re.compile(r"^(?:models|tunedmodels|publishers/[\w-]+/models|projects/.+/models|arn:aws[\w-]*:bedrock:.*)/")
_VERSION = re.compile(r"-v\d+(?::\d+)?(?::\d+k)?$|:\d+(?::\d+k)?$")
_BEDROCK_PATH = re.compile(r"^(?:converse|converse_like|invoke|deepseek_r1|llama|[a-z]{2}(?:-gov)?-[a-z]+-\d)/")


class Address(NamedTuple):
    """A provider to ask and the name to ask it for, in lower case. `prices` is the list it sells by."""

    provider: str
    name: str
    prices: str


def addresses(model: str, sdk: str, facts: Facts) -> Iterator[Address]:
    """Where an id may lead, surest first: its own prefix, the SDK's provider, then providers that name models so."""
    name = model.strip().lower()
    if not name or impossible_day(name):
        return
    own = facts.by_sdk.get(sdk)
    prefixed = prefix(name, facts)
    # What looks like a prefix may be part of the id: Perplexity sells `perplexity/sonar` beside `sonar`, at other prices.
    if own and prefixed and own == prefixed[0] and prices.sells(own.prices or own.id, name):
        yield Address(own.id, name, own.prices or own.id)
    # Who sells the models of others names the inner provider in the rest, which is then part of its own id.
    if prefixed and not (own and own != prefixed[0] and _resells(own)):
        provider, rest = prefixed
        yield from spellings(provider, rest)
        if provider.id == "openrouter":
            yield from inner(rest, facts)
        return
    if own:
        yield from spellings(own, name)
        if own.id == "openrouter":
            yield from inner(name, facts)
        if own.deployments or own.local:
            return
    resource = _RESOURCE.sub("", name)
    if BEDROCK.fullmatch(resource):
        yield Address("aws", resource, "aws")


def _resells(provider: Provider) -> bool:
    """Whether a provider has a list of its own of models that others made."""
    return provider.vendor is None and provider.prices is None and not (provider.deployments or provider.local)


def prefix(name: str, facts: Facts) -> tuple[Provider, str] | None:
    """The provider that stands before "/" or ":" in an id, and the rest."""
    if name.startswith("accounts/fireworks/"):
        return facts.by_id["fireworks"], name
    for separator in ("/", ":"):
        head, found, rest = name.partition(separator)
        if found and head in facts.by_prefix:
            return facts.by_prefix[head], rest
    return None


def inner(rest: str, facts: Facts) -> Iterator[Address]:
    """`anthropic/claude-…` behind a router: the vendor's own list, for models the router no longer lists."""
    if found := prefix(rest, facts):
        yield from spellings(*found)


def spellings(provider: Provider, name: str) -> Iterator[Address]:
    """The ways that a provider's list may spell a name."""
    if provider.id == "aws":
        path = _RESOURCE.sub("", name)
        while _BEDROCK_PATH.match(path):
            path = _BEDROCK_PATH.sub("", path)
        yield Address("aws", path, "aws")
        return
    plain = _RESOURCE.sub("", name)
    for spelling in dict.fromkeys((plain, plain.replace("@", "-"), plain.replace("gpt-35-", "gpt-3.5-"))):
        yield Address(provider.id, spelling, provider.prices or provider.id)
    if provider.id == "fireworks" and "/" not in plain:  # litellm's short form
        yield Address(provider.id, f"accounts/fireworks/models/{plain}", provider.id)


def bare(name: str) -> str:
    """The name without region, vendor, version and owner: what facts about models are keyed by."""
    if found := BEDROCK.fullmatch(name):
        name = _VERSION.sub("", found["name"])
    if name.startswith("ft:"):
        name = name.split(":")[1]
    name = name.rsplit("/", 1)[-1].replace("@", "-")
    # `claude-3.5-sonnet` is how routers write `claude-3-5-sonnet`.
    return name.replace(".", "-") if name.startswith("claude-") else name


def impossible_day(name: str) -> bool:
    """True for `claude-3-5-sonnet-99999999`: rules on the start of a name would take it."""
    for digits in re.findall(r"(?<!\d)\d{8}(?!\d)", name):
        try:
            if not 2020 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year <= 2040:
                return True
        except ValueError:
            return True
    return False


def family(name: str) -> str:
    """The name without its day or `-latest`: snapshots of one model share it."""
    return DATED.sub("", name.removesuffix("-latest"))


def day(name: str, vendor: str | None) -> str | None:
    """The day of a snapshot as sortable digits, or None. Four digits are year and month with Mistral, no year else."""
    found = DATED.search(name)
    if found is None:
        return None
    digits = found["day"].replace("-", "")
    if len(digits) == 4:
        return f"20{digits}00" if vendor == "mistral" else None
    return digits
