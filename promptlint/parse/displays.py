"""Displays of dictionaries, lists, sets and tuples, and comprehensions; among them chat messages, which are collected."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from promptlint.facts import Attribute, Choice, Expr, Item, Items, Loop, Name, Repeated, Result, Span, Table, Unknown
from promptlint.parse.bindings import bind
from promptlint.parse.names import constant_text
from promptlint.parse.walk import Walk


def dictionary(walk: Walk, node: ast.Dict) -> Expr:
    """A dictionary, its entries in order; plain texts are told from other keys."""
    items: list[tuple[str | None, Expr]] = []
    keyed: list[tuple[Expr, Expr]] = []
    for name, given in zip(node.keys, node.values, strict=True):
        if name is None:
            items.append((None, walk.expr(given)))
            continue
        key, value = walk.expr(name), walk.expr(given)
        text = constant_text(key)
        if text is None:
            keyed.append((key, value))
        else:
            items.append((text, value))
    table = Table(items=tuple(items), span=walk.span(node), keyed=tuple(keyed))
    if _is_message(table):
        walk.messages[table.span.start] = table
    return table


def sequence(walk: Walk, node: ast.List | ast.Tuple | ast.Set) -> Expr:
    """A list, a tuple or a set; a list of chat messages is collected in their place."""
    values = tuple(walk.expr(element) for element in node.elts)
    starred = tuple(i for i, element in enumerate(node.elts) if isinstance(element, ast.Starred))
    items = Items(values=values, span=walk.span(node), starred=starred, unordered=isinstance(node, ast.Set))
    if any(isinstance(v, Table) and v.span.start in walk.messages for v in values):
        for value in values:
            walk.messages.pop(value.span.start, None)
        walk.messages[items.span.start] = items
    return items


def comprehension(walk: Walk, node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp) -> Expr:
    """Any number of one element; of a dictionary, a selection of its entries, or one entry for each key."""
    outer, span = walk.loops, walk.span(node)
    start = Span(span.start, span.start)
    source: Expr | None = None
    for clause in node.generators:
        iterable = walk.expr(clause.iter)
        source = source or iterable
        loop = Loop(kind="comprehension", span=span, iterable=iterable, fallback=walk.failed)
        walk.loops = (*walk.loops, loop)
        bind(walk, clause.target, Item(base=iterable, key=Unknown(reason="loop", span=start), span=start), at=start)
        for condition in clause.ifs:
            walk.expr(condition)
    if isinstance(node, ast.DictComp):
        entry = walk.expr(node.key), walk.expr(node.value)
        walk.loops = outer
        listed = _listed(node, source, *entry)
        return listed or _selected(walk, node, source) or _each(node, Table(items=(), span=span, keyed=(entry,)))
    element = walk.expr(node.elt)
    walk.loops = outer
    return Repeated(element=element, span=span, chosen=any(clause.ifs for clause in node.generators))


def _listed(node: ast.DictComp, source: Expr | None, key: Expr, value: Expr) -> Table | None:
    """`{name: options[name] for name in ("model", "max_tokens")}`: the names that are listed, each with its own entry."""
    if len(node.generators) != 1 or node.generators[0].ifs or not isinstance(source, Items) or source.starred:
        return None
    if not (
        isinstance(key, Name) and isinstance(value, Item) and isinstance(value.key, Name) and value.key.name == key.name
    ):
        return None
    target = node.generators[0].target
    texts = [constant_text(text) for text in source.values]
    if None in texts or not (isinstance(target, ast.Name) and target.id == key.name):
        return None
    items = tuple((name, replace(value, key=text)) for name, text in zip(texts, source.values, strict=True))
    return Table(items=items, span=key.span)


def _selected(walk: Walk, node: ast.DictComp, source: Expr | None) -> Expr | None:
    """`{k: v for k, v in d.items() if v is not None}` is `d`; with a condition on the key, any key may be missing.

    `d` may be written as pairs: `{k: v for k, v in [("top_p", p), ("max_tokens", limit)] if v}`.
    """
    value, span = _kept_entries(node), walk.span(node)
    whole = _entries_of(walk, source) if value is not None and source is not None else None
    if value is None or whole is None:
        return None
    conditions = list(_conditions(node.generators[0].ifs))
    among = [(test, keys) for test in conditions if (keys := _keys_asked_for(test, node.key)) is not None]
    known = [test for test, _ in among]
    if not all(test in known or _asks_for_value(test, value) for test in conditions):
        whole = Choice(options=(whole, Table(items=(), span=span)), origin="branch", span=span)
    return Table(items=((None, whole),), span=span, among=walk.expr(among[0][1]) if among else None)


def _each(node: ast.DictComp, entries: Table) -> Expr:
    """`{name: options[name] for name in NAMES}`; with a condition, any key may be missing."""
    if not any(clause.ifs for clause in node.generators):
        return entries
    return Choice(options=(entries, Table(items=(), span=entries.span)), origin="branch", span=entries.span)


def _conditions(tests: Sequence[ast.expr]) -> Iterator[ast.expr]:
    """Each condition that must hold, those that are joined by `and` one by one."""
    for test in tests:
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            yield from _conditions(test.values)
        else:
            yield test


def _keys_asked_for(test: ast.expr, key: ast.expr) -> ast.expr | None:
    """`KNOWN` of `{k: v for k, v in d.items() if k in KNOWN}`."""
    match test:
        case ast.Compare(left=ast.Name(id=left), ops=[ast.In()], comparators=[keys]):
            read_once = not any(isinstance(part, ast.Call) for part in ast.walk(keys))  # it is walked a second time
            return keys if read_once and isinstance(key, ast.Name) and key.id == left else None
    return None


def _entries_of(walk: Walk, source: Expr) -> Expr | None:
    """The dictionary whose entries a comprehension goes through: `d` of `d.items()`, and pairs of a text and a value."""
    match source:
        case Result():
            made = walk.made_by(source)
            all_of_it = isinstance(made.callee, Attribute) and made.callee.name == "items" and not made.positional
            return made.callee.base if isinstance(made.callee, Attribute) and all_of_it else None
        case Items(values=pairs, starred=()):
            entries = [
                (constant_text(p.values[0]), p.values[1]) for p in pairs if isinstance(p, Items) and len(p.values) == 2
            ]
            known = len(entries) == len(pairs) and all(key is not None for key, _ in entries)
            return Table(items=tuple(entries), span=source.span) if known else None
    return None


def _is_message(table: Table) -> bool:
    """Whether a dictionary is a chat message: a known role and some content."""
    keys = dict(table.items)
    role = keys.get("role")
    return role is not None and ("content" in keys or "parts" in keys) and len(table.items) <= 8


def _kept_entries(node: ast.DictComp) -> str | None:
    """`v` of `{k: v for k, v in ...}`, a comprehension that takes keys and values over as they are."""
    match node:
        case ast.DictComp(
            key=ast.Name(id=key), value=ast.Name(id=value),
            generators=[ast.comprehension(target=ast.Tuple(elts=[ast.Name(id=first), ast.Name(id=second)]))],
        ) if (key, value) == (first, second):  # fmt: skip
            return value
    return None


def _asks_for_value(test: ast.expr, value: str) -> bool:
    """`v`, `v is not None`, `v != ""`: whether a value is there, whatever its key."""
    asked = test
    if isinstance(test, ast.Compare):
        if not isinstance(test.ops[0], (ast.IsNot, ast.NotEq, ast.NotIn)):
            return False
        asked = test.left
    return isinstance(asked, ast.Name) and asked.id == value
