"""PRM104 ignored-cap. Its page: `rules/checks/PRM104-ignored-cap.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.edits import rename_key, within
from promptlint.facts import Call
from promptlint.findings import Finding, Fix
from promptlint.money.cost import CallMeasure
from promptlint.money.refusals import may_refuse
from promptlint.registry import Context, check


@check("PRM104")
def ignored_cap(call: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report `max_tokens` on an OpenAI model that reasons, or may: those refuse it."""
    cap = call.cap
    if cap is None or cap.state not in ("number", "dynamic") or cap.parameter != "max_tokens" or cap.place is None:
        return
    if (
        call.sdk != "openai"
        or call.kind != "chat"
        or call.hosted_elsewhere
        or cap.source != "call"
        or call.model.basis != "literal"
    ):
        return
    if not measure.models or not all(may_refuse(m) for m in measure.models):
        return
    refuses = "refuses" if all(m.reasoning for m in measure.models) else "may refuse"
    edit = rename_key(cap.place, "max_tokens", "max_completion_tokens", context.text(cap.place.path))
    fix = None
    if edit is not None:
        # A dictionary of options may be passed to other models, too.
        applicability = "safe" if within(edit.place, call.place) else "unsafe"
        fix = Fix(title="Use `max_completion_tokens`", applicability=applicability, edits=(edit,))
    yield Finding(
        place=cap.place,
        function=call.function,
        message=f"{call.model.values[0]} {refuses} `max_tokens`; it takes `max_completion_tokens`",
        fix=fix,
    )
