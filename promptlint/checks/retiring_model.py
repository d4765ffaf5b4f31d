"""PRM502 retiring-model. Its page: `rules/checks/PRM502-retiring-model.md`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from promptlint.edits import rename_value
from promptlint.facts import Call, Place, Project
from promptlint.findings import Finding, Fix
from promptlint.money import models, prices
from promptlint.money.cost import CallMeasure
from promptlint.money.models import ModelFacts
from promptlint.money.refusals import may_refuse, refused
from promptlint.registry import Context, check


@check("PRM502")
def retiring_model(call: Call, measure: CallMeasure, context: Context) -> Iterator[Finding]:
    """Report a model that is gone, or whose last day is known."""
    if call.hosted_elsewhere or call.model.place is None:
        return
    for model in measure.models:
        if model.retires is None or _days_left(model.retires) > context.threshold("PRM502", "horizon-days"):
            continue
        when = f"was retired on {model.retires}" if model.gone else f"will be retired on {model.retires}"
        cure, renamed = _cure(call, measure, model, context.project)
        single = renamed and call.model.basis == "literal" and len(call.model.values) == 1
        yield Finding(
            place=call.model.place_of(model.id) or call.model.place,
            function=call.function,
            severity="error" if model.gone else "warning",
            message=f"{model.id} {when}{cure}",
            fix=_rename(call.model.place, model, context) if single else None,
        )


def _days_left(retires: str) -> int:
    """Days from the snapshot, not from the clock: the same input gives the same findings on any day."""
    return (date.fromisoformat(retires) - date.fromisoformat(prices.snapshot_date())).days


def _cure(call: Call, measure: CallMeasure, model: ModelFacts, project: Project) -> tuple[str, bool]:
    """What to move to, and whether another name is all that it takes."""
    if model.successor is None:
        return "", False
    if measure.request.sold_by == ("openrouter",) or model.id.startswith("openrouter/"):
        return f" by {model.provider}, which names {model.successor} instead; OpenRouter has names of its own", False
    successor = models.facts(model.successor, model.provider)
    cure = f"; its successor is {model.successor}{_change(model, successor)}"
    if successor is None or not may_refuse(successor):
        return cure, True
    names = refused(_requests(call, model, project))
    if not names:
        return cure, True
    return f"{cure}; it may refuse {' and '.join(f'`{name}`' for name in names)}, which its requests set", False


def _requests(call: Call, model: ModelFacts, project: Project) -> list[Call]:
    """What is sent to the model that is named at one place: with a constant, or by callers, several requests."""
    place = call.model.place_of(model.id)
    naming = project.naming.get((model.id, place), ())
    return [project.sites.get(one.via[-1], one) if one.via else one for one in naming]


def _change(model: ModelFacts, successor: ModelFacts | None) -> str:
    """What input and output tokens will cost, in USD per million."""
    if model.price is None or successor is None or successor.price is None:
        return ""
    old, new = (model.price.input, model.price.output), (successor.price.input, successor.price.output)
    if None in (*old, *new):
        return ""
    return f" ({_rate(new[0])} in and {_rate(new[1])} out per million tokens, now {_rate(old[0])} and {_rate(old[1])})"


def _rate(value: Decimal | None) -> str:
    return f"${value.normalize():f}" if value is not None else "?"


def _rename(place: Place, model: ModelFacts, context: Context) -> Fix | None:
    """Put the successor's name in the literal; its quotes and the provider before the name (`openai/`) are kept."""
    if model.successor is None or not model.id.endswith(model.name):
        return None
    successor = model.id.removesuffix(model.name) + model.successor
    edit = rename_value(place, model.id, successor, context.text(place.path))
    return Fix(title=f"Use {successor}", applicability="unsafe", edits=(edit,)) if edit is not None else None
