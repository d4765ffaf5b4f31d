"""PRM213 heavy-tools. Its page: `rules/checks/PRM213-heavy-tools.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Call
from promptlint.findings import Finding
from promptlint.money.cost import CallMeasure, impact
from promptlint.registry import Context, check


@check("PRM213")
def heavy_tools(call: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report tool definitions that take up thousands of tokens of every request."""
    most = context.threshold("PRM213", "max-tokens")
    tools = measure.request.tools
    if call.tools is None or tools is None or tools.least.low < most:
        return
    yield Finding(
        place=call.tools.place,
        function=call.function,
        message=f"the definitions of {len(call.tools.known)} tools are at least {tools.least.low:,} tokens of every request, and of every turn",
        impact=impact(measure, "exposure", input_tokens=tools.least.low),
        related=((call.callee_place, "the request"),),
    )
