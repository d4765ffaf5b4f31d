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
def repeated_request(call: Call, measure: CallMeasure) -> Iterator[Finding]:
    """Report a request that is the same on every turn of a loop, and so is its answer."""
    if call.loop not in _LOOPS or not call.certain or call.response_cache or call.opaque or call.reference:
        return
    # A list of one today: the loop is there because it may be longer.
    if call.varies:
        return
    # Nothing of it may differ: text, model or another parameter.
    same = measure.request.complete or (call.steady and call.kind == "embedding")
    if not same or call.model.state != "known" or len(call.model.values) != 1:
        return
    # The default of a parameter: whatever a caller passes instead is the same on every turn.
    if call.model.reason and not call.model.reason.startswith("parameter "):
        return
    if any(setting.basis != "literal" or len(setting.values) != 1 for setting in call.settings.values()):
        return
    if call.kind != "embedding" and (call.kind not in _TEXT or not _settled(call)):
        return
    yield Finding(
        place=call.callee_place,
        function=call.function,
        message="this request is the same on every turn of the loop, and so is its answer: make it once, before the loop",
        impact=impact(measure, "saving", input_tokens=measure.static.low),
    )


def _settled(call: Call) -> bool:
    """Whether the same answer is asked for each time: several at a higher temperature are samples."""
    temperature = call.settings.get("temperature")
    return temperature is not None and temperature.values in ((0,), (0.0,))
