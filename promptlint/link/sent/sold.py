"""Who is paid for a call: the sellers of all the ways that its request may go."""

from __future__ import annotations

from collections.abc import Sequence

from promptlint.facts import Sold
from promptlint.link.requests.sites import Site
from promptlint.link.sent.asked import Asked

# An injected client with OpenAI's methods may be one of these.
_LIKE_OPENAI = frozenset(
    ("litellm", "instructor", "groq", "together", "cerebras", "fireworks", "portkey_ai", "aisuite")
)


def sold(asked: Sequence[Asked]) -> Sold:
    """Of one call on each of several clients. Where none of them goes to a known seller, that of the first SDK is named."""
    sellers = dict.fromkeys(seller or seller_of(one) for one in asked for seller in one.goes.sellers)
    own = any(one.goes.own for one in asked)
    return Sold(
        by=tuple(sellers) or (seller_of(asked[0]),),
        elsewhere="no" if not own else "maybe" if sellers else "surely",
        here=all(one.goes.here for one in asked),
        by_default=any(one.goes.by_default for one in asked),
    )


def provider_of(one: Asked) -> str | None:
    """The one whose host a request goes to, else the provider of its SDK."""
    named = next((seller for seller in one.goes.sellers if seller), None)
    return named or (one.client.provider if one.client is not None else None) or one.site.spec.provider


def seller_of(one: Asked) -> str:
    """The provider of an SDK, or the SDK that has none."""
    return (one.client.provider if one.client is not None else None) or one.site.spec.provider or sdk_of(one.site)


def sdk_of(site: Site) -> str:
    """The SDK that a request is sent with, as it is reported."""
    instance = site.instance
    if instance is not None:
        return instance.client.report or instance.client.sdk
    report = site.spec.report or site.spec.sdk
    roots = site.module.roots
    if site.by_shape and site.spec.sdk == "openai" and report not in roots:
        # An injected client with OpenAI's methods: the file says whose wrapper it is when it imports just one.
        # So does its own name: `LiteLLMClient` in `litellm_client.py`.
        named = f"{site.module.path.rpartition('/')[2]} {site.module.owner(site.invocation.scope) or ''}".lower()
        others = sorted(roots & _LIKE_OPENAI) or sorted(name for name in _LIKE_OPENAI if name in named)
        return others[0] if len(others) == 1 else report
    return report
