"""Loops that nothing in their body leaves."""

from __future__ import annotations

import libcst as cst


def is_endless(loop: cst.While) -> bool:
    """Whether a loop is `while True` and holds no `break` of its own, `return`, `raise`, `yield` or `assert`."""
    return _always(loop.test) and not _leaves(loop.body, False)


def until_success(loop: cst.While) -> bool:
    """Whether a loop is `while True` round a `try` that goes on after each failure, however many there were."""
    if not _always(loop.test) or not isinstance(loop.body, cst.IndentedBlock):
        return False
    for line in loop.body.body:
        if isinstance(line, cst.Try):
            parts = (*line.handlers, *((line.finalbody,) if line.finalbody is not None else ()))
            return not any(_leaves(part, False) for part in parts)
        if _leaves(line, False):
            return False
    return False


def _always(test: cst.BaseExpression) -> bool:
    return (isinstance(test, cst.Name) and test.value == "True") or (
        isinstance(test, cst.Integer) and test.value != "0"
    )


def _leaves(node: cst.CSTNode, inner: bool) -> bool:
    """Whether a part of the body leaves the loop. `inner`: in a loop of its own, to which a `break` belongs."""
    match node:
        case cst.Return() | cst.Raise() | cst.Yield() | cst.Assert():
            return True
        case cst.Break():
            return not inner
        case cst.FunctionDef() | cst.Lambda():
            return False
    inner = inner or isinstance(node, (cst.For, cst.While))
    return any(_leaves(child, inner) for child in node.children)
