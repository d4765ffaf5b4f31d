"""The circumstances of a call: loops around it, and caches in front of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from promptlint.facts import (
    Attribute,
    Binary,
    Expr,
    Function,
    Hole,
    Invocation,
    Item,
    Items,
    Loop,
    Name,
    Result,
    Text,
    Unknown,
)
from promptlint.link.program.decorators import decorators
from promptlint.link.program.module import Module, callee_name
from promptlint.link.program.parts import dotted_text, names_used
from promptlint.link.requests.sites import Site
from promptlint.link.resolve.handed import Handed, as_call, loops_around

_RETRIES = ("retry", "backoff", "on_exception", "on_predicate", "retrying")
_CACHES = frozenset(
    ("lru_cache", "cache", "cached", "memoize", "ttl_cache", "cache_data", "cache_resource", "alru_cache")
)
_CLOCKS = ("time", "perf_counter", "perf_counter_ns", "monotonic", "process_time", "timeit")
_COUNTED = re.compile(r"retr|attempt|tries|remaining", re.IGNORECASE)


def own_loop(site: Site) -> str | None:
    """For | while | comprehension | gather | map | retry, in the same function; None outside any loop."""
    loops = [loop for loop in loops_around(site.module, site.invocation) if loop.repeats]
    if loops:
        inner = loops[-1]
        if inner.kind in ("comprehension", "map") and _gathered(site.module, inner):
            return "gather"
        return inner.kind
    if site.reference and callee_name(site.invocation) in ("map", "starmap"):
        return "map"
    function = site.function
    if function is None:
        return None
    retried = any(name.lower().startswith(_RETRIES) for name in decorators(function, site.module))
    if retried or _tries_again(function, site.module):
        return "retry"
    return _calls_itself(function, site.module)


def inner_loop(site: Site) -> str | None:
    """The loop round all uses of an inner function, in the function that it is defined in: `gather(*[one(t) for t in texts])`.

    Or that round its definition: it is made anew on each turn, to be run there.
    """
    function, module = site.function, site.module
    outer = module.function_of(function.qualname.rpartition(".")[0]) if function is not None else None
    if function is None or outer is None or function.owner is not None:
        return None
    around = [span for span in module.turns.get(outer.qualname, {}) if span.start <= function.span.start < span.end]
    if around:
        return module.turns[outer.qualname][max(around, key=lambda span: span.start)]
    name = function.qualname.rpartition(".")[2]
    found: list[str | None] = []
    for invocation in module.facts.invocations:
        if not f"{invocation.scope}.".startswith(f"{outer.qualname}."):
            continue
        made = [as_call(Handed(module, invocation, e, k), function) for e, k in _functions(invocation, name)]
        if isinstance(invocation.callee, Name) and invocation.callee.name == name:
            made.append(invocation)
        for use in made:
            found.append(own_loop(replace(site, invocation=use, reference=False)) if use is not None else None)
    return found[0] if found and all(found) else None


def given_out(site: Site) -> bool:
    """Whether an asynchronous generator gives something away on each turn of the loop round a call: somebody takes it."""
    loops = [loop for loop in loops_around(site.module, site.invocation) if loop.repeats]
    return bool(loops) and loops[-1].gives


def _functions(invocation: Invocation, name: str) -> Iterator[tuple[Expr, str | None]]:
    """The arguments of a call that are a function of a name."""
    given = [*((e, None) for e in invocation.positional), *((e, k) for k, e in invocation.keywords.items)]
    return ((e, k) for e, k in given if isinstance(e, Name) and e.name == name)


def _gathered(module: Module, loop: Loop) -> bool:
    """Whether a comprehension or a `map` is the argument of `gather`."""
    return any(
        i.span.start <= loop.span.start and loop.span.end <= i.span.end
        for name in ("gather", "as_completed")
        for i in (module.facts.invocations[index] for index in module.calls_by_name.get(name, ()))
    )


def _calls_itself(function: Function, module: Module) -> str | None:
    """The loop in which a function calls itself, once for each part of what it is given: `[summarize(part) for part in parts]`."""
    name = function.qualname.rpartition(".")[2]
    for index in module.calls_in_of.get((function.qualname, name), ()):
        again = module.facts.invocations[index]
        on = again.callee if function.owner is None else getattr(again.callee, "base", None)
        itself = isinstance(on, Name) and (function.owner is None or on.name == "self")
        if itself:
            loops = [loop for loop in loops_around(module, again) if loop.repeats]
            if loops:
                return loops[-1].kind
    return None


def _tries_again(function: Function, module: Module) -> bool:
    """Whether a function calls itself with a count of attempts that it changes: `ask(prompt, retries - 1)`."""
    counted = {p.name: i for i, p in enumerate(function.parameters) if _COUNTED.search(p.name)}
    for index in module.calls_by_name.get(function.qualname.rpartition(".")[2], ()) if counted else ():
        again = module.facts.invocations[index]
        if module.function_of(again.scope) is not function:
            continue
        shift = 1 if function.owner is not None else 0
        given = [v for k, v in again.keywords.items if k in counted]
        given += [again.positional[i - shift] for i in counted.values() if 0 <= i - shift < len(again.positional)]
        if any(isinstance(v, Binary) or (isinstance(v, Unknown) and v.reason == "operation") for v in given):
            return True
    return False


def grows(site: Site, expr: Expr) -> bool:
    """Whether the messages of a call are added to in the loop around it: each turn sends what came of the last."""
    loops = [loop for loop in site.invocation.loops if loop.repeats]
    name = dotted_text(expr)
    if not loops or loops[-1].kind not in ("for", "while") or not name:
        return False
    span = loops[-1].span
    return any(
        span.start <= b.span.start < span.end
        and (b.operation in ("append", "extend", "add") or (b.operation == "set" and builds_on(b.value, name)))
        for b in site.module.bindings_by_name.get(name, ())
    )


def builds_on(value: Expr, name: str) -> bool:
    """Whether a value is made from what a name held: `messages + [...]`, `[*messages, ...]`."""
    parts = (value.left, value.right) if isinstance(value, Binary) else value.values if isinstance(value, Items) else ()
    return any(dotted_text(part) == name for part in parts)


def unconditional(site: Site) -> bool:
    """Whether no `if`, `match` or handler decides that a call is made; that of `__name__` at the end of a script included.

    One that is made to see how long it takes is made for its own sake.
    """
    module = site.module
    if _timed(site):
        return False
    around = module.branches.around(site.invocation.block)
    return not any(module.facts.blocks[block].group for block in around)


def _timed(site: Site) -> bool:
    """Whether a clock is read in the loop round a call."""
    loops = [loop for loop in site.invocation.loops if loop.repeats]
    span = loops[-1].span if loops else None
    return span is not None and any(
        span.start <= site.module.facts.invocations[index].span.start < span.end
        for name in _CLOCKS
        for index in site.module.calls_by_name.get(name, ())
    )


def is_cached(site: Site) -> bool:
    """Whether a response cache visibly wraps the function of the call."""
    function = site.function
    return function is not None and any(name in _CACHES for name in decorators(function, site.module))


def depends_on_loop(site: Site, holes: list[Hole]) -> bool:
    """Whether what is sent differs from turn to turn: a hole that is, or is made from, a variable set in the loop.

    A loop in a handler asks one by one because asking for all at once has failed.
    """
    loops = [loop for loop in site.invocation.loops if loop.repeats]
    if not loops or loops[-1].fallback:
        return False
    if loops[-1].kind == "map":
        return True
    inside = site.module.stretches.at(loops[-1].span).bound
    return any(
        name in inside for hole in holes if hole.value is not None for name in _names_in(hole.value, site.module, 0)
    )


def varies(site: Site) -> bool:
    """Whether what a call is given is made from what the loop round it goes through, though that be one thing alone."""
    loops = [loop for loop in site.invocation.loops if loop.repeats]
    if not loops:
        return False
    moving = site.module.stretches.at(loops[-1].span).moving
    given = [*site.invocation.positional, *(value for _, value in site.invocation.keywords.items)]
    return any(name.name in moving for expr in given for name in names_used(site.module, expr))


def steady(site: Site, sent: list[Expr]) -> bool:
    """Whether what is sent is the same on every turn: made of text and names that the loop does not set, and no calls."""
    loops = [loop for loop in site.invocation.loops if loop.repeats]
    if not loops or not sent:
        return False
    inside = site.module.stretches.at(loops[-1].span).bound
    return all(_fixed(expr, inside) for expr in sent)


def _fixed(expr: Expr, inside: Collection[str]) -> bool:
    match expr:
        case Name(name=name):
            return name not in inside
        case Items(values=values):
            return all(_fixed(value, inside) for value in values)
        case Text(segments=segments):
            return all(s.value is not None and _fixed(s.value, inside) for s in segments if isinstance(s, Hole))
    return False


_ANEW = re.compile(
    r"(?:uuid\.)?uuid[14]|time\.(?:time|time_ns|monotonic|perf_counter)|random\.(?:random|randint|choice|uniform|sample)|"
    r"secrets\.token_\w+|(?:datetime\.)?datetime\.(?:now|utcnow)"
)
_AS_TEXT = frozenset(("str", "int", "repr", "isoformat", "timestamp"))


def anew(site: Site, holes: Iterable[Hole]) -> tuple[str, ...]:
    """The variables among what fills a request that the function sets to another value each time it makes the request."""
    module, scope = site.module, site.invocation.scope
    loops = [loop.span for loop in site.invocation.loops if loop.repeats]
    found = []
    for name in dict.fromkeys(h.value.name for h in holes if isinstance(h.value, Name) and h.value.scope == scope):
        bindings = module.bindings.get((scope, name), ()) if scope else ()
        if len(bindings) == 1 and bindings[0].operation == "set" and _is_new(module, bindings[0].value):
            # A loop that the value is not set in sends it on every turn.
            if all(span.start <= bindings[0].span.start < span.end for span in loops):
                found.append(name)
    return tuple(found)


def _is_new(module: Module, expr: Expr) -> bool:
    match expr:
        case Attribute(base=base, name="hex" | "int"):
            return _is_new(module, base)
        case Result(invocation=index, span=span) if index < len(module.facts.invocations):
            made = module.facts.invocations[index]
            if made.span != span:
                return False
            if callee_name(made) in _AS_TEXT:
                inner = made.callee.base if isinstance(made.callee, Attribute) else None
                return any(_is_new(module, e) for e in ((inner,) if inner is not None else made.positional[:1]))
            return _ANEW.fullmatch(made.text) is not None
    return False


def names_in(hole: Hole, module: Module) -> Iterator[str]:
    """The names that what fills a hole is made from."""
    return _names_in(hole.value, module, 0) if hole.value is not None else iter(())


def _names_in(expr: Expr, module: Module, depth: int) -> Iterator[str]:
    if depth > 6:
        return
    match expr:
        case Name(name=name):
            yield name
        case Attribute(base=base):
            yield from _names_in(base, module, depth + 1)
        case Item(base=base, key=key):
            yield from _names_in(base, module, depth + 1)
            if not isinstance(key, Unknown):
                yield from _names_in(key, module, depth + 1)
        case Result(invocation=index, span=span):
            # What fills a hole may be written in another file, whose calls are others.
            found = module.facts.invocations[index : index + 1]
            invocation = found[0] if found and found[0].span == span else None
            if invocation is None:
                return
            for part in (invocation.callee, *invocation.positional, *(v for _, v in invocation.keywords.items)):
                yield from _names_in(part, module, depth + 1)
        case _:
            for part in getattr(expr, "values", ()) or getattr(expr, "options", ()):
                yield from _names_in(part, module, depth + 1)
