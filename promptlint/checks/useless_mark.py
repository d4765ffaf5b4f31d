"""PRM304 useless-mark. Its page: `rules/checks/PRM304-useless-mark.md`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate

from promptlint.edits import drop_entry
from promptlint.facts import Call, Place, Project
from promptlint.findings import Finding, Fix
from promptlint.money import tokens
from promptlint.money.cost import literal_tokens
from promptlint.registry import Context, check

_PER_MESSAGE = 8  # what the roles and borders of a message may add


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
    models = context.measures.calls[call.site_id].models
    minimums = [m.cache_minimum for m in models if m.cache_mode == "explicit" and m.cache_minimum is not None]
    sure = bool(models) and len(minimums) == len(models) == len(call.model.values) and call.model.reason is None
    known = sure and not call.opaque and not call.has_tools and call.tools is None
    encoding = tokens.encoding_of(models[0].id if models else None)
    lengths = accumulate(literal_tokens(m.segments, encoding) + _PER_MESSAGE for m in call.messages)
    complete: Iterator[bool] = accumulate((m.complete for m in call.messages), lambda a, b: a and b)
    for i, (message, length, whole) in enumerate(zip(call.messages, lengths, complete, strict=True)):
        first = i == 0 and message.role == "system"
        high = max((tokens.scaled(length, model).high for model in models), default=0)
        useless = known and whole and (first or call.messages_known) and bool(minimums) and high < min(minimums)
        for place in message.marks:
            if useless:
                least = min(minimums)
                yield (
                    place,
                    f"at most {high:,} tokens stand before the end of this mark, and {models[0].id} caches none below {least:,}",
                )
            else:
                yield place, None


def _too_many(call: Call, context: Context) -> Iterator[Finding]:
    most = context.threshold("PRM304", "most-marks")
    places = [place for message in call.messages for place in message.marks]
    if call.sdk == "anthropic" and len(places) > most:
        yield Finding(
            place=places[most],
            function=call.function,
            message=f"the request has {len(places)} cache marks, and one with more than {most} is refused",
            related=((call.callee_place, "the request"),),
        )
