"""`if not x: x = "text"`: a value for a name that has none."""

from __future__ import annotations

import ast

from promptlint.facts import Choice, Expr, Known, Name, Text
from promptlint.parse.walk import Walk


def tested_name(walk: Walk, test: ast.expr) -> Name | None:
    """`x` of `not x` and of `x is None`."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name() as name):
            pass
        case ast.Compare(left=ast.Name() as name, ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            pass
        case _:
            return None
    value = walk.expr(name)
    return value if isinstance(value, Name) else None


def fallback(walk: Walk, target: ast.expr, value: Expr) -> Expr:
    """`if not x: x = "text"` is `x = x or "text"`."""
    tested = walk.lacking
    if tested is None or not isinstance(target, ast.Name) or target.id != tested.name:
        return value
    if not isinstance(value, (Text, Known)):
        return value
    return Choice(options=(tested, value), origin="or", span=value.span)
