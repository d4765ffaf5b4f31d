"""PRM106 multiplied-output. Its page: `rules/checks/PRM106-multiplied-output.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Call
from promptlint.findings import Finding
from promptlint.money.cost import CallMeasure, impact
from promptlint.registry import Context, check

_TEXT = ("chat", "completion", "responses", "http")


@check("PRM106")
def multiplied_output(site: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report a request that asks for several answers: each is billed."""
    if site.kind not in _TEXT:
        return
    for name in ("n", "best_of", "candidate_count"):
        setting = site.settings.get(name)
        if setting is None or setting.state != "known" or setting.place is None or len(setting.values) != 1:
            continue
        value = setting.values[0]
        if (
            isinstance(value, bool)
            or not isinstance(value, int)
            or value <= context.threshold("PRM106", "most-answers")
        ):
            continue
        cap = site.cap.value if site.cap is not None and site.cap.state == "number" else None
        yield Finding(
            place=setting.place,
            function=site.function,
            message=f"`{name}={value}` bills {value} answers for each request",
            impact=impact(measure, "exposure", output_tokens=(value - 1) * cap) if cap else None,
        )
