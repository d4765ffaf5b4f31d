"""PRM103 cap-above-model-limit. Its page: `rules/checks/PRM103-cap-above-model-limit.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.edits import replace_number, within
from promptlint.facts import Call
from promptlint.findings import Finding, Fix
from promptlint.money.cost import CallMeasure
from promptlint.registry import Context, check


@check("PRM103")
def cap_above_model_limit(call: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report a literal cap that no model of the call can reach."""
    cap = call.cap
    if cap is None or cap.state != "number" or cap.value is None or cap.place is None or call.hosted_elsewhere:
        return
    if call.model.basis != "literal" or len(measure.models) != len(call.model.values) or not measure.models:
        return
    limits = [m.max_output for m in measure.models]
    known = [limit for limit in limits if limit is not None]
    if len(known) != len(limits) or cap.value <= max(known):
        return
    limit = max(known)
    edit, fix = None, None
    if cap.literal is not None:
        edit = replace_number(cap.literal, cap.value, limit, context.text(cap.literal.path))
    if edit is not None:
        # A constant may bound other calls, too.
        applicability = "safe" if within(edit.place, call.place) else "unsafe"
        fix = Fix(title=f"Lower it to {limit}", applicability=applicability, edits=(edit,))
    yield Finding(
        place=cap.place,
        function=call.function,
        message=f"`{cap.parameter}={cap.value}` is above the {limit:,} output tokens of {call.model.values[0]}",
        fix=fix,
    )
