"""What the condition of an `if` asks of a name: a caller that passes a literal answers it."""

from __future__ import annotations

import ast

from msgspec.structs import replace

from promptlint.facts import Name, Test
from promptlint.parse.walk import Walk


def asked(walk: Walk, test: ast.expr) -> Test | None:
    """`x`, `not x`, `x == "a"`, `x is None`, `x in ("a", "b")` and their contraries, in a function; None for anything else."""
    if not walk.scope:
        return None
    match test:
        case ast.Name():
            return _of(walk, test)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return denied(asked(walk, inner))
        case ast.Compare(left=ast.Name() as name, ops=[ast.Eq() | ast.Is()], comparators=[ast.Constant(value=value)]):
            return _of(walk, name, value)
        case ast.Compare(
            left=ast.Name() as name, ops=[ast.NotEq() | ast.IsNot()], comparators=[ast.Constant(value=value)]
        ):
            return denied(_of(walk, name, value))
        case ast.Compare(
            left=ast.Name() as name,
            ops=[ast.In()],
            comparators=[ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements)],
        ):
            values = [element.value for element in elements if isinstance(element, ast.Constant)]
            return _of(walk, name, *values) if values and len(values) == len(elements) else None
    return None


def denied(test: Test | None) -> Test | None:
    """What holds where a test fails."""
    return replace(test, denied=not test.denied) if test is not None else None


def _of(walk: Walk, node: ast.Name, *values: object) -> Test | None:
    name = walk.expr(node)
    told = tuple(value for value in values if value is None or isinstance(value, (str, int, float)))
    return Test(name=name, values=told) if isinstance(name, Name) and len(told) == len(values) else None
