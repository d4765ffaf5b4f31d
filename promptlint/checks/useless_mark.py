"""PRM304 useless-mark. Its page: `rules/checks/PRM304-useless-mark.md`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from promptlint.edits import drop_entry
from promptlint.facts import Call, Place, Project
from promptlint.findings import Finding, Fix
from promptlint.money.marks import marked
from promptlint.registry import Context, check


@check("PRM304")
def useless_mark(project: Project, context: Context) -> Iterator[Finding]:
    """Report a cache mark behind a text too short to be cached, and more marks than a request may have."""
    said: dict[Place, list[str | None]] = defaultdict(list)
    where: dict[Place, Call] = {}
    for call in (*project.calls, *project.callers):
        for place, message in _marks(call, context):
            said[place].append(message)
            where.setdefault(place, call)
        yield from _too_many(call, context)
    for place, messages in said.items():
        # One request that may reach the minimum is reason enough for a mark.
        message = max((m for m in messages if m is not None), default=None) if None not in messages else None
        if message is None:
            continue
        edit = drop_entry(place, "cache_control", context.text(place.path))
        yield Finding(
            place=place,
            function=where[place].function,
            message=message,
            fix=Fix(title="Remove the mark", applicability="unsafe", edits=(edit,)) if edit is not None else None,
            related=((where[place].callee_place, "the request"),),
        )


def _marks(call: Call, context: Context) -> Iterator[tuple[Place, str | None]]:
    """Each mark with why it does nothing; None where it may do something."""
    measure = context.measures.calls[call.site_id]
    models = measure.models
    minimums = [m.cache_minimum for m in models if m.cache_mode == "explicit" and m.cache_minimum is not None]
    sure = bool(models) and len(minimums) == len(models) == len(call.model.values) and call.model.reason is None
    known = sure and not call.opaque and not call.has_tools and call.tools is None
    for one in marked(call, measure):
        useless = known and one.known and one.whole and one.text.high < min(minimums)
        why = f"at most {one.text.high:,} tokens stand before the end of this mark, and {models[0].id if models else ''} caches none below"
        yield one.mark.place, f"{why} {min(minimums):,}" if useless else None


def _too_many(call: Call, context: Context) -> Iterator[Finding]:
    most = context.threshold("PRM304", "most-marks")
    places = [mark.place for message in call.messages for mark in message.marks]
    if call.sdk == "anthropic" and len(places) > most:
        yield Finding(
            place=places[most],
            function=call.function,
            message=f"the request has {len(places)} cache marks, and one with more than {most} is refused",
            related=((call.callee_place, "the request"),),
        )
