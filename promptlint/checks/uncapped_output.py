"""PRM101 uncapped-output. Its page: `rules/checks/PRM101-uncapped-output.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.edits import add_keyword
from promptlint.facts import Call
from promptlint.findings import Finding, Fix
from promptlint.money.cost import CallMeasure, impact
from promptlint.registry import Context, check

_ROOM = 2


@check("PRM101")
def uncapped_output(site: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report a call that lets the model answer at any length. Wrappers are reported once, where the SDK is called."""
    cap = site.cap
    # An unopened `**` or an injected client may carry the cap: a false alarm costs more than a miss.
    if cap is None or cap.state != "none" or cap.missing != "flag" or not site.built_here or site.kind == "agent":
        return
    parameter = cap.parameter or "max_tokens"
    limit = next((m.max_output for m in measure.models if m.id == measure.price_model), None)
    if limit is None:
        limit = next((m.max_output for m in measure.models if m.max_output), None)
    end = f"up to {limit:,} tokens" if limit else "up to the model's limit"
    fix = None
    # Where a constructor or a config object takes the cap, a keyword of the call would be one that it does not know.
    if measure.need is not None and not site.reference and cap.source is None:
        value = str(measure.need.high * _ROOM)
        edits = add_keyword(site, parameter, value, context.text(site.place.path))
        if edits:
            fix = Fix(title=f"Set `{parameter}` to {value}", applicability="unsafe", edits=edits)
    yield Finding(
        place=site.callee_place,
        function=site.function,
        message=f"`{site.callee}` sets no `{parameter}`, so one answer can run {end}",
        impact=impact(measure, "exposure", output_tokens=limit or 0),
        fix=fix,
    )
