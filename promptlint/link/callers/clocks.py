"""Schedules: what runs by the clock, and seldom enough that nobody waits for what it does."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Expr, Invocation, Known, Literal, Result, Table, Text
from promptlint.link.program.module import Module, callee_name
from promptlint.link.requests.evidence import attribute_chain
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.values import Context, Data, External, Made, constant, is_none

_HOUR = 3_600
# Units of an interval in seconds, where they are less than an hour.
_UNITS = {"seconds": 1, "second": 1, "minutes": 60, "minute": 60}
_SCHEDULE = ("schedule", "schedule_interval", "timetable")
_DECORATOR_SCHEDULES = ("modal.Cron", "modal.Period")


def seldom(names: Names, module: Module, made: Invocation) -> bool:
    """Whether a schedule runs something once an hour at most: what runs each minute is watched by somebody."""
    if any(name in _UNITS for name in _chain(module, made.callee)):  # `every(10).minutes.do(job)`
        return False
    context = Context(module)
    values = [*made.positional, *(value for _, value in made.keywords.items)]
    nested = [v.invocation for v in (names.resolve(e, context) for e in values) if isinstance(v, Made)]
    return all(_seldom(names, one, context) for one in (made, *nested))


def _chain(module: Module, callee: Expr) -> Iterator[str]:
    """The names of a fluent call: `every`, `minutes`, `do`."""
    yield from attribute_chain(callee)
    root = callee
    while not isinstance(root, Result) and (base := getattr(root, "base", None)) is not None:
        root = base
    if isinstance(root, Result) and root.invocation < len(module.facts.invocations):
        yield from _chain(module, module.facts.invocations[root.invocation].callee)


def _seldom(names: Names, made: Invocation, context: Context) -> bool:
    """Whether one call says no interval below an hour, and no pattern that comes round within one."""
    given = {key: names.resolve(value, context) for key, value in made.keywords.items if key is not None}
    cron = callee_name(made) == "crontab" or any(_is_text(e, "cron") for e in made.positional)
    for name, value in given.items():
        number = value.expr.value if isinstance(value, Data) and isinstance(value.expr, Known) else None
        if cron and name in ("minute", "second"):
            # `minute=30` is once an hour, `minute="*/5"` is not.
            if not (constant(value) or str(number)).isdigit() or name == "second":
                return False
        elif name in _UNITS and not (isinstance(number, (int, float)) and number * _UNITS[name] >= _HOUR):
            return False
    if callee_name(made) == "crontab":
        return "minute" in given
    first = made.positional[0] if made.positional else None
    period = first.value if isinstance(first, Known) and callee_name(made) == "add_periodic_task" else None
    return not isinstance(period, (int, float)) or period >= _HOUR


def _is_text(expr: Expr, text: str) -> bool:
    return isinstance(expr, Text) and "".join(s.text for s in expr.segments if isinstance(s, Literal)) == text


def scheduled(names: Names, module: Module, made: Invocation) -> bool:
    """Whether a DAG has a schedule: others are started by hand or by an event."""
    given = [value for key, value in made.keywords.items if key in _SCHEDULE]
    return bool(given) and not any(is_none(names.resolve(value, Context(module))) for value in given)


def dags_scheduled(names: Names, module: Module) -> bool:
    """Whether each DAG of a file has a schedule."""
    made = [module.facts.invocations[i] for name in ("DAG", "dag") for i in module.calls_by_name.get(name, ())]
    return bool(made) and all(scheduled(names, module, one) for one in made)


def by_argument(names: Names, module: Module, decorator: Expr) -> bool:
    """`@app.function(schedule=modal.Cron("0 3 * * *"))`."""
    made = module.facts.invocations[decorator.invocation] if isinstance(decorator, Result) else None
    for key, value in made.keywords.items if made is not None else ():
        found = names.resolve(value, Context(module)) if key == "schedule" else None
        if isinstance(found, Made) and found.path in _DECORATOR_SCHEDULES:
            return _seldom(names, found.invocation, found.context) and not _often(names, found)
    return False


def _often(names: Names, made: Made) -> bool:
    """Whether a pattern of cron comes round within an hour: its minutes are no single number."""
    first = made.invocation.positional[0] if made.invocation.positional else None
    pattern = constant(names.resolve(first, made.context)) if first is not None else None
    return made.path.endswith("Cron") and not (pattern or "").partition(" ")[0].isdigit()


def beaten(names: Names, function: str) -> bool:
    """Whether celery's table of schedules names a task, each hour at most: `beat_schedule = {"x": {"task": "jobs.label"}}`."""
    for module in names.modules:
        for (_, name), bindings in module.bindings.items():
            if not name.endswith(("beat_schedule", "CELERY_BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE")):
                continue
            for binding in bindings:
                if any(_names_task(names, module, entry, function) for entry in _entries(binding.value)):
                    return True
    return False


def _entries(expr: Expr) -> Iterator[Table]:
    if isinstance(expr, Table):
        yield from (value for _, value in expr.items if isinstance(value, Table))


def _names_task(names: Names, module: Module, entry: Table, function: str) -> bool:
    context, given = Context(module), dict(entry.items)
    task, when = given.get("task"), given.get("schedule")
    named = constant(names.resolve(task, context)) if task is not None else None
    if named is None or named.rpartition(".")[2] != function or when is None:
        return False
    value = names.resolve(when, context)
    if isinstance(value, Made):
        return _seldom(names, value.invocation, value.context)
    if isinstance(value, External):
        return False
    period = value.expr.value if isinstance(value, Data) and isinstance(value.expr, Known) else None
    return isinstance(period, (int, float)) and period >= _HOUR
