"""What `base[key]` is of a literal: an entry of a dictionary, an element of a list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from promptlint.facts import Attribute, Binary, Binding, Expr, Item, Items, Name, Repeated, Table, Unknown
from promptlint.link.resolve.registered import registered
from promptlint.link.resolve.values import (
    Context,
    Data,
    Missing,
    ParameterValue,
    Value,
    as_default,
    constant,
    is_constant,
    key_text,
    number,
)

if TYPE_CHECKING:
    from promptlint.link.program.module import Module
    from promptlint.link.resolve.names import Names


def entry_at(names: Names, value: Data, key: Value, expr: Item | Attribute, context: Context) -> Value:
    """`base[key]` or `base.get(key)` as it is, or as the code around has set it: `TABLE["fast"] = "gpt-4o-mini"`."""
    text = constant(key)
    seen = names.changes(expr.base, context) if text is not None else None
    puts = [
        (put, context if binding.scope else Context(context.module), ran)
        for binding, ran in (seen.changes if seen is not None else ())
        if (put := _put(binding, text)) is not None
    ]
    if not puts:
        return _put_in(names, value, text, expr.base, context) or entry(names, value, key, expr)
    last = max((i for i, (_, _, ran) in enumerate(puts) if ran), default=-1)
    values = [names.resolve(put, where) for put, where, _ in puts[max(last, 0) :]]
    return names.choice(values if last >= 0 else [entry(names, value, key, expr), *values])


def usual_entry(names: Names, value: ParameterValue, key: Value, expr: Item, context: Context) -> Value | None:
    """The entry of the list or dictionary that a parameter is unless callers pass another: `def run(steps=STEPS)`."""
    parameter = value.parameter
    default = parameter.default if parameter is not None and not value.chain else None
    held = names.resolve(default, Context(value.module)) if isinstance(default, Name) else None
    if not isinstance(held, Data) or not isinstance(held.expr, (Items, Table)):
        return None
    return as_default(entry_at(names, held, key, expr, context), f"parameter {value.name}")


def other_entries(names: Names, expr: Item, context: Context) -> list[tuple[Expr, Context]]:
    """The entries of a dictionary that callers may choose, where one is taken unless they do: `TEMPLATES[lang]` of `lang="en"`."""
    key = names.resolve(expr.key, context)
    usual = _usual(names, key) if isinstance(key, ParameterValue) else None
    base = names.resolve(expr.base, context) if usual is not None else None
    if usual is None or not isinstance(base, Data) or not isinstance(base.expr, Table):
        return []
    entries = [(Data(key_text(k, v), base.context), v) for k, v in base.expr.items if k is not None]
    every = [*entries, *((names.resolve(k, base.context), v) for k, v in base.expr.keyed)]
    return [(held, base.context) for name, held in every if not _same(name, usual)]


def _put(binding: Binding, key: str | None) -> Expr | None:
    """What a statement puts under a key: `x[key] = value`, `x.update(key=value)`."""
    if binding.operation == "item":
        return binding.value if binding.key == key else None
    if binding.operation != "update" or not isinstance(binding.value, Table):
        return None
    return next((value for name, value in reversed(binding.value.items) if name == key), None)


def _put_in(names: Names, value: Data, key: str | None, base: Expr, context: Context) -> Value | None:
    """What functions put into what is empty at first, in the module or an object: `MODELS.append(load())`, `CLIENTS[name] = Client()`."""
    match value.expr:
        case Items(values=()):
            operation = "append"
        case Table(items=()):
            operation = "item"
        case _:
            return None
    return put_by(names, value.context.module, operation, key, base, context)


def put_by(names: Names, module: Module, operation: str, key: str | None, base: Expr, context: Context) -> Value | None:
    """What the functions of a module append to a list, or put into a mapping under a key; None when nothing is."""
    put: list[Binding] = []
    if isinstance(base, Attribute) and isinstance(base.base, Name):
        owner = base.base.name if base.base.name in module.classes else module.owner(base.base.scope)
        put = module.attributes.get((owner or "", base.name), [])
    elif isinstance(base, Name):
        every = module.bindings_by_name.get(base.name, [])
        own = {b.scope for b in every if b.operation == "set" and b.scope} - {base.scope}
        put = [b for b in every if b.scope not in own]
    fitting = [b for b in put if b.operation == operation and (key is None or b.key in (None, key))]
    # What a function puts there itself is made of what it is passed: `CLIENTS[name] = Client(name)`.
    within = context if context.module is module else Context(module)
    told: list[Value] = []
    found: list[Value] = []
    for binding in fitting:
        others = registered(names, module, binding, key)
        told += others
        if not others:
            found.append(names.resolve(binding.value, within if binding.scope == _scope(base) else Context(module)))
    if told and key is not None:  # what is put there under names that are not known is something else
        return names.choice(told, "element")
    return names.choice([*told, *found], "element") if told or found else None


def _scope(base: Expr) -> str:
    return getattr(base if isinstance(base, Name) else getattr(base, "base", None), "scope", "")


def entry(names: Names, value: Data, key: Value, expr: Expr) -> Value:
    """The entry of a literal under a key; one of all where the key is not known. `expr` is the subscript, or `get`."""
    match value.expr:
        case Table():
            return _of_table(names, value, value.expr, key, expr)
        case Items(values=values, starred=starred):
            index = number(key) if not value.expr.unordered else None
            if index is not None and not starred and -len(values) <= index < len(values):
                return names.resolve(values[index], value.context)
            elements = [names.resolve(v, value.context) for v in values]
            return names.choice(elements, "element") if values else Missing("element")
        case Repeated(element=element):
            return names.resolve(element, value.context)
        case Binary(operator="|", left=left, right=right):
            return _of_either(names, (right, left), value.context, key, expr)
    return Missing("element")


def _of_either(names: Names, sides: Sequence[Expr], context: Context, key: Value, expr: Expr) -> Value:
    """The entry of a dictionary that is laid over another: `BASE | {"model": "gpt-4o"}`."""
    for side in sides:
        below = names.resolve(side, context)
        if not isinstance(below, Data):
            break
        found = names.deeper(partial(entry, names, below, key, expr))
        if not isinstance(found, Missing):
            return found
    return Missing("key")


def _of_table(names: Names, value: Data, table: Table, key: Value, expr: Expr) -> Value:
    for name, held in reversed(table.keyed):
        if _same(names.resolve(name, value.context), key):
            return names.resolve(held, value.context)
    text = constant(key)
    if text is not None:
        under = [v for k, v in table.items if k == text]
        return names.resolve(under[-1], value.context) if under else _spread(names, value, table, key, text, expr)
    if isinstance(expr, Item) and isinstance(expr.key, Unknown) and expr.key.reason == "loop":
        keys: list[Value] = [Data(key_text(k, v), value.context) for k, v in table.items if k]
        keys += [names.resolve(name, value.context) for name, _ in table.keyed]
        return names.choice(keys or [Missing("key")])
    if isinstance(key, ParameterValue) and (usual := _usual(names, key)) is not None:
        found = _of_table(names, value, table, usual, expr)
        if not isinstance(found, Missing):
            return as_default(found, f"default of {key.name}")
    every = [v for k, v in table.items if k is not None] + [v for _, v in table.keyed]
    return names.choice([names.resolve(v, value.context) for v in every]) if every else Missing("key")


def _usual(names: Names, key: ParameterValue) -> Value | None:
    """The key that a function takes unless its caller names another: `def ask(text, tier="fast"): ... MODELS[tier]`."""
    default = next((p.default for p in key.function.parameters if p.name == key.name and not key.chain), None)
    usual = names.resolve(default, Context(key.module)) if default is not None else None
    return usual if usual is not None and is_constant(usual) else None


def _spread(names: Names, value: Data, table: Table, key: Value, text: str, expr: Expr) -> Value:
    """An entry that a dictionary takes over from another: `{**BASE, "x": 1}`."""
    for spread in (v for k, v in reversed(table.items) if k is None):
        below = names.resolve(spread, value.context)
        if not isinstance(below, Data) or not isinstance(below.expr, Table):
            break
        found = names.deeper(partial(entry, names, below, key, expr))
        if not isinstance(found, Missing):
            return found
    return Missing(f"key {text}")


def _same(one: Value, other: Value) -> bool:
    """Whether two keys are the same text, number or object: a member of an enum is what it is worth."""
    if one is other:
        return not isinstance(one, Missing)
    text, index = constant(one), number(one)
    return (text is not None and text == constant(other)) or (index is not None and index == number(other))
