"""What a name gets: by assignment to it, to an entry of it, or by a method that changes it (`x.append(y)`)."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from promptlint.facts import Attribute, Binding, Expr, Invocation, Item, Items, Known, Name, Span, Table, Unknown
from promptlint.parse.names import constant_text, dotted, path_of
from promptlint.parse.walk import Walk

_MUTATIONS = {"append", "extend", "insert", "update", "setdefault", "pop", "clear", "remove"}


def bind(
    walk: Walk,
    target: ast.expr,
    value: Expr,
    *,
    operation: str = "set",
    annotation: str | None = None,
    at: Span | None = None,
) -> None:
    """Note that a target gets a value, seen from the end of the value on, or from `at`."""
    match target:
        case ast.Name() | ast.Attribute():
            name = dotted(target)
            if name is None:
                walk.expr(target)
                return
            span = walk.span(target)
            seen = at or Span(span.start, max(span.end, value.span.end))
            note(walk, name, value, seen, operation, annotation=annotation)
        case ast.Starred():
            bind(walk, target.value, value, at=at)
        case ast.Tuple() | ast.List():
            parts = value.values if isinstance(value, Items) and _unpacks(value, target.elts) else None
            for i, element in enumerate(target.elts):
                key = Known(value=i, span=value.span)
                part = parts[i] if parts is not None else Item(base=value, key=key, span=value.span)
                bind(walk, element, part, at=at)
        case ast.Subscript():
            _bind_item(walk, target, value)


def _unpacks(value: Items, elements: Sequence[object]) -> bool:
    return not value.starred and len(value.values) == len(elements)


def _bind_item(walk: Walk, target: ast.Subscript, value: Expr) -> None:
    """`x[key] = value`."""
    name = dotted(target.value)
    item = walk.expr(target)
    span = walk.span(target)
    if not isinstance(item, Item):  # `x[-9:] = more`
        if name is not None:
            note(walk, name, item, span, "other")
        return
    seen, key = Span(span.start, max(span.end, value.span.end)), constant_text(item.key)
    if name is not None:
        named = item.key if isinstance(item.key, (Name, Attribute)) else None
        note(walk, name, value, seen, "item", key=key, key_name=named)
    elif isinstance(target.value, ast.Subscript) and isinstance(item.base, Item):
        bind_inside(walk, target.value, item.base, key, value, seen)


def bind_inside(walk: Walk, outer: ast.Subscript, held: Item, key: str | None, value: Expr, span: Span) -> None:
    """`x["a"]["b"] = value`: an entry of an entry, or `x[-1].b += more`."""
    root: ast.expr = outer
    while isinstance(root, ast.Subscript):
        root = root.value
    name = dotted(root)
    if name is None:
        return
    inner: Expr = Unknown(reason="computed", span=span)
    if key is not None and root is outer.value:
        inner = Table(items=((key, value),), span=span)
    note(walk, name, inner, span, "inside", key=constant_text(held.key) if root is outer.value else None)


def note(
    walk: Walk,
    name: str,
    value: Expr,
    span: Span,
    operation: str,
    *,
    key: str | None = None,
    key_name: Expr | None = None,
    annotation: str | None = None,
) -> None:
    """Add a binding. The first parameter of a method is called `self` whatever its name."""
    head, _, rest = name.partition(".")
    if rest and head == walk.receiver:
        name = f"self.{rest}"
    scope, block = walk.scope, walk.block
    if head in walk.globals and not (rest and head == walk.receiver):
        # Whether and when the function runs is not known: for the module it is a branch of its own.
        scope, block = "", walk.new_block(parent=0)
    walk.bindings.append(
        Binding(scope=scope, name=name, value=value, span=span, block=block, operation=operation, key=key,
                key_name=key_name, annotation=annotation)
    )  # fmt: skip


def note_mutation(walk: Walk, invocation: Invocation) -> None:
    """`x.append(y)`, `x.update(...)` and their like change `x`."""
    callee = invocation.callee
    if not isinstance(callee, Attribute) or callee.name not in _MUTATIONS:
        return
    name = path_of(callee.base)
    if name is None:
        if isinstance(callee.base, Item):
            _note_entry_mutation(walk, callee.base, callee.name, invocation)
        return
    first = invocation.positional[0] if invocation.positional else None
    empty = Unknown(reason="nothing", span=invocation.span)
    match callee.name:
        case "insert" if len(invocation.positional) == 2:
            at = invocation.positional[0]
            key = str(at.value) if isinstance(at, Known) else None
            note(walk, name, invocation.positional[1], invocation.span, "insert", key=key)
        case "append" | "extend":
            note(walk, name, first or empty, invocation.span, callee.name)
        case "update":
            note(walk, name, first or invocation.keywords, invocation.span, "update")
            if first is not None and invocation.keywords.items:
                note(walk, name, invocation.keywords, invocation.span, "update")
        case "setdefault" | "pop":
            key = constant_text(first) if first is not None else None
            value = invocation.positional[1] if len(invocation.positional) > 1 else empty
            note(walk, name, value, invocation.span, callee.name, key=key)
        case _:
            note(walk, name, empty, invocation.span, "other")


def _note_entry_mutation(walk: Walk, entry: Item, method: str, invocation: Invocation) -> None:
    """`x[key].append(y)` and `x[key].extend(ys)` add to an entry of `x`, `x[key].update(...)` sets what is inside."""
    name, key, given = path_of(entry.base), constant_text(entry.key), invocation.positional
    if name is None:
        return
    if method == "update":
        note(walk, name, given[0] if given else invocation.keywords, invocation.span, "inside", key=key)
    elif method in ("append", "extend") and key is not None and len(given) == 1:
        added = given[0] if method == "extend" else Items(values=given, span=given[0].span)
        note(walk, name, added, invocation.span, "longer", key=key)
