"""PRM303 volatile-prefix. Its page: `rules/checks/PRM303-volatile-prefix.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Call
from promptlint.findings import Finding
from promptlint.money.caching import new_each_time
from promptlint.money.cost import CallMeasure
from promptlint.registry import Context, check


@check("PRM303")
def volatile_prefix(call: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report a time, an id or a random value near the start of a request: no two requests share a prefix."""
    if not call.messages or call.opaque or not any(m.cache_mode in ("automatic", "explicit") for m in measure.models):
        return
    minimum = min(
        (m.cache_minimum or context.threshold("PRM302", "default-minimum") for m in measure.models), default=0
    )
    if measure.prefix.low + measure.after_hole.low < minimum or measure.prefix.low >= minimum:
        return
    # Made once, for the whole program or for an object, it is the same in all requests.
    found = new_each_time(call.first.source) if call.first is not None and call.first.runs else None
    if call.first is None or found is None:
        return
    yield Finding(
        place=call.first.place,
        function=call.function,
        message=f"`{found}...)` is new in every call and stands before {measure.after_hole.low:,} constant tokens, "
        "so none of them is read from the cache",
        related=((call.callee_place, "the request"),),
    )
