"""PRM302 dynamic-before-static. Its page: `rules/checks/PRM302-dynamic-before-static.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Call, Hole, Literal, Place
from promptlint.findings import Finding
from promptlint.money.cost import CallMeasure
from promptlint.registry import Context, check


@check("PRM302")
def dynamic_before_static(call: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report a value that changes and stands before a long constant text, which then cannot be cached."""
    if not call.messages_known or call.opaque or not measure.models:
        return
    minimums = [m.cache_minimum or context.threshold("PRM302", "default-minimum") for m in measure.models]
    if any(m.cache_mode not in ("automatic", "explicit") for m in measure.models):
        return
    if measure.after_hole.low < max(minimums) or measure.prefix.low >= max(minimums):
        return
    for message in call.messages:
        for segment in message.segments:
            if isinstance(segment, Hole):
                if not segment.source or message.place is None or message.role not in ("system", "developer"):
                    return
                yield Finding(
                    place=Place(path=message.place.path, span=segment.span),
                    function=call.function,
                    message=f"`{segment.name}` changes between calls and stands before {measure.after_hole.low:,} constant tokens, "
                    "so none of them is read from the cache; put it last",
                )
                return
            if isinstance(segment, Literal):
                continue
