"""PRM102 oversized-cap. Its page: `rules/checks/PRM102-oversized-cap.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.edits import replace_number
from promptlint.facts import Call
from promptlint.findings import Finding, Fix
from promptlint.money.cost import CallMeasure, impact
from promptlint.registry import Context, check
from promptlint.requests import shortened


@check("PRM102")
def oversized_cap(call: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report a cap far above the longest answer that the request asks for."""
    cap, need = call.cap, measure.need
    if cap is None or cap.state != "number" or cap.value is None or cap.place is None:
        return
    # Reasoning is billed against the cap as well, and no prompt says how much of it there is.
    if need is None or need.high is None or any(m.reasoning for m in measure.models) or call.kind == "agent":
        return
    factor, least = context.threshold("PRM102", "factor"), context.threshold("PRM102", "min-excess")
    if cap.value <= need.high * factor or cap.value - need.high < least:
        return
    enough = need.high * context.threshold("PRM102", "room")
    literal = cap.literal
    edit = replace_number(literal, cap.value, enough, context.text(literal.path)) if literal is not None else None
    yield Finding(
        place=cap.place,
        function=call.function,
        message=f"`{cap.parameter}={cap.value}` lets an answer run to {cap.value // need.high:,} times what the request asks for: "
        f"{need.high:,} tokens at most ({shortened(need.words[0], 12)!r})",
        impact=impact(measure, "exposure", output_tokens=cap.value - enough),
        fix=Fix(title=f"Lower it to {enough}", applicability="unsafe", edits=(edit,)) if edit is not None else None,
        confidence="medium",
    )
