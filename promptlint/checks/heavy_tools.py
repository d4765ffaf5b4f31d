"""PRM213 heavy-tools. Its page: `rules/checks/PRM213-heavy-tools.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Call
from promptlint.findings import Finding
from promptlint.money import tokens
from promptlint.money.cost import CallMeasure, impact
from promptlint.registry import Context, check


@check("PRM213")
def heavy_tools(call: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report tool definitions that take up thousands of tokens of every request."""
    most = context.threshold("PRM213", "max-tokens")
    # A token is hardly ever longer than ten characters of prose: counting is for those near the limit.
    if call.tools is None or len(call.tools.text) < most:
        return
    model = measure.models[0] if measure.models else None
    found = tokens.scaled(tokens.count(call.tools.text, tokens.encoding_of(model.id if model else None)), model)
    if found.low < most:
        return
    yield Finding(
        place=call.tools.place,
        function=call.function,
        message=f"the definitions of {call.tools.count} tools are at least {found.low:,} tokens of every request, and of every turn",
        impact=impact(measure, "exposure", input_tokens=found.low),
        related=((call.callee_place, "the request"),),
    )
