"""What is put into a registry by those who call a function for it, decorate with it, or derive from a class."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from promptlint.facts import Attribute, Binding, Class, Function, Invocation, Name, Result
from promptlint.link.program.speaking import speaks_for
from promptlint.link.resolve.values import ClassValue, Context, FunctionValue, Value, constant, each

if TYPE_CHECKING:
    from promptlint.link.program.module import Module
    from promptlint.link.resolve.names import Names

_MOST_REGISTERED = 200


def registered(names: Names, module: Module, binding: Binding, key: str | None) -> list[Value]:
    """What a statement of a function, `TABLE[name] = value`, puts there for others: under a key, or under any where none is known."""
    function = module.functions.get(binding.scope)
    if binding.key is not None or binding.key_name is None or function is None:
        return []
    if key is not None and (called := list(_called_with(names, module, binding, function, key))):
        return called
    if not isinstance(binding.value, Name) or (binding.scope, binding.value.name) not in module.parameters:
        return []
    if function.qualname.endswith(".__init_subclass__"):
        told = _derived(names, module, binding, function)
    else:
        told = _decorated(names, module, binding, function)
    found = list(islice(told, _MOST_REGISTERED))
    exact = [value for name, value in found if key is not None and name == key]
    return exact or [value for name, value in found if key is None or name is None]


def _called_with(names: Names, module: Module, binding: Binding, function: Function, key: str) -> Iterator[Value]:
    """`register("triage", Agent(...))`"""
    names.modules.traced.add((module.path, function.qualname))
    last = function.qualname.rpartition(".")[2]
    calling = (m for m in names.modules.calling({last}) if speaks_for(m.path, module.path))
    calls = ((m, m.facts.invocations[i]) for m in calling for i in m.calls_by_name.get(last, ()))
    for place, invocation in islice(calls, _MOST_REGISTERED):
        callee = names.resolve(invocation.callee, Context(place))
        if isinstance(callee, FunctionValue) and callee.function is function:
            inside = Context(module, (names.frame(module, function, invocation, Context(place)),))
            if _key(names, binding, inside) == key:
                yield names.resolve(binding.value, inside)


def _decorated(
    names: Names, module: Module, binding: Binding, function: Function
) -> Iterator[tuple[str | None, Value]]:
    """`@register("claude") class Claude: ...`, where `register` returns the function, and `@register` alone: keys and values."""
    outer = module.functions.get(function.qualname.rpartition(".")[0])
    decorators = [one for one in (outer, function) if one is not None]
    names.modules.traced.update((module.path, one.qualname) for one in decorators)
    called = {one.qualname.rpartition(".")[2] for one in decorators}
    for place, what, expr in names.modules.decorated(called):
        if not speaks_for(place.path, module.path):
            continue
        value = _value(place, what)
        made = place.facts.invocations[expr.invocation] if isinstance(expr, Result) else None
        for decorator in each(names.resolve(made.callee if made is not None else expr, Context(place))):
            if isinstance(decorator, FunctionValue) and decorator.function in decorators:
                yield _told(names, module, binding, decorator.function, place, made), value


def _value(place: Module, what: Class | Function) -> Value:
    return ClassValue(place, what) if isinstance(what, Class) else FunctionValue(place, what, None, Context(place))


def _told(
    names: Names, module: Module, binding: Binding, decorator: Function, place: Module, made: Invocation | None
) -> str | None:
    """The key that a decorator is given."""
    if made is None:
        return None
    return _key(names, binding, Context(module, (names.frame(module, decorator, made, Context(place)),)))


def _derived(names: Names, module: Module, binding: Binding, function: Function) -> Iterator[tuple[str | None, Value]]:
    """What derives from a class that notes it: `def __init_subclass__(cls): TABLE[cls.name] = cls`. Keys and values."""
    own, key = module.classes.get(function.owner or ""), binding.key_name
    attribute = key.name if isinstance(key, Attribute) else ""
    if own is None or not attribute or attribute.startswith("__"):
        return
    for sub in names.subclasses.below(ClassValue(module, own), attribute):
        yield constant(names.attribute(sub, attribute, Context(sub.module))), sub


def _key(names: Names, binding: Binding, context: Context) -> str | None:
    return constant(names.resolve(binding.key_name, context)) if binding.key_name is not None else None
