"""PRM303 volatile-prefix. Its page: `rules/checks/PRM303-volatile-prefix.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.facts import Call, Hole, Place
from promptlint.findings import Finding
from promptlint.money.cost import CallMeasure
from promptlint.registry import Context, check

_VOLATILE = re.compile(
    r"\b(?:datetime\.(?:datetime\.)?(?:now|utcnow|today)|date\.today|time\.(?:time|time_ns|ctime|strftime|monotonic)|uuid\.uuid[14]|uuid[14]|"
    r"random\.(?:random|randint|choice|uniform|sample)|secrets\.token_\w+)\("
)


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
    for message in call.messages:
        for segment in message.segments:
            if not isinstance(segment, Hole):
                continue
            found = _VOLATILE.search(segment.source)
            if found is not None and message.place is not None:
                yield Finding(
                    place=Place(path=message.place.path, span=segment.span),
                    function=call.function,
                    message=f"`{found.group()}...)` is new in every call and stands before {measure.after_hole.low:,} constant tokens, "
                    "so none of them is read from the cache",
                )
            return
