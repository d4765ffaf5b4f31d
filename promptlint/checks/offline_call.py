"""PRM403 offline-call. Its page: `rules/checks/PRM403-offline-call.md`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from promptlint.facts import Call
from promptlint.findings import Finding
from promptlint.money.cost import CallMeasure, batch_saving
from promptlint.registry import Context, check

_TEXT = ("chat", "completion", "responses", "http")


@check("PRM403")
def offline_call(call: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report a request that a schedule makes: nobody waits for its answer, and a Batch API sells it for less."""
    if not call.by_clock or call.kind not in _TEXT or call.hosted_elsewhere or call.stream or not measure.models:
        return
    # In a loop it is PRM401's; with another request beside it, one may need the answer of the other.
    if call.loop is not None or call.caller_loop is not None or _beside(call, context):
        return
    discounts = {m.batch_discount for m in measure.models}
    discount = discounts.pop() if len(discounts) == 1 else None
    if not discount:
        return
    yield Finding(
        place=call.callee_place,
        function=call.function,
        confidence="medium",
        message=f"only a schedule runs `{call.callee}`; the Batch API of {measure.models[0].provider} takes "
        f"{discount * 100:.0f} % off and answers within 24 hours",
        impact=batch_saving(measure),
    )


def _beside(call: Call, context: Context) -> bool:
    """Whether the same function makes another request."""
    made = context.project.made_in.get((call.place.path, call.function), ())
    return len(list(islice((c for c in made if not c.callers), 2))) > 1
