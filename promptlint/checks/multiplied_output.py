"""PRM106 multiplied-output. Its page: `rules/checks/PRM106-multiplied-output.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Call
from promptlint.findings import Finding
from promptlint.money.cost import CallMeasure, impact
from promptlint.money.vendors import is_local
from promptlint.registry import Context, check

_TEXT = ("chat", "completion", "responses", "http")


@check("PRM106")
def multiplied_output(site: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report a request that asks for several answers: each is billed."""
    # A model on this machine bills nothing, and who looks at all answers wants them.
    if site.kind not in _TEXT or is_local(site.provider or site.sdk) or site.all_taken:
        return
    for name in ("n", "best_of", "candidate_count"):
        setting = site.settings.get(name)
        if setting is None or setting.basis != "literal" or setting.place is None or len(setting.values) != 1:
            continue
        value = setting.values[0]
        if (
            isinstance(value, bool)
            or not isinstance(value, int)
            or value <= context.threshold("PRM106", "most-answers")
        ):
            continue
        cap = site.cap.value if site.cap is not None and site.cap.state == "number" else None
        more = (value - 1) * site.prompts * cap if cap and site.prompts else 0
        yield Finding(
            place=setting.place,
            function=site.function,
            message=f"`{name}={value}` bills {value} answers {_to_what(site)}",
            impact=impact(measure, "exposure", output_tokens=more) if more else None,
        )


def _to_what(site: Call) -> str:
    if site.prompts is None:
        return "for each prompt"
    return f"for each of {site.prompts} prompts" if site.prompts > 1 else "for each request"
