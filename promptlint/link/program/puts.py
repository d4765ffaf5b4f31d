"""What a file puts somewhere that may be a function of an SDK, by its own words: `self._ask = client.messages.create`."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from promptlint.facts import Attribute, Binding, Choice, Expr, Invocation, Items, Name, Table
from promptlint.knowledge.lookup import Knowledge
from promptlint.link.program.module import Module

_DEEPEST = 2
_MAY = frozenset((Attribute, Name, Choice, Table, Items))


class Put(Struct, frozen=True, eq=False):
    """A function that is put somewhere: the last names it goes by there, the function it is put in, the call it is given to.

    `home` is its name in the module, where other files may call it by that: `ask`, `Bot._ask`.
    """

    expr: Expr
    names: tuple[str, ...]
    scope: str
    home: str = ""
    given_to: Invocation | None = None


def puts(knowledge: Knowledge, module: Module) -> Iterator[Put]:
    """All of a file. Its words do not change from one linking to the next."""
    facts = module.facts
    imported = frozenset(entry.local for entry in facts.imports if knowledge.calls_at(entry.target))
    words = knowledge.method_names
    may = _MAY if imported else _MAY - {Name}  # asked of every value there is
    for binding in facts.bindings:
        if type(binding.value) in may:
            for expr, _ in _functions(binding.value, words, imported):
                last = (binding.key or binding.name).rpartition(".")[2]
                yield Put(expr, (last,), binding.scope, _home(module, binding))
    for invocation in facts.invocations:
        for value in invocation.positional:
            if type(value) in may:
                for expr, inside in _functions(value, words, imported):
                    yield _given(module, invocation, expr, None, inside)
        for key, value in invocation.keywords.items:
            if type(value) in may:
                for expr, inside in _functions(value, words, imported):
                    yield _given(module, invocation, expr, key, inside)
    for function in facts.functions:
        for value in function.returns:
            if type(value) in may:
                for expr, _ in _functions(value, words, imported):
                    yield Put(expr, (), function.qualname, function.qualname)
        for parameter in function.parameters:
            if type(parameter.default) in may:
                for expr, _ in _functions(parameter.default, words, imported):
                    yield Put(expr, (parameter.name,), function.qualname)


def _given(module: Module, invocation: Invocation, expr: Expr, key: str | None, inside: bool) -> Put:
    """A function that is an argument, or `inside` one. What the call returns may be what keeps it."""
    bound = module.bound_results.get(id(invocation))
    names = [key] if key else []
    names += [bound.name.rpartition(".")[2]] if bound is not None else []
    home = _home(module, bound) if bound is not None else ""
    return Put(expr, tuple(names), invocation.scope, home, None if inside else invocation)


def _functions(
    value: Expr | None, words: frozenset[str], imported: frozenset[str], depth: int = 0
) -> Iterator[tuple[Expr, bool]]:
    """What in a value may be a function of an SDK, and whether it stands in a list or a dictionary."""
    left = [value]
    while left:
        one = left.pop()
        match one:
            case Attribute(name=name) if name in words:
                yield one, depth > 0
            case Name(name=name) if name in imported:
                yield one, depth > 0
            case Choice(options=options):
                left.extend(reversed(options))
            case Table(values=values) | Items(values=values) if depth < _DEEPEST:
                for part in values:
                    yield from _functions(part, words, imported, depth + 1)


def _home(module: Module, binding: Binding) -> str:
    """What a name is called in its module, if others see it there."""
    owner = module.owner(binding.scope) if binding.name.startswith("self.") else binding.scope
    seen = not binding.scope or binding.scope in module.classes or binding.name.startswith("self.")
    name = binding.name.removeprefix("self.")
    return (f"{owner}.{name}" if owner else name) if seen and "." not in name else ""
