"""Project functions round a call: the chains of calls that lead to it from outside, and what they tell of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, zip_longest
from typing import NamedTuple

import msgspec

from promptlint.facts import (
    Attribute,
    Binary,
    Call,
    Expr,
    Function,
    Hole,
    Invocation,
    Item,
    Items,
    Name,
    Setting,
    Table,
    Text,
    Want,
)
from promptlint.link.callers.graph import CallGraph
from promptlint.link.program.module import Module
from promptlint.link.requests.sites import Site
from promptlint.link.resolve.alternatives import one_cap, one_model, places
from promptlint.link.resolve.constructors import DEEPEST
from promptlint.link.resolve.names import MOST_VALUES, Names
from promptlint.link.resolve.values import Context, Frame, FunctionValue, ParameterValue, each

_MOST_HELD = 3  # variables, one in the other
_PUT_TOGETHER = (Binary, Text, Table, Items)
_MOST_CALLERS = 100
_MOST_CHAINS = 1_000  # through one caller: ten callers with ten callers each, and so on, are more than can be counted


class Step(NamedTuple):
    """One call of a project function: `function` of `module`, called by `invocation` in `caller`."""

    caller: Module
    module: Module
    function: Function
    invocation: Invocation


Chain = tuple[Step, ...]


class Wrappers:
    """Finds the outermost uses of functions whose parameters reach a call. `wanted` names those functions."""

    def __init__(self, graph: CallGraph) -> None:
        self.graph = graph
        self.wanted: set[Want] = set()

    def chains(self, site: Site, parameters: Sequence[ParameterValue]) -> Iterator[Chain]:
        """The ways to a site from outside, each from its own function outwards."""
        function = _wrapper(site, parameters)
        if function is not None:
            kept = any(p.function.qualname.endswith(".__init__") for p in parameters)
            chains = islice(self._outwards(site.module, function, (), frozenset(), kept), _MOST_CALLERS)
            yield from (chain for chain in chains if self._is_taken(chain))

    def _is_taken(self, chain: Chain) -> bool:
        """Whether a chain is not one that its outer calls rule out: `HANDLERS[kind](text)` where they say which kind."""
        names = self.graph.names
        frames: tuple[Frame, ...] = ()
        for step in reversed(chain):
            context = Context(step.caller, frames)
            if frames and isinstance(step.invocation.callee, (Item, Name)):
                called = each(names.resolve(step.invocation.callee, context))
                functions = [value.function for value in called if isinstance(value, FunctionValue)]
                if functions and len(functions) == len(called) and step.function not in functions:
                    return False
            frames = (names.frame(step.module, step.function, step.invocation, context), *frames)
        return True

    def _outwards(
        self, module: Module, function: Function, below: Chain, seen: frozenset[int], kept: bool
    ) -> Iterator[Chain]:
        """Each chain ends at a call that is not inside another wrapper. A function's calls of itself lead nowhere new.

        `kept`: what the object is that a method is called on has a say, so that a method which calls another is a wrapper, too.
        """
        if len(below) >= DEEPEST:
            return
        self.wanted.add(Want(module=module.path, name=function.qualname))
        seen = seen | {id(function)}
        for caller, invocation in self.graph.callers(module, function):
            outer = caller.function_of(invocation.scope)
            if outer is not None and id(outer) in seen:
                continue
            chain = (*below, Step(caller, module, function, invocation))
            deeper: list[Chain] = []
            if outer is not None and (
                (kept and _on_itself(invocation)) or _passes_parameter(caller, outer, invocation)
            ):
                deeper = list(islice(self._outwards(caller, outer, chain, seen, kept), _MOST_CHAINS))
                if not deeper and self._only_within(caller, outer, seen):
                    continue
            yield from deeper or [chain]

    def _only_within(self, module: Module, function: Function, seen: frozenset[int]) -> bool:
        """Whether nothing calls a function but those it is called by: they call each other in turn."""
        calls = self.graph.callers(module, function)
        inside = (place.function_of(call.scope) for place, call in calls)
        return bool(calls) and all(outer is not None and id(outer) in seen for outer in inside)


def context_of(names: Names, site: Site, chain: Chain) -> Context:
    """Where a site is read when it is reached by a chain: the outermost call is the last frame."""
    frames: tuple[Frame, ...] = ()
    for step in reversed(chain):
        frame = names.frame(step.module, step.function, step.invocation, Context(step.caller, frames))
        frames = (frame, *frames)
    return Context(site.module, frames)


def _wrapper(site: Site, parameters: Sequence[ParameterValue]) -> Function | None:
    """The function whose parameter the call depends on: a lambda with a name, a function around it, its constructor."""
    inner = site.module.functions.get(site.invocation.scope)
    function = site.function
    if inner is not None and inner is not function and any(p.function is inner for p in parameters):
        if _is_named(site.module, inner):
            return inner
    if function is None:
        return None
    here = any(p.function is function for p in parameters)
    around = site.module.around(function.qualname.rpartition(".")[0])
    outer = next((f for f in around if any(p.function is f for p in parameters)), None)
    if outer is not None and (not here or _makes(outer, function)):
        return outer
    owner = site.module.owner(function.qualname)
    owned = any(
        p.function is function
        or (owner is not None and p.function.owner == owner and p.function.qualname.endswith("__init__"))
        for p in parameters
    )
    return function if owned else None


def _makes(outer: Function, function: Function) -> bool:
    """Whether a function only makes the one inside it, with what it is passed: `def asker(model): def ask(text): ...; return ask`."""
    name = function.qualname.rpartition(".")[2]
    return bool(outer.returns) and all(isinstance(value, Name) and value.name == name for value in outer.returns)


def _is_named(module: Module, function: Function) -> bool:
    """Whether a lambda is bound to a name. One that is handed on at once belongs to the call it stands in."""
    return any(b.value.span == function.span and b.operation in ("set", "item") for b in module.facts.bindings)


def _on_itself(invocation: Invocation) -> bool:
    """Whether a method calls another of its object: `self._send(text)`."""
    callee = invocation.callee
    return isinstance(callee, Attribute) and isinstance(callee.base, Name) and callee.base.name == "self"


def _passes_parameter(module: Module, function: Function, invocation: Invocation) -> bool:
    """Whether a call in a function hands on one of its parameters: as it is, in a text or a body, or in one that a variable holds."""
    named = {p.name for p in function.parameters}
    given = (*invocation.positional, *(v for _, v in invocation.keywords.items))
    parts = {part for expr in given for part in _parts(expr)}
    for _ in range(_MOST_HELD):
        if not named.isdisjoint(parts):
            return True
        bound = (b.value for part in parts for b in module.bindings.get((function.qualname, part), ()))
        parts = {part for value in bound if isinstance(value, _PUT_TOGETHER) for part in _parts(value)}
    return not named.isdisjoint(parts)


def _parts(expr: Expr, depth: int = 0) -> Iterator[str]:
    """The names whose values an expression hands on: one alone, or what a text is put together from."""
    match expr:
        case Name(name=name):
            yield name
        case Binary(operator="+", left=left, right=right) if depth < DEEPEST:
            yield from _parts(left, depth + 1)
            yield from _parts(right, depth + 1)
        case Text(segments=segments):
            yield from (s.value.name for s in segments if isinstance(s, Hole) and isinstance(s.value, Name))
        case Table(values=values) | Items(values=values) if depth < DEEPEST:
            for value in values:
                yield from _parts(value, depth + 1)


def informed(call: Call, callers: Sequence[Call]) -> Call:
    """A wrapper's call with what its callers say: a cap that one of them sets, the models that all of them name."""
    changes: dict[str, object] = {"callers": len(callers)}
    caps = [c.cap for c in callers if c.cap is not None and c.cap.state in ("number", "dynamic")]
    if call.cap is not None and call.cap.state == "unknown" and caps:
        changes["cap"] = msgspec.structs.replace(
            call.cap, state="dynamic", parameter=caps[0].parameter, source=caps[0].source, place=caps[0].place
        )
    models = sorted({str(value) for c in callers for value in c.model.values})
    if not call.model.values and models and all(c.model.values for c in callers) and len(models) <= MOST_VALUES:
        changes["model"] = Setting(
            state="known", values=tuple(models), basis="default", place=call.model.place,
            parameter=call.model.parameter, reason=call.model.reason, places=places(models, [c.model for c in callers]),
        )  # fmt: skip
    return msgspec.structs.replace(call, **changes)


def alternatives(callers: Sequence[Call], called: Mapping[str, int]) -> tuple[tuple[Call, ...], dict[str, str]]:
    """The callers, those of one place that run different functions made one, and which site id stands for which.

    `called`: site id → the function that is called. Several requests of one function are all made; of several functions
    only one is run.
    """
    places: dict[tuple[str, int, int], dict[int, list[Call]]] = {}
    for call in callers:
        key = (call.place.path, call.place.span.start, call.place.span.end)
        places.setdefault(key, {}).setdefault(called[call.site_id], []).append(call)
    kept: list[Call] = []
    same: dict[str, str] = {}
    for functions in places.values():
        for calls in zip_longest(*functions.values()):
            one, *others = [call for call in calls if call is not None]
            same.update((other.site_id, one.site_id) for other in others)
            model = one_model([call.model for call in (one, *others)])
            kept.append(msgspec.structs.replace(one, model=model, cap=one_cap([c.cap for c in (one, *others)])))
    return tuple(kept), same
