"""PRM302 dynamic-before-static. Its page: `rules/checks/PRM302-dynamic-before-static.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Call
from promptlint.findings import Finding
from promptlint.money.cost import CallMeasure
from promptlint.registry import Context, check


@check("PRM302")
def dynamic_before_static(call: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report a value that calls fill in and that stands before a long constant text, which then cannot be cached."""
    if not call.messages_known or call.opaque or not measure.models:
        return
    minimums = [m.cache_minimum or context.threshold("PRM302", "default-minimum") for m in measure.models]
    if any(m.cache_mode not in ("automatic", "explicit") for m in measure.models):
        return
    if measure.after_hole.low < max(minimums) or measure.prefix.low >= max(minimums):
        return
    # What the program is set up with is the same in all of its requests.
    first = call.first
    if first is None or not first.passed or first.role not in ("system", "developer"):
        return
    yield Finding(
        place=first.place,
        function=call.function,
        message=f"`{first.name}` is filled in by each call and stands before {measure.after_hole.low:,} constant tokens, "
        "so where it is another, none of them is read from the cache; put it last",
        related=((call.callee_place, "the request"),),
    )
