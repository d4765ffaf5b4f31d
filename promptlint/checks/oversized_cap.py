"""PRM102 oversized-cap. Its page: `rules/checks/PRM102-oversized-cap.md`."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from promptlint.edits import replace_number
from promptlint.facts import Call, Project
from promptlint.findings import Finding, Fix
from promptlint.money.cost import CallMeasure, impact
from promptlint.registry import Context, check
from promptlint.requests import shortened


class _Enough(Struct, frozen=True):
    """A cap that would do: `longest` is the longest answer expected, `why` completes "answers run to ..."."""

    tokens: int
    longest: int
    why: str


@check("PRM102")
def oversized_cap(project: Project, context: Context) -> Iterator[Finding]:
    """Report a cap far above the longest answer that the request asks for, or that logs show."""
    calls = [c for c in (*project.calls, *project.callers) if not c.callers and c.cap is not None]
    # A number in a constant bounds every call that uses it: the one that needs most decides.
    sharing: dict[object, list[Call]] = {}
    for call in calls:
        if call.cap is not None:
            sharing.setdefault(call.cap.literal or call.cap.place or call.site_id, []).append(call)
    for group in sharing.values():
        verdicts = [(_enough(c, context.measures.calls[c.site_id], context), c) for c in group]
        needs = [(enough, call) for enough, call in verdicts if enough is not None]
        if len(needs) == len(group):
            yield from _finding(*max(needs, key=lambda n: (n[0].tokens, n[1].site_id)), len(group), context)


def _finding(enough: _Enough, call: Call, sharing: int, context: Context) -> Iterator[Finding]:
    cap = call.cap
    if cap is None or cap.value is None or cap.place is None:
        return
    literal = cap.literal
    edit = (
        replace_number(literal, cap.value, enough.tokens, context.text(literal.path)) if literal is not None else None
    )
    more = f"; {sharing} calls share it, and this one needs most" if sharing > 1 else ""
    yield Finding(
        place=cap.place,
        function=call.function,
        message=f"`{cap.parameter}={cap.value}` lets an answer run to {cap.value // max(1, enough.longest):,} times "
        f"{enough.why}{more}",
        impact=impact(context.measures.calls[call.site_id], "exposure", output_tokens=cap.value - enough.tokens),
        fix=Fix(title=f"Lower it to {enough.tokens}", applicability="unsafe", edits=(edit,))
        if edit is not None
        else None,
        confidence="medium",
    )


def _enough(call: Call, measure: CallMeasure, context: Context) -> _Enough | None:
    """What would do in place of a cap that is far too high; None where it is not, or nobody knows."""
    cap, need, p99 = call.cap, measure.need, measure.volume.output_p99
    if cap is None or cap.state != "number" or cap.value is None or cap.place is None or call.kind == "agent":
        return None
    if p99 is not None:  # what was measured says more than the prompt, and holds what was thought as well
        tokens = -(-int(p99.value) * context.threshold("PRM102", "p99-percent") // 100)
        why = f"what 99 of 100 answers take: {p99.value:,} tokens at most ({p99.basis.where})"
        found, most = _Enough(tokens, int(p99.value), why), tokens
    elif need is None or need.high is None or any(m.reasoning for m in measure.models):
        return None  # reasoning is billed against the cap as well, and no prompt says how much of it there is
    else:
        why = f"what the request asks for: {need.high:,} tokens at most ({shortened(need.words[0], 12)!r})"
        found = _Enough(need.high * context.threshold("PRM102", "room"), need.high, why)
        most = need.high * context.threshold("PRM102", "factor")
    excess = cap.value - (found.tokens if p99 is not None else found.longest)
    return found if cap.value > most and excess >= context.threshold("PRM102", "min-excess") else None
