"""Project functions round a call: the chains of calls that lead to it from outside, and what they tell of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, zip_longest
from math import prod
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
    Result,
    Setting,
    Table,
    Text,
    Want,
)
from promptlint.link.callers.graph import CallGraph
from promptlint.link.program.module import Module, callee_name
from promptlint.link.requests.sites import Site
from promptlint.link.resolve.alternatives import one_cap, one_model, places
from promptlint.link.resolve.constructors import DEEPEST
from promptlint.link.resolve.names import MOST_VALUES, Names
from promptlint.link.resolve.values import ClassValue, Context, Frame, FunctionValue, ParameterValue, each

_MOST_HELD = 3  # variables, one in the other
_PUT_TOGETHER = (Binary, Text, Table, Items)
_MOST_CALLERS = 100
# Through classes that do what others promise, from one caller to one request: with more nobody can say which.
_MOST_WAYS = 30
_MOST_BUILT = 1_000  # requests that the callers of one promise make, each by every class that keeps it
_MOST_CHAINS = 1_000  # through one caller: ten callers with ten callers each, and so on, are more than can be counted


class Step(NamedTuple):
    """One call of a project function: `function` of `module`, called by `invocation` in `caller`.

    `ways`: how many functions the call may run, where it is one of those that do what a class only promises.
    """

    caller: Module
    module: Module
    function: Function
    invocation: Invocation
    ways: int = 1


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
            left = _MOST_BUILT
            for chain in islice(self._outwards(site.module, function, (), frozenset(), kept), _MOST_CALLERS):
                left -= _ways(chain)
                if left < 0:
                    return
                if self._is_taken(chain):
                    yield chain

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
            step = Step(caller, module, function, invocation, self.graph.ways(function, caller, invocation))
            chain = (*below, step)
            if step.ways > 1 and _ways(chain) > max(step.ways, _MOST_WAYS):
                continue
            if any(one.ways > 1 for one in chain) and not self._of_one_object(chain):
                continue
            deeper: list[Chain] = []
            if outer is not None and (
                (kept and _on_itself(caller, invocation)) or _passes_parameter(caller, outer, invocation)
            ):
                deeper = list(islice(self._outwards(caller, outer, chain, seen, kept), _MOST_CHAINS))
                if not deeper and self._only_within(caller, outer, seen):
                    continue
            yield from deeper or [chain]

    def _of_one_object(self, chain: Chain) -> bool:
        """Whether the methods that an object calls on itself can all be of one class: what `super().ask(text)` runs in one
        subclass does not come to what another makes of `self.send(text)`.
        """
        keeper: ClassValue | None = None
        for step in chain:
            if not _on_itself(step.caller, step.invocation):
                keeper = None
                continue
            if step.ways > 1 and keeper is None:
                keeper = self._owner(step.module, step.function.qualname)
            owner = self._owner(step.caller, step.invocation.scope)
            if keeper is not None and owner is not None and not self._akin(keeper, owner):
                return False
        return True

    def _owner(self, module: Module, scope: str) -> ClassValue | None:
        cls = module.classes.get(module.owner(scope) or "")
        return ClassValue(module, cls) if cls is not None else None

    def _akin(self, one: ClassValue, other: ClassValue) -> bool:
        """Whether one of two classes derives from the other: then an object can be of both."""
        lineages = [(one, self.graph.names.classes.lineage(other)), (other, self.graph.names.classes.lineage(one))]
        return any(cls.cls is base.cls for base, lineage in lineages for cls in lineage)

    def _only_within(self, module: Module, function: Function, seen: frozenset[int]) -> bool:
        """Whether nothing calls a function but those it is called by: they call each other in turn."""
        calls = self.graph.callers(module, function)
        inside = (place.function_of(call.scope) for place, call in calls)
        return bool(calls) and all(outer is not None and id(outer) in seen for outer in inside)


def _ways(chain: Chain) -> int:
    """Among how many requests the one at the inner end of a chain is one that the outermost call may make."""
    return prod(step.ways for step in chain)


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


def _on_itself(module: Module, invocation: Invocation) -> bool:
    """Whether a method calls another of its object: `self._send(text)`, `super().send(text)`."""
    base = invocation.callee.base if isinstance(invocation.callee, Attribute) else None
    if isinstance(base, Result):
        return callee_name(module.facts.invocations[base.invocation]) == "super"
    return isinstance(base, Name) and base.name == "self"


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


def alternatives(callers: Sequence[Call], chains: Mapping[str, Chain]) -> tuple[tuple[Call, ...], dict[str, str]]:
    """The callers, those made one of which only one is made, and which site id stands for which. `chains`: by site id."""
    kept: list[Call] = []
    same: dict[str, str] = {}
    for one, *others in _apart([(chains[call.site_id], call) for call in callers], 0):
        same.update((other.site_id, one.site_id) for other in others)
        models = [call.model for call in (one, *others)]
        unknown = [model for model in models if model.state in ("unknown", "dynamic")]
        # Of most nothing is known: what the others name is not what is asked.
        model = unknown[0] if 2 * len(unknown) > len(models) else one_model(models)
        kept.append(msgspec.structs.replace(one, model=model, cap=one_cap([c.cap for c in (one, *others)])))
    return tuple(kept), same


def _apart(rows: Sequence[tuple[Chain, Call]], depth: int) -> Iterator[list[Call]]:
    """The requests of callers whose chains are the same for some steps from outside, those put together of which one is made.

    Several requests of one function are all made; of several functions that one call may run, only one is run.
    """
    places: dict[tuple[str, int, int], dict[int, list[tuple[Chain, Call]]]] = {}
    for chain, call in rows:
        if len(chain) == depth:
            yield [call]
        else:
            step = chain[-1 - depth]
            key = (step.caller.path, step.invocation.span.start, step.invocation.span.end)
            places.setdefault(key, {}).setdefault(id(step.function), []).append((chain, call))
    for functions in places.values():
        for groups in zip_longest(*(_apart(inside, depth + 1) for inside in functions.values()), fillvalue=()):
            yield [call for group in groups for call in group]
