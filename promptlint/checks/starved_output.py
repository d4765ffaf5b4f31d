"""PRM105 starved-output. Its page: `rules/checks/PRM105-starved-output.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.edits import replace_number
from promptlint.facts import Call
from promptlint.findings import Finding, Fix
from promptlint.money.cost import CallMeasure, impact
from promptlint.registry import Context, check
from promptlint.requests import shortened


@check("PRM105")
def starved_output(call: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report a cap that cuts off the answer that the request itself demands, or that logs show: it is paid, and useless."""
    cap, need = call.cap, measure.need
    if cap is None or cap.state != "number" or cap.value is None or cap.place is None or call.kind == "agent":
        return
    p99 = measure.volume.output_p99
    if p99 is not None:  # what was measured says more than the prompt
        if p99.value >= cap.value:
            yield Finding(
                place=cap.place,
                function=call.function,
                message=f"`{cap.parameter}={cap.value}` cuts answers off: one in 100 takes {p99.value:,} tokens or more "
                f"({p99.basis.where}), and what is cut is paid all the same",
                impact=impact(measure, "exposure", output_tokens=cap.value),
            )
        return
    if need is None or cap.value >= need.low:
        return
    edit = None
    if need.high is not None and cap.literal is not None and not any(m.reasoning for m in measure.models):
        enough = need.high * context.threshold("PRM105", "room")
        edit = replace_number(cap.literal, cap.value, enough, context.text(cap.literal.path))
    yield Finding(
        place=cap.place,
        function=call.function,
        message=f"`{cap.parameter}={cap.value}` cuts every answer off: the request asks for at least {need.low:,} tokens "
        f"({shortened(need.words[0], 12)!r}), so each is paid and useless",
        impact=impact(measure, "exposure", output_tokens=cap.value),
        fix=Fix(title=f"Raise it to {edit.content}", applicability="unsafe", edits=(edit,))
        if edit is not None
        else None,
        confidence="medium",
    )
