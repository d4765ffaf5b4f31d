"""What a call passes behind `*` and `**`: lists and dictionaries that are written out, or that a known caller fills."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.facts import Attribute, Expr, Invocation, Items, Name, Parameter, Table
from promptlint.link.program.decorators import is_static
from promptlint.link.resolve.values import Context, Data, Frame

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names

_DEEPEST = 4


def place_of(frame: Frame, parameter: Parameter) -> int:
    """Which positional argument a parameter takes; below zero for the object a method is called on."""
    names = [p.name for p in frame.function.parameters if p.kind == "positional"]
    return names.index(parameter.name) - bound(frame)


def bound(frame: Frame) -> int:
    """How many parameters of a function its receiver takes: none where that is passed, as in `Base.__init__(self, model)`."""
    owner = frame.function.owner
    return int(owner is not None and not is_static(frame.function) and not _passes_itself(frame.invocation, owner))


def _passes_itself(invocation: Invocation, owner: str) -> bool:
    callee, first = invocation.callee, next(iter(invocation.positional), None)
    named = isinstance(callee, Attribute) and getattr(callee.base, "name", "") == owner.rpartition(".")[2]
    return named and isinstance(first, Name) and first.name == "self"


def unpacked(names: Names, frame: Frame, parameter: Parameter) -> tuple[Expr, Context] | None:
    """The expression that a call with `*args` or `**kwargs` passes for a parameter, with the context to read it in."""
    found = _under(names, frame.invocation.keywords, frame.caller, parameter.name, 0)
    if found is not None or parameter.kind != "positional":
        return found
    position = place_of(frame, parameter)
    given = _positional(names, frame)
    return given[position] if 0 <= position < len(given) else None


def all_known(names: Names, frame: Frame) -> bool:
    """Whether every dictionary that a call unpacks is written out and left as it is: what is in none of them is not passed."""
    for key, expr in frame.invocation.keywords.items:
        if key is not None:
            continue
        value = names.resolve(expr, frame.caller)
        if not isinstance(value, Data) or not isinstance(value.expr, Table) or value.expr.keyed:
            return False
        if any(key is None for key, _ in value.expr.items) or _changed(names, expr, frame.caller):
            return False
    return True


def _changed(names: Names, expr: Expr, context: Context) -> bool:
    """Whether something is done to what an expression stands for before it is used here."""
    seen = names.changes(expr, context)
    return seen is not None and bool(seen.changes)


def _under(names: Names, table: Table, context: Context, name: str, depth: int) -> tuple[Expr, Context] | None:
    """What the dictionaries behind `**` hold under a name, those left out that are changed before they are passed."""
    for key, value in table.items if depth < _DEEPEST else ():
        inner = names.resolve(value, context) if key is None else None
        if isinstance(inner, Data) and isinstance(inner.expr, Table) and not _changed(names, value, context):
            for there, expr in inner.expr.items:
                if there == name:
                    return expr, inner.context
            found = _under(names, inner.expr, inner.context, name, depth + 1)
            if found is not None:
                return found
    return None


def _positional(names: Names, frame: Frame) -> list[tuple[Expr, Context]]:
    """The positional arguments of a call in order, `*args` opened, as far as it is known how many there are."""
    found: list[tuple[Expr, Context]] = []
    for i, expr in enumerate(frame.invocation.positional):
        if i not in frame.invocation.starred:
            found.append((expr, frame.caller))
            continue
        listed = names.resolve(expr, frame.caller)
        if not isinstance(listed, Data) or not isinstance(listed.expr, Items):
            break
        open_at = min(listed.expr.starred, default=len(listed.expr.values))
        found.extend((value, listed.context) for value in listed.expr.values[:open_at])
        if listed.expr.starred:
            break
    return found
