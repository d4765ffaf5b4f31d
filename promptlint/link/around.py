"""Functions put round another one that hand it whatever they are called with: `def logged(f): def run(*args, **kwargs): ...`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Function, Invocation, Name
from promptlint.link.modules import Module


def handed_through(module: Module, outer: Function, inner: Function) -> str | None:
    """The parameter of `outer` that `inner`, a function inside it, calls with all that it is called with itself."""
    if len(inner.parameters) > 2:
        return None
    for parameter in outer.parameters:
        if any(passes_all(module, call) == inner for call in calls_of(module, outer, parameter.name)):
            return parameter.name
    return None


def calls_of(module: Module, outer: Function, parameter: str) -> Iterator[Invocation]:
    """The calls of a parameter in a function or in one inside it."""
    for index in module.calls_by_name.get(parameter, ()):
        invocation = module.facts.invocations[index]
        if isinstance(invocation.callee, Name) and f"{invocation.scope}.".startswith(f"{outer.qualname}."):
            yield invocation


def passes_all(module: Module, invocation: Invocation) -> Function | None:
    """The function around a call whose `*args` and `**kwargs` are all that is passed."""
    if invocation.starred != (0,) or len(invocation.positional) != 1 or len(invocation.keywords.items) != 1:
        return None
    (key, kwargs), args = invocation.keywords.items[0], invocation.positional[0]
    if key is not None or not isinstance(args, Name) or not isinstance(kwargs, Name):
        return None
    scope = invocation.scope
    while scope:
        function = module.function_of(scope)
        kinds = {p.kind: p.name for p in function.parameters} if function is not None else {}
        if kinds.get("args") == args.name and kinds.get("kwargs") == kwargs.name:
            return function
        scope = scope.rpartition(".")[0]
    return None
