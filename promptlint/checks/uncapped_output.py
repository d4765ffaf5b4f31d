"""PRM101 uncapped-output. Its page: `rules/checks/PRM101-uncapped-output.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.edits import add_keyword
from promptlint.facts import Call
from promptlint.findings import Finding, Fix
from promptlint.money.cost import CallMeasure
from promptlint.money.exposure import exposed
from promptlint.money.need import ROOM, Need
from promptlint.registry import Context, check
from promptlint.requests import shortened

_TELLING = 20  # tokens: that an answer has fewer at least goes without saying


@check("PRM101")
def uncapped_output(site: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report a call that lets the model answer at any length. Wrappers are reported once, where the SDK is called."""
    cap = site.cap
    # An unopened `**` or an injected client may carry the cap: a false alarm costs more than a miss.
    if cap is None or cap.state != "none" or cap.missing != "flag" or not site.built_here or site.kind == "agent":
        return
    # A server of one's own may set its own limit.
    if site.kind == "http" and site.provider is None:
        return
    parameter = cap.parameter or "max_tokens"
    longest, worth = exposed(site, context.project.callers, context.measures)
    fix = None
    # Where a constructor or a config object takes the cap, a keyword of the call would be one that it does not know.
    need = measure.need
    # Hidden reasoning counts against the cap: the need of the visible answer says nothing of it.
    reasons = any(m.reasoning for m in measure.models)
    if need is not None and need.high is not None and not reasons and not site.reference and cap.source is None:
        value = str(need.high * ROOM)
        edits = add_keyword(site, parameter, value, context.text(site.place.path))
        if edits:
            fix = Fix(title=f"Set `{parameter}` to {value}", applicability="unsafe", edits=edits)
    yield Finding(
        place=site.callee_place,
        function=site.function,
        message=f"`{site.callee}` sets no `{parameter}`, so one answer can run up to {longest}{_asked(need)}",
        impact=worth,
        fix=fix,
    )


def _asked(need: Need | None) -> str:
    """What the request asks for, or that it does not say."""
    if need is None or (need.high is None and need.low < _TELLING):
        return "; what it needs is not known"
    said = shortened(need.words[0], 12)
    if need.high is None:
        return f"; the request asks for at least {need.low:,} ({said!r})"
    return f"; the request asks for {need.high:,} at most ({said!r})"
