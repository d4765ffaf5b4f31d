"""Loops that nothing in their body leaves, or nothing but a success."""

from __future__ import annotations

import ast
from collections.abc import Iterable


def is_endless(loop: ast.While) -> bool:
    """Whether a loop is `while True` and holds no `break` of its own, `return`, `raise`, `yield` or `assert`."""
    return _always(loop.test) and not any(_leaves(line, False) for line in loop.body)


def until_success(loop: ast.While) -> bool:
    """Whether a `try` that goes on after each failure, however many there were, is all that ends a loop.

    `while True`, left where the `try` succeeds; or `while not done`, with `done` set there alone.
    """
    flag = _flag(loop.test)
    if not _always(loop.test) and flag is None:
        return False
    for i, line in enumerate(loop.body):
        if isinstance(line, ast.Try):
            # Where a handler does not begin the next turn itself, what follows runs after a failure as well.
            after = tuple(loop.body[i + 1 :])
            falls_through = any(not isinstance(h.body[-1], ast.Continue) for h in line.handlers)
            failing = (*line.handlers, *line.finalbody, *(after if falls_through else ()))
            succeeding = (*line.body, *line.orelse, *after)
            if flag is not None and _sets(flag, (*loop.body[:i], *failing)):
                return False
            # A flag that nothing here sets is set from elsewhere, for a reason that is not known.
            ends = _sets(flag, succeeding) if flag else any(_leaves(part, False) for part in succeeding)
            return ends and not any(_leaves(part, False) for part in failing)
        if _leaves(line, False):
            return False
    return False


def _always(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and isinstance(test.value, int) and bool(test.value)


def _flag(test: ast.expr) -> str | None:
    """`done` of `while not done`."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)):
            return name
    return None


def _sets(name: str, nodes: Iterable[ast.AST]) -> bool:
    return any(
        isinstance(inner, ast.Name) and inner.id == name and isinstance(inner.ctx, ast.Store)
        for node in nodes
        for inner in ast.walk(node)
    )


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
