"""PRM301 unmarked-prefix. Its page: `rules/checks/PRM301-unmarked-prefix.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from promptlint.edits import within, wrap
from promptlint.facts import Call
from promptlint.findings import Finding, Fix
from promptlint.money.caching import kept, kept_share, saved_per_month
from promptlint.money.cost import CallMeasure, saving
from promptlint.money.spend import listed
from promptlint.registry import Context, check

_SYSTEM = re.compile(r"\bsystem\s*=\s*\(?\s*\Z")


@check("PRM301")
def unmarked_prefix(call: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report a long constant prefix that is paid in full again and again: Claude caches only what is marked."""
    if call.prompt_cache != "none" or call.opaque or call.kind not in ("chat", "http") or len(measure.models) != 1:
        return
    model = measure.models[0]
    repeated = (
        call.loop in ("for", "while", "comprehension", "gather", "map")
        or call.caller_loop is not None
        or call.waits == "yes"
    )
    if model.cache_mode != "explicit" or model.cache_minimum is None or not repeated:
        return
    prefix = measure.prefix.low
    if (
        prefix < model.cache_minimum
        or model.price is None
        or model.price.input is None
        or model.price.cache_read is None
    ):
        return
    # Calls of a loop come close upon each other; all others must come often enough to earn the write premium back.
    calls = measure.calls_per_month if call.loop is None and call.caller_loop is None else None
    month = saved_per_month(model, prefix, calls) if calls else None
    if month is not None and month <= 0:
        return
    hits = kept_share(model, calls) if calls else Decimal(1)
    rates = listed("cache price", model, {"cached": model.price.cache_read, "written": model.price.cache_write})
    worth = saving(measure, kept(model.price, prefix, hits), rates, approximate=True)
    yield Finding(
        fix=_mark(call, context),
        place=call.callee_place,
        function=call.function,
        message=f"the same {prefix:,} tokens begin every request of `{call.callee}`, above the {model.cache_minimum:,} that {model.id} "
        "can cache, and no `cache_control` marks them",
        impact=worth,
    )


def _mark(call: Call, context: Context) -> Fix | None:
    """Mark the end of a system text that is the same in every request, where it is passed to the SDK as one text."""
    message = call.messages[0] if call.messages else None
    if message is None or message.place is None or message.role != "system" or message.parts or not message.complete:
        return None
    text = context.text(message.place.path)
    head = text[max(0, message.place.span.start - 80) : message.place.span.start]
    if call.sdk != "anthropic" or call.via or not within(message.place, call.place) or not _SYSTEM.search(head):
        return None
    tail = ', "cache_control": {"type": "ephemeral"}}]'
    edits = wrap(message.place, '[{"type": "text", "text": ', tail)
    return Fix(title="Mark the system text with `cache_control`", applicability="unsafe", edits=edits)
