"""A call → `Invocation`, kept in the order of the source, and how its value is used."""

from __future__ import annotations

import ast
import re

from msgspec.structs import replace

from promptlint.facts import Expr, Invocation, Result, Table
from promptlint.parse.bindings import note_mutation
from promptlint.parse.walk import Walk

_BLANKS = re.compile(r"\s+")


def call(walk: Walk, node: ast.Call) -> Expr:
    """The result of a call. It gets its number before its arguments are read, which may hold calls."""
    index = len(walk.invocations)
    walk.invocations.append(None)
    callee = walk.expr(node.func)
    positional = tuple(walk.expr(argument) for argument in node.args)
    keywords = tuple((keyword.arg, walk.expr(keyword.value)) for keyword in node.keywords)
    span = walk.span(node)
    callee_span = callee.span if isinstance(node.func, (ast.Name, ast.Attribute)) else walk.span(node.func)
    named = {keyword.arg: walk.span(keyword.value) for keyword in node.keywords if keyword.arg is not None}
    made = Invocation(
        callee=callee,
        text=_BLANKS.sub(" ", walk.source[callee_span.start : callee_span.end]),
        scope=walk.scope,
        positional=positional,
        keywords=Table(items=keywords, span=span),
        span=span,
        callee_span=callee_span,
        block=walk.block,
        loops=walk.loops,
        starred=tuple(i for i, argument in enumerate(node.args) if isinstance(argument, ast.Starred)),
        keyword_spans=named,
        caught=walk.caught,
    )
    walk.invocations[index] = made
    note_mutation(walk, made)
    return Result(invocation=index, span=span)


def await_(walk: Walk, node: ast.Await) -> Expr:
    """What a call gives, noted as awaited."""
    value = walk.expr(node.value)
    if isinstance(value, Result):
        mark(walk, value, awaited=True)
    return value


def mark(
    walk: Walk,
    result: Result,
    *,
    awaited: bool | None = None,
    with_item: bool | None = None,
    dropped: bool | None = None,
) -> None:
    """Note how the value of a call is used."""
    used = (("awaited", awaited), ("with_item", with_item), ("dropped", dropped))
    changes = {k: v for k, v in used if v is not None}
    walk.invocations[result.invocation] = replace(walk.made_by(result), **changes)
