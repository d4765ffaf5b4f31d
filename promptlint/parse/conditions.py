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


def matched(walk: Walk, subject: ast.expr, case: ast.match_case) -> tuple[Test | None, ...]:
    """What must hold for a case to be taken, where those before it are not: one test of literals, and a guard. `_` asks nothing."""
    pattern = case.pattern
    guard = (None,) if case.guard is not None else ()
    if isinstance(pattern, ast.MatchAs) and pattern.pattern is None:
        return guard
    values: list[object] = []
    for part in pattern.patterns if isinstance(pattern, ast.MatchOr) else [pattern]:
        match part:
            case ast.MatchValue(value=ast.Constant(value=value)) | ast.MatchSingleton(value=value):
                values.append(value)
            case _:
                return (None, *guard)
    return (_of(walk, subject, *values) if walk.scope and isinstance(subject, ast.Name) else None, *guard)


def denied(test: Test | None) -> Test | None:
    """What holds where a test fails."""
    return replace(test, denied=not test.denied) if test is not None else None


def _of(walk: Walk, node: ast.Name, *values: object) -> Test | None:
    name = walk.expr(node)
    told = tuple(value for value in values if value is None or isinstance(value, (str, int, float)))
    return Test(name=name, values=told) if isinstance(name, Name) and len(told) == len(values) else None
