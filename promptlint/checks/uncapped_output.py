"""PRM101 uncapped-output. Its page: `rules/checks/PRM101-uncapped-output.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.edits import add_keyword
from promptlint.facts import Call, Cap, Setting
from promptlint.findings import Finding, Fix
from promptlint.money.cost import CallMeasure
from promptlint.money.exposure import exposed
from promptlint.money.need import ROOM, Need
from promptlint.money.vendors import is_local
from promptlint.registry import Context, check
from promptlint.requests import shortened

_USUAL = "max_tokens"
_TELLING = 20  # tokens: that an answer has fewer at least goes without saying


@check("PRM101")
def uncapped_output(site: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report a call that lets the model answer at any length. Wrappers are reported once, where the SDK is called."""
    cap = site.cap
    # An unopened `**` or an injected client may carry the cap: a false alarm costs more than a miss.
    if cap is None or cap.state != "none" or cap.missing != "flag" or not site.built_here or site.kind == "agent":
        return
    # A server of one's own may set its own limit; that of Ollama does not.
    if (site.kind == "http" and site.provider is None) or (site.sold.here and not is_local(site.sdk)):
        return
    # OpenAI refuses a cap beside the answer that is predicted.
    if _is_given(site.settings.get("prediction")):
        return
    longest, worth = exposed(site, context.project.callers, context.measures)
    yield Finding(
        place=site.callee_place,
        function=site.function,
        message=f"{_where(site, cap, context)}, so one answer can run up to {longest}{_asked(measure.need)}",
        impact=worth,
        fix=_fix(site, cap, measure, context),
    )


def _fix(site: Call, cap: Cap, measure: CallMeasure, context: Context) -> Fix | None:
    """The cap that the request asks for, as a keyword of the call.

    Where a constructor, a config object or the body of a post takes it, a keyword would be one that the call does not know.
    """
    need = measure.need
    # Hidden reasoning counts against the cap: the need of the visible answer says nothing of it.
    reasons = any(m.reasoning for m in measure.models)
    if need is None or need.high is None or reasons or site.reference or cap.source is not None or site.kind == "http":
        return None
    parameter, value = cap.parameter or _USUAL, str(need.high * ROOM)
    edits = add_keyword(site, parameter, value, context.text(site.place.path))
    return Fix(title=f"Set `{parameter}` to {value}", applicability="unsafe", edits=edits) if edits else None


def _is_given(setting: Setting | None) -> bool:
    return setting is not None and (bool(setting.values) or setting.reason is not None)


def _where(site: Call, cap: Cap, context: Context) -> str:
    """What sets no cap, and its name there: an HTTP function takes none, the body that it posts does."""
    parameter, url = cap.parameter or _USUAL, site.settings.get("url")
    if cap.source == "config":
        address = str(url.values[0]) if url is not None and len(url.values) == 1 else ""
        parameter = context.knowledge.cap_path(site.sdk, parameter, address)
    return f"{'the body of ' if site.kind == 'http' else ''}`{site.callee}` sets no `{parameter}`"


def _asked(need: Need | None) -> str:
    """What the request asks for, or what else to set where it does not say."""
    if need is None or (need.high is None and need.low < _TELLING):
        return "; set it to what your longest answer needs"
    said = shortened(need.words[0], 12)
    if need.high is None:
        return f"; the request asks for at least {need.low:,} ({said!r})"
    return f"; the request asks for {need.high:,} at most ({said!r})"
