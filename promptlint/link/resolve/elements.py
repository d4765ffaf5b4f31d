"""What a container holds, as its annotation says: `steps: list[Step]`, `PROVIDERS: dict[str, Provider]`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from promptlint.facts import Attribute, Binding, Expr, Item, Known, Name, Result, Unknown
from promptlint.link.program.annotations import element_type, types_of_mapping
from promptlint.link.resolve.values import ClassValue, Context, ObjectValue, Value, each

if TYPE_CHECKING:
    from promptlint.link.program.module import Module
    from promptlint.link.resolve.names import Names

_DEEPEST = 6

Declared = tuple[str, "Module"]
"""An annotation, and where it stands."""


def promised_element(names: Names, expr: Item, context: Context) -> Value | None:
    """An object of an SDK or of the project that an element of a container is; None where no annotation says so."""
    declared = _declared(names, expr, context, 0)
    return names.promised.by(*declared) if declared is not None else None


def _declared(names: Names, expr: Expr, context: Context, depth: int) -> Declared | None:
    if depth > _DEEPEST:
        return None
    match expr:
        case Name():
            return _of_name(names, expr, context, depth)
        case Attribute():
            return _of_attribute(names, expr, context, depth)
        case Item():
            return _of_item(names, expr, context, depth)
        case Result():
            return _of_call(names, expr, context, depth)
    return None


def _of_name(names: Names, expr: Name, context: Context, depth: int) -> Declared | None:
    """That of the parameter or the variable, or of what the variable is set to."""
    module, scope = context.module, expr.scope
    while (scope, expr.name) not in module.defined and scope:
        scope = scope.rpartition(".")[0]
    parameter = module.parameters.get((scope, expr.name))
    if parameter is not None and parameter.annotation:
        return parameter.annotation, module
    return _of_bindings(names, module.bindings.get((scope, expr.name), ()), module, depth)


def _of_attribute(names: Names, expr: Attribute, context: Context, depth: int) -> Declared | None:
    """That of the field, or of what a method sets it to."""
    for value in each(names.resolve(expr.base, context)):
        cls = ClassValue(value.module, value.cls) if isinstance(value, (ObjectValue, ClassValue)) else None
        for owner in names.classes.lineage(cls) if cls is not None else ():
            bindings = owner.module.attributes.get((owner.cls.qualname, expr.name), ())
            declared = _of_bindings(names, bindings, owner.module, depth)
            if declared is not None:
                return declared
    return None


def _of_bindings(names: Names, bindings: Sequence[Binding], module: Module, depth: int) -> Declared | None:
    annotation = next((binding.annotation for binding in bindings if binding.annotation), None)
    if annotation is not None:
        return annotation, module
    if len(bindings) == 1 and bindings[0].operation == "set":
        return _declared(names, bindings[0].value, Context(module), depth + 1)
    return None


def _of_item(names: Names, expr: Item, context: Context, depth: int) -> Declared | None:
    """`xs[0]`, or what a loop over `xs` takes: the keys of a mapping."""
    declared = _declared(names, expr.base, context, depth + 1)
    if declared is None:
        return None
    index = expr.key.value if isinstance(expr.key, Known) and isinstance(expr.key.value, int) else None
    looped = isinstance(expr.key, Unknown) and expr.key.reason in ("loop", "element")
    element = element_type(declared[0], index=index, looped=looped)
    return (element, declared[1]) if element is not None else None


def _of_call(names: Names, expr: Result, context: Context, depth: int) -> Declared | None:
    """`table.values()`, `table.items()`, `table.get(key)`, and the functions that hand on what they are given."""
    invocation = context.module.facts.invocations[expr.invocation]
    callee = invocation.callee
    if isinstance(callee, Attribute) and callee.name in ("values", "items", "get", "copy"):
        declared = _declared(names, callee.base, context, depth + 1)
        types = types_of_mapping(declared[0]) if declared is not None else None
        if declared is None or types is None or callee.name == "copy":
            return declared if callee.name == "copy" else None
        made = {"values": f"list[{types[1]}]", "items": f"list[tuple[{types[0]}, {types[1]}]]", "get": types[1]}
        return made[callee.name], declared[1]
    if isinstance(callee, Name) and callee.name in ("list", "sorted", "reversed", "iter") and invocation.positional:
        return _declared(names, invocation.positional[0], context, depth + 1)
    return None
