"""PRM104 ignored-cap. Its page: `rules/checks/PRM104-ignored-cap.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Call, Place, Span
from promptlint.findings import Edit, Finding, Fix
from promptlint.money.cost import CallMeasure
from promptlint.registry import Context, check


@check("PRM104")
def ignored_cap(call: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report `max_tokens` on an OpenAI reasoning model, which refuses it."""
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
    if not measure.models or not all(m.reasoning and m.vendor == "openai" for m in measure.models):
        return
    yield Finding(
        place=cap.place,
        function=call.function,
        message=f"{call.model.values[0]} refuses `max_tokens`; it takes `max_completion_tokens`",
        fix=_rename(cap.place, context),
    )


def _rename(place: Place, context: Context) -> Fix | None:
    """Rename the keyword that stands right before the value."""
    text = context.text(place.path)
    head = text[: place.span.start]
    keyword = head.rstrip()
    if not keyword.endswith("="):
        return None
    name_end = len(keyword[:-1].rstrip())
    start = name_end - len("max_tokens")
    if text[start:name_end] != "max_tokens":
        return None
    edit = Edit(
        place=Place(path=place.path, span=Span(start, name_end)), before="max_tokens", content="max_completion_tokens"
    )
    return Fix(title="Use `max_completion_tokens`", applicability="safe", edits=(edit,))
