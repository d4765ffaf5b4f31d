"""PRM504 unpriced-model. Its page: `rules/checks/PRM504-unpriced-model.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.facts import Call, Project
from promptlint.findings import Finding
from promptlint.money import models
from promptlint.money.cost import CallMeasure
from promptlint.registry import Context, check

_AT_HOME = ("local", "ollama")
_KINDS = ("chat", "completion", "responses", "http", "embedding", "agent")
# What nobody sells by tokens: weights in a form that is made to be run on a machine of one's own, and a build of a model by its
# digest, which is billed by the time that it runs. An id with blanks is a label, for people.
_NO_ID = re.compile(r"(?:^|[-_./])(?:gguf|ggml|gptq|awq)(?:$|[-_./])|:[0-9a-f]{64}$|\s", re.IGNORECASE)


@check("PRM504")
def unpriced_model(project: Project, context: Context) -> Iterator[Finding]:
    """Report a model that is named but has no price, so that its calls show no dollars: once, however many calls name it."""
    naming: dict[str, list[Call]] = {}
    calls = (*project.calls, *project.callers)
    # One caller may ask one of several models, of which some run here.
    at_home = {call.model.place_of(value) for call in calls if call.provider in _AT_HOME for value in call.model.values}
    for call in calls:
        for value in () if call.callers else _unpriced(call, context.measures.calls[call.site_id]):
            if call.model.place_of(value) not in at_home:
                naming.setdefault(value, []).append(call)
    for value, named in naming.items():
        places = {place: None for call in named if (place := call.model.place_of(value)) is not None}
        # Where it is reported, the first place counts: another may lie in a test.
        place, *others = sorted(
            places, key=lambda p: (not context.reported(p.path), p.path, p.span.start, p.span.end, p.cell or 0)
        )
        # One request may be reached from several places.
        sent = {call.via[-1] if call.via else call.place for call in named}
        who = "the call that names it shows" if len(sent) == 1 else f"the {len(sent)} calls that name it show"
        yield Finding(
            place=place,
            function=next(call.function for call in named if call.model.place_of(value) == place),
            message=f'no price is known for "{value}", so {who} no dollars; map it in [tool.promptlint.models]',
            related=tuple((other, "here too") for other in others),
        )


def _unpriced(call: Call, measure: CallMeasure) -> Iterator[str]:
    """The models of a call that should have a price and have none."""
    # What no seller has may be the name of a deployment, where one may be asked.
    if call.sold.elsewhere != "no" or call.model.place is None or call.model.basis not in ("literal", "default"):
        return
    if call.kind not in _KINDS or call.provider in _AT_HOME:
        return
    priced = {m.id for m in measure.models if m.price is not None or m.local or m.gone}
    for value in call.model.values:
        if not isinstance(value, str) or value in priced or _NO_ID.search(value.strip()):
            continue
        # What another sells, and is there by default, is meant for that one: here a value is given in its place.
        elsewhere = models.facts(value) if call.model.basis == "default" else None
        if elsewhere is None or elsewhere.price is None:
            yield value
