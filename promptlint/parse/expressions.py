"""Expressions of a syntax tree → `Expr` facts: `READERS` says which function reads which kind of node."""

from __future__ import annotations

import ast

from promptlint.facts import Attribute, Binary, Choice, Expr, Item, Known, Name, Span, Unknown
from promptlint.parse.bindings import bind
from promptlint.parse.calls import await_, call
from promptlint.parse.conditions import asked
from promptlint.parse.definitions import lambda_
from promptlint.parse.displays import comprehension, dictionary, sequence
from promptlint.parse.texts import string
from promptlint.parse.walk import Readers, Walk

_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.BitOr: "|", ast.Mod: "%", ast.Mult: "*", ast.Div: "/", ast.Sub: "-", ast.FloorDiv: "//",
}  # fmt: skip
_LARGEST = 1 << 62


def _name(walk: Walk, node: ast.Name) -> Expr:
    return Name(name=node.id, scope=walk.scope, span=walk.span(node))


def _attribute(walk: Walk, node: ast.Attribute) -> Expr:
    return Attribute(base=walk.expr(node.value), name=node.attr, span=walk.span(node))


def _subscript(walk: Walk, node: ast.Subscript) -> Expr:
    base = walk.expr(node.value)
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if any(isinstance(part, ast.Slice) for part in parts):
        for part in parts:
            walk.expr(part)
        return Unknown(reason="slice", span=walk.span(node))
    return Item(base=base, key=walk.expr(node.slice), span=walk.span(node))


def _constant(walk: Walk, node: ast.Constant) -> Expr:
    value = node.value
    if isinstance(value, (str, bytes)):
        return string(walk, node)
    if value is None or isinstance(value, bool):
        return Known(value=value, span=walk.span(node))
    if not isinstance(value, (int, float)):
        return Unknown(reason="ellipsis" if value is ... else "imaginary", span=walk.span(node))
    # Nobody counts tokens in such numbers, and `1e999` is none.
    if not -_LARGEST < value < _LARGEST:
        return Unknown(reason="number too large", span=walk.span(node))
    return Known(value=value, span=walk.span(node))


def _unary(walk: Walk, node: ast.UnaryOp) -> Expr:
    value = walk.expr(node.operand)
    if isinstance(node.op, ast.USub) and isinstance(value, Known) and isinstance(value.value, (int, float)):
        return Known(value=-value.value, span=walk.span(node))
    return Unknown(reason="operation", span=walk.span(node))


def _binary(walk: Walk, node: ast.BinOp) -> Expr:
    left, right = walk.expr(node.left), walk.expr(node.right)
    operator = _OPERATORS.get(type(node.op))
    if operator is None:
        return Unknown(reason="operation", span=walk.span(node))
    return Binary(left=left, operator=operator, right=right, span=walk.span(node))


def _boolean(walk: Walk, node: ast.BoolOp) -> Expr:
    """`a or b or c` is `(a or b) or c`."""
    values = [walk.expr(value) for value in node.values]
    if isinstance(node.op, ast.And):
        return values[-1]
    span = walk.span(node)
    found = values[0]
    for value in values[1:]:
        found = Choice(options=(found, value), origin="or", span=Span(span.start, value.span.end))
    return Choice(options=found.options, origin="or", span=span) if isinstance(found, Choice) else found


def _conditional(walk: Walk, node: ast.IfExp) -> Expr:
    walk.expr(node.test)
    options = walk.expr(node.body), walk.expr(node.orelse)
    return Choice(options=options, origin="branch", span=walk.span(node), test=asked(walk, node.test))


def _named(walk: Walk, node: ast.NamedExpr) -> Expr:
    value = walk.expr(node.value)
    bind(walk, node.target, value)
    return value


def _starred(walk: Walk, node: ast.Starred) -> Expr:
    return walk.expr(node.value)


def _yield(walk: Walk, node: ast.Yield | ast.YieldFrom) -> Expr:
    if node.value is not None:
        value = walk.expr(node.value)
        if isinstance(node, ast.Yield):
            walk.returns.append((value, walk.block))
    return Unknown(reason="yield", span=walk.span(node))


READERS: Readers = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: call,
    ast.Constant: _constant,
    ast.JoinedStr: string,
    ast.Dict: dictionary,
    ast.List: sequence,
    ast.Tuple: sequence,
    ast.Set: sequence,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.IfExp: _conditional,
    ast.Subscript: _subscript,
    ast.Await: await_,
    ast.Lambda: lambda_,
    ast.ListComp: comprehension,
    ast.GeneratorExp: comprehension,
    ast.SetComp: comprehension,
    ast.DictComp: comprehension,
    ast.NamedExpr: _named,
    ast.UnaryOp: _unary,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.Starred: _starred,
}
