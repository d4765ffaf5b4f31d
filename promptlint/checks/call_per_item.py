"""PRM401 call-per-item. Its page: `rules/checks/PRM401-call-per-item.md`."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from promptlint.facts import Call
from promptlint.findings import Finding
from promptlint.money.cost import CallMeasure, batch_saving
from promptlint.registry import check

_LOOPS = ("for", "comprehension", "gather", "map")
_TEXT = ("chat", "completion", "responses", "http")


@check("PRM401")
def call_per_item(call: Call, measure: CallMeasure) -> Iterator[Finding]:
    """Report independent requests in a loop that nobody waits for: a Batch API sells them for less."""
    if (
        call.kind not in _TEXT
        or call.waits == "yes"
        or call.loop not in _LOOPS
        or not call.loop_item
        or call.hosted_elsewhere
        or call.stream
        or (call.given_out and call.waits != "no")  # who takes one answer after the other waits for each
    ):
        return
    discounts = {m.batch_discount for m in measure.models}
    if len(discounts) != 1 or not measure.models or None in discounts:
        return
    discount = next(iter(discounts)) or Decimal(0)
    if not discount:
        return
    place = "a job" if call.waits == "no" else "this code"
    yield Finding(
        place=call.callee_place,
        function=call.function,
        severity="warning" if call.waits == "no" else "info",
        preview=call.waits != "no",
        confidence="high" if call.waits == "no" else "medium",
        message=f"`{call.callee}` is called for each item in {place}; the Batch API of {measure.models[0].provider} takes "
        f"{discount * 100:.0f} % off and answers within 24 hours",
        impact=batch_saving(measure),
    )
