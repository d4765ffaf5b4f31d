"""Texts that a function puts together over several statements and returns."""

from __future__ import annotations

from promptlint.facts import Expr, Name, Result
from promptlint.link.resolve.changed import sources
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.values import Context, Frame

_MOST_KEPT = 20_000
_DEEPEST_STEPS = 4


class Grown:
    """Says which texts are grown so."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._kept: dict[tuple[int, int, tuple[Frame, ...]], tuple[bool, Expr, Context]] = {}

    def at(self, expr: Expr, context: Context) -> bool:
        """Whether a text is. The same names are asked about again and again; what is kept keeps the ids it is found by."""
        key = (len(self._names.modules.files), id(expr), context.frames)
        if key not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = (self._adds(expr, context, 0), expr, context)
        return self._kept[key][0]

    def _adds(self, expr: Expr, context: Context, depth: int) -> bool:
        """Whether a function, one step or more back, adds to the text that it returns."""
        if depth > _DEEPEST_STEPS or not isinstance(expr, (Name, Result)):
            return False
        if isinstance(expr, Name) and not _set_by_call(expr, context):
            return False
        steps = sources(self._names, expr, context)
        if isinstance(expr, Result) and any(isinstance(v, Name) and self._added_to(v, inner) for v, inner in steps):
            return True
        return any(self._adds(value, inner, depth + 1) for value, inner in steps)

    def _added_to(self, name: Name, context: Context) -> bool:
        seen = self._names.changes(name, context)
        return seen is not None and any(binding.operation == "add" for binding, _ in seen.changes)


def _set_by_call(name: Name, context: Context) -> bool:
    """Whether a name may hold what a call returned: it is set to that or to another name, or a caller passes it."""
    key = (name.scope, name.name)
    return key in context.module.set_by_calls if key in context.module.bindings else bool(context.frames)
