"""PRM305 repeated-request. Its page: `rules/checks/PRM305-repeated-request.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Call
from promptlint.findings import Finding
from promptlint.money.cost import CallMeasure, impact
from promptlint.registry import check

_LOOPS = ("for", "comprehension", "gather", "map")
_TEXT = ("chat", "completion", "responses")


@check("PRM305")
def repeated_request(site: Call, measure: CallMeasure) -> Iterator[Finding]:
    """Report a request that is the same on every turn of a loop, and so is its answer."""
    if site.loop not in _LOOPS or not site.certain or site.response_cache or site.opaque or site.reference:
        return
    # Nothing of it may differ: text, model or another parameter.
    same = measure.total is not None or (site.steady and site.could_list is not None)
    if not same or site.model.state != "known" or len(site.model.values) != 1:
        return
    # The default of a parameter: whatever a caller passes instead is the same on every turn.
    if site.model.reason and not site.model.reason.startswith("parameter "):
        return
    if any(setting.state != "known" or len(setting.values) != 1 for setting in site.settings.values()):
        return
    if site.kind != "embedding" and (site.kind not in _TEXT or not _settled(site)):
        return
    yield Finding(
        place=site.callee_place,
        function=site.function,
        message="this request is the same on every turn of the loop, and so is its answer: make it once, before the loop",
        impact=impact(measure, "saving", input_tokens=measure.static.low),
    )


def _settled(site: Call) -> bool:
    """Whether the same answer is asked for each time: several at a higher temperature are samples."""
    temperature = site.settings.get("temperature")
    return temperature is not None and temperature.values in ((0,), (0.0,))
