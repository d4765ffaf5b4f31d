"""Functions put round another one that hand it whatever they are called with: `def logged(f): def run(*args, **kwargs): ...`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Function, Invocation, Name, Result
from promptlint.link.program.module import Module
from promptlint.link.resolve.handed import RUNS, Handed, as_call, runnable

# What is told first where or when to run a function.
_AFTER_ANOTHER = frozenset(("run_in_executor", "Timer", "call_later"))


def handed_through(module: Module, outer: Function, inner: Function) -> str | None:
    """The parameter of `outer` that `inner`, a function inside it, calls with all that it is called with itself."""
    if any(parameter.kind not in ("args", "kwargs") for parameter in inner.parameters):
        return None
    for parameter in outer.parameters:
        if any(passes_all(module, call) == inner for call in calls_of(module, outer, parameter.name)):
            return parameter.name
    return None


def calls_of(module: Module, outer: Function, parameter: str) -> Iterator[Invocation]:
    """The calls of a parameter in a function or in one inside it, those by what runs it among them: `submit(run, *args)`."""
    for index in module.calls_by_name.get(parameter, ()):
        invocation = module.facts.invocations[index]
        if isinstance(invocation.callee, Name) and f"{invocation.scope}.".startswith(f"{outer.qualname}."):
            yield invocation
    made = {result.span for result in outer.returns if isinstance(result, Result)}
    for last in sorted((*RUNS & module.calls_by_name.keys(), "partial")):
        for index in module.calls_by_name.get(last, ()):
            invocation = module.facts.invocations[index]
            inside = f"{invocation.scope}.".startswith(f"{outer.qualname}.")
            for expr, key, place in runnable(invocation) if inside else ():
                if not isinstance(expr, Name) or expr.name != parameter:
                    continue
                # What stands behind the function that is run is passed to that; a partial that is returned is not called here.
                if (place > 1 and last not in _AFTER_ANOTHER) or (last == "partial" and invocation.span in made):
                    continue
                call = as_call(Handed(module, invocation, expr, key), None)
                yield from () if call is None else (call,)


def passes_all(module: Module, invocation: Invocation) -> Function | None:
    """The function around a call that passes nothing but the `*args` and the `**kwargs` of that function, if it has both."""
    keywords = invocation.keywords.items
    if len(invocation.starred) != len(invocation.positional) or any(key is not None for key, _ in keywords):
        return None
    passed = [*invocation.positional, *(value for _, value in keywords)]
    names = {value.name for value in passed if isinstance(value, Name)}
    if not passed or len(names) != len(passed):
        return None
    scope = invocation.scope
    while scope:
        function = module.function_of(scope)
        if function is not None and names == {p.name for p in function.parameters if p.kind in ("args", "kwargs")}:
            return function
        scope = scope.rpartition(".")[0]
    return None
