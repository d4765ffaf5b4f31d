"""PRM306 stale-cache. Its page: `rules/checks/PRM306-stale-cache.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Call
from promptlint.findings import Finding
from promptlint.registry import check


@check("PRM306")
def stale_cache(call: Call) -> Iterator[Finding]:
    """Report a cache without expiry round a request that holds the time, or something of one person."""
    found = call.stale
    if found is None:
        return
    yield Finding(
        place=found.decorator,
        function=call.function,
        message=f"`{found.cache}` keeps each answer without end, and the prompt holds {found.what}, "
        "which is not among its keys: later callers get an answer that is not theirs",
        related=((found.place, "what changes"), (call.callee_place, "the request")),
    )
