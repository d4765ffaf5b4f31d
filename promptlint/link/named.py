"""The strings of a module with what they are called: bound, passed, returned, listed, or added to something bound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from promptlint.facts import Binary, Binding, Choice, Expr, Invocation, Items, Literal, Result, Table, Text
from promptlint.link.modules import Module, last_name
from promptlint.link.strings import text_segments

_ADDS = frozenset(("add", "append", "extend", "insert"))
_SETS = frozenset(("set", "item", "add"))
# Their `prompt` is shown to a person: options of click and typer.
_ASKS = frozenset(("Option", "option", "password_option", "confirmation_option"))


class Named(NamedTuple):
    """A string, what it is called, the scope it stands in, and the dictionary that holds it."""

    name: str | None
    expr: Text | Binary
    scope: str
    holder: str = ""


def named_strings(module: Module) -> Iterator[Named]:
    """Every string that has a name."""
    for binding in module.facts.bindings:
        if binding.operation in _SETS:
            holder = binding.name.rpartition(".")[2]
            yield from _called(
                binding.key or holder, binding.value, binding.scope, module, holder if binding.key else ""
            )
    for invocation in module.facts.invocations:
        for key, value in invocation.keywords.items:
            if key != "prompt" or last_name(invocation) not in _ASKS:
                yield from _called(key, value, invocation.scope, module)
    for function in module.facts.functions:
        for value in function.returns:
            yield from _called(function.qualname.rpartition(".")[2], value, function.qualname, module)
        for parameter in function.parameters:
            if isinstance(parameter.default, (Text, Binary)):
                yield Named(parameter.name, parameter.default, function.qualname)


def gathered_strings(module: Module) -> Iterator[list[Named]]:
    """For each name that text is added to (`+=`, `.append(...)`): the strings it starts with and those added to it."""
    groups: dict[tuple[str, str], list[Binding]] = defaultdict(list)
    for binding in module.facts.bindings:
        if binding.operation in _ADDS or binding.operation == "set":
            groups[binding.scope, binding.name].append(binding)
    for (scope, name), bindings in groups.items():
        if any(b.operation in _ADDS for b in bindings):
            yield [s for b in bindings for s in _called(name.rpartition(".")[2], b.value, scope, module)]


def _called(name: str | None, expr: Expr, scope: str, module: Module, holder: str = "") -> Iterator[Named]:
    for string in strings_in(expr, module):
        yield Named(name, string, scope, holder)
    yield from _entries(expr, scope, name, module, 0)


def _entries(expr: Expr, scope: str, name: str | None, module: Module, depth: int) -> Iterator[Named]:
    """The strings of dictionaries and lists, by their keys."""
    if depth > 4:
        return
    if isinstance(expr, Table):
        for key, value in expr.items:
            yield from (Named(key, string, scope, name or "") for string in strings_in(value, module))
            yield from _entries(value, scope, key, module, depth + 1)
    elif isinstance(expr, Items):
        for value in expr.values:
            strings = list(strings_in(value, module))
            yield from (Named(name, string, scope) for string in strings)
            if not strings:
                yield from _entries(value, scope, name, module, depth + 1)


def strings_in(expr: Expr, module: Module, depth: int = 0) -> Iterator[Text | Binary]:
    """A string itself, or the one a method such as `.strip()`, `.format()` or `dedent` is applied to."""
    if depth > 3:
        return
    if isinstance(expr, Text):
        yield expr
    elif isinstance(expr, Binary) and expr.operator in ("+", "%"):
        if any(isinstance(s, Literal) for s in text_segments(expr)):
            yield expr
        for side in (expr.left, expr.right) if expr.operator == "+" else ():
            if isinstance(side, (Binary, Result)):  # `dedent("...") + rest`
                yield from (s for s in strings_in(side, module, depth + 1) if isinstance(side, Result) or s is not side)
    elif isinstance(expr, Choice):
        for option in expr.options:
            yield from strings_in(option, module, depth + 1)
    elif isinstance(expr, Result):
        invocation = module.facts.invocations[expr.invocation]
        base = getattr(invocation.callee, "base", None)
        if isinstance(base, (Text, Result)):
            yield from strings_in(base, module, depth + 1)
        elif getattr(invocation.callee, "name", "") in ("dedent", "cleandoc", "Template"):
            for argument in invocation.positional[:1]:
                yield from strings_in(argument, module, depth + 1)


def reshaped_strings(modules: Iterable[Module]) -> Iterator[tuple[str, int]]:
    """Where texts begin that stand right inside `dedent(...)` or before `.replace(" ", "")`: path and offset."""
    for module in modules:
        for invocation in module.facts.invocations:
            name = getattr(invocation.callee, "name", "")
            expr = None
            if name in ("dedent", "cleandoc") and invocation.positional:
                expr = invocation.positional[0]
            elif replaces_blanks(invocation) or name in ("splitlines", "split"):
                expr = getattr(invocation.callee, "base", None)
            if expr is not None:
                yield from ((module.path, string.span.start) for string in strings_in(expr, module))


def replaces_blanks(invocation: Invocation) -> bool:
    """Whether `text.replace(...)` may take out blanks or line ends: its first argument is nothing else, or not known."""
    if getattr(invocation.callee, "name", "") != "replace" or not invocation.positional:
        return False
    old = invocation.positional[0]
    return not isinstance(old, Text) or not "".join(s.text for s in old.segments if isinstance(s, Literal)).strip()
