"""Loops that nothing in their body leaves."""

from __future__ import annotations

import ast


def is_endless(loop: ast.While) -> bool:
    """Whether a loop is `while True` and holds no `break` of its own, `return`, `raise`, `yield` or `assert`."""
    return _always(loop.test) and not any(_leaves(line, False) for line in loop.body)


def until_success(loop: ast.While) -> bool:
    """Whether a loop is `while True` round a `try` that goes on after each failure, however many there were."""
    if not _always(loop.test):
        return False
    for line in loop.body:
        if isinstance(line, ast.Try):
            return not any(_leaves(part, False) for part in (*line.handlers, *line.finalbody))
        if _leaves(line, False):
            return False
    return False


def _always(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and isinstance(test.value, int) and bool(test.value)


def _leaves(node: ast.AST, inner: bool) -> bool:
    """Whether a part of the body leaves the loop. `inner`: in a loop of its own, to which a `break` belongs."""
    match node:
        case ast.Return() | ast.Raise() | ast.Yield() | ast.YieldFrom() | ast.Assert():
            return True
        case ast.Break():
            return not inner
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
            return False
    inner = inner or isinstance(node, (ast.For, ast.AsyncFor, ast.While))
    return any(_leaves(child, inner) for child in ast.iter_child_nodes(node))
