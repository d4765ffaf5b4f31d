"""Simple statements, which hold no others: assignments, `del`, `return`, imports, an expression that stands alone."""

from __future__ import annotations

import ast

from promptlint.facts import Attribute, Binary, Expr, Import, Item, Result, Unknown
from promptlint.parse.bindings import bind, bind_inside, note
from promptlint.parse.dropped import is_batch, note_dropped, unread
from promptlint.parse.fallbacks import fallback
from promptlint.parse.names import constant_text, dotted
from promptlint.parse.walk import Walk

_AUGMENTED: dict[type[ast.operator], str] = {ast.Add: "add", ast.BitOr: "update"}


def alone(walk: Walk, node: ast.Expr) -> None:
    """An expression whose value nothing gets, but for what a fixture yields."""
    if isinstance(node.value, ast.Yield) and node.value.value is not None:
        given = walk.expr(node.value.value)
        if walk.lends:
            walk.returns.append((given, walk.block))
        else:
            walk.yields.append(given)
        return
    value = walk.expr(node.value)
    if isinstance(value, Result):
        note_dropped(walk, value)


def assign(walk: Walk, node: ast.Assign) -> None:
    """`x = y = value`."""
    value = walk.expr(node.value)
    if isinstance(value, Result) and is_batch(walk, value) and unread(walk, node.targets):
        note_dropped(walk, value)
    for target in node.targets:
        bind(walk, target, fallback(walk, target, value))


def annotated(walk: Walk, node: ast.AnnAssign) -> None:
    """`x: int = value`, and `x: int`, which has no value yet."""
    annotation = walk.code(node.annotation)
    unset = Unknown(reason="declared only", span=walk.span(node.target))
    value = walk.expr(node.value) if node.value is not None else unset
    operation = "declare" if node.value is None else "set"
    bind(walk, node.target, value, operation=operation, annotation=annotation)


def augmented(walk: Walk, node: ast.AugAssign) -> None:
    """`x += more` and its like."""
    if isinstance(node.target, ast.Subscript):
        _grown(walk, node, node.target)
    elif isinstance(node.target, ast.Attribute) and isinstance(node.target.value, ast.Subscript):
        # `messages[-1].content += more`
        held, more = walk.expr(node.target), walk.expr(node.value)
        if isinstance(held, Attribute) and isinstance(held.base, Item):
            longer = Binary(left=held, operator="+", right=more, span=walk.span(node))
            bind_inside(walk, node.target.value, held.base, held.name, longer, walk.span(node))
    else:
        bind(walk, node.target, walk.expr(node.value), operation=_AUGMENTED.get(type(node.op), "other"))


def _grown(walk: Walk, node: ast.AugAssign, target: ast.Subscript) -> None:
    """`x[key] += more` and `x[key] |= more` replace the entry by a longer one."""
    more, item, name = walk.expr(node.value), walk.expr(target), dotted(target.value)
    if not isinstance(item, Item):
        return
    value: Expr = Unknown(reason="computed", span=walk.span(node))
    if isinstance(node.op, (ast.Add, ast.BitOr)):
        operator = "+" if isinstance(node.op, ast.Add) else "|"
        value = Binary(left=item, operator=operator, right=more, span=walk.span(node))
    if name is not None:
        note(walk, name, value, walk.span(node), "item", key=constant_text(item.key))
    elif isinstance(target.value, ast.Subscript) and isinstance(item.base, Item):
        bind_inside(walk, target.value, item.base, constant_text(item.key), value, walk.span(node))


def delete(walk: Walk, node: ast.Delete) -> None:
    """`del x[key]`; a deleted name is still what it was before."""
    for target in node.targets:
        if isinstance(target, ast.Subscript):
            _deleted(walk, target)
        else:
            walk.visit(target)


def _deleted(walk: Walk, target: ast.Subscript) -> None:
    """`del x[key]` is a `pop`, and `del x[:3]` may leave anything."""
    item, name = walk.expr(target), dotted(target.value)
    if name is None:
        return
    nothing = Unknown(reason="deleted", span=item.span)
    if isinstance(item, Item):
        note(walk, name, nothing, item.span, "pop", key=constant_text(item.key))
    else:
        note(walk, name, nothing, item.span, "other")


def return_(walk: Walk, node: ast.Return) -> None:
    """What a function gives back."""
    if node.value is not None:
        walk.returns.append((walk.expr(node.value), walk.block))


def import_(walk: Walk, node: ast.Import) -> None:
    """`import a.b` binds `a`."""
    for alias in node.names:
        path, local = alias.name, alias.asname
        target = path if local else path.partition(".")[0]
        walk.imports.append(Import(scope=walk.scope, local=local or target, target=target))
        if not local and "." in path:
            walk.imports.append(Import(scope=walk.scope, local=path, target=path))


def import_from(walk: Walk, node: ast.ImportFrom) -> None:
    """`from . import x` keeps its dots."""
    base = "." * node.level + (node.module or "")
    for alias in node.names:
        joined = base + alias.name if base.endswith(".") or not base else f"{base}.{alias.name}"
        target = base if alias.name == "*" else joined
        maybe = alias.name == "*" and walk.block != 0
        walk.imports.append(Import(scope=walk.scope, local=alias.asname or alias.name, target=target, maybe=maybe))


def declared(walk: Walk, node: ast.Global | ast.Nonlocal) -> None:
    """`global x`, `nonlocal x`."""
    walk.globals.update(node.names)
