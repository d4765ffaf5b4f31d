"""Caches without expiry in front of a request, and what of the request they do not know of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.facts import (
    Attribute,
    Expr,
    Function,
    Hole,
    Invocation,
    Item,
    Items,
    Name,
    Place,
    Result,
    Stale,
    Table,
    Text,
)
from promptlint.link.program.module import Module
from promptlint.link.program.parts import dotted_text
from promptlint.link.requests.settings import place_of
from promptlint.link.requests.sites import Site
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.values import Context, Data, External, FunctionValue, Made

# Decorator → the keyword that makes its entries end, if it has one.
_KEEPS: dict[str, str | None] = {
    "functools.lru_cache": None,
    "functools.cache": None,
    "cachetools.func.lru_cache": None,
    "cachetools.func.lfu_cache": None,
    "async_lru.alru_cache": "ttl",
    "streamlit.cache_data": "ttl",
    "streamlit.cache_resource": "ttl",
    "joblib.Memory.cache": "cache_validation_callback",
    "diskcache.Cache.memoize": "expire",
    "diskcache.FanoutCache.memoize": "expire",
}
_EXPIRES = ("expire", "expireat", "pexpire", "expire_at")
_ENDLESS_STORES = (
    "cachetools.LRUCache",
    "cachetools.LFUCache",
    "cachetools.FIFOCache",
    "cachetools.RRCache",
    "builtins.dict",
)
_NOW = re.compile(
    r"\b(?:(?:datetime\.)?(?:datetime|date|dt)\.(?:now|utcnow|today)|time\.(?:time|strftime|localtime|ctime|gmtime)|pendulum\.(?:now|today)|"
    r"arrow\.(?:now|utcnow)|(?:pd|pandas)\.Timestamp\.(?:now|today)|timezone\.now)$"
)
# What is another for each person, though nobody passes it on.
_OF_PERSON = (
    "flask.session",
    "flask.request",
    "flask.g",
    "flask_login.current_user",
    "streamlit.session_state",
    "quart.session",
)
_DEEPEST = 8


def stale(names: Names, site: Site, holes: list[Hole], module: Module | None = None) -> Stale | None:
    """A cache that hands out old answers, or those of another person: what differs is none of its keys.

    `module`: the file that the holes stand in, if it is another one.
    """
    function = site.function
    if function is None:
        return None
    context = Context(site.module)
    kept = ((_endless(names, site.module, decorator, context), decorator) for decorator in function.decorators)
    for name, at in (*kept, *_stores(names, site.module, function)):
        for hole in holes if name else ():
            for what, place in _hidden(names, module or site.module, hole.value, 0) if hole.value is not None else ():
                return Stale(cache=name, what=what, place=place, decorator=place_of(at, context))
    return None


def _stores(names: Names, module: Module, function: Function) -> Iterator[tuple[str, Expr]]:
    """The stores that a function answers from and puts its answers into, which forget nothing by age, and where they are read."""
    for read in function.returns:
        if isinstance(read, Item) and isinstance(read.base, Name) and _only_filled(names, module, function, read.base):
            if not any(_hidden(names, module, read.key, 0)):
                yield read.base.name, read
    for index in module.calls_by_name.get("set", ()):
        made = module.facts.invocations[index]
        if module.function_of(made.scope) is function and _redis(names, module, made):
            yield made.text, made.positional[0]


def _only_filled(names: Names, module: Module, function: Function, store: Name) -> bool:
    """Whether a dictionary of the module is filled by a function, and nothing in the file takes anything out of it."""
    bindings = module.bindings_by_name.get(store.name, [])
    made = [b for b in bindings if b.operation == "set"]
    filled = [b for b in bindings if b.operation == "item"]
    empty = len(made) == 1 and made[0].scope == "" and _is_empty(names, module, made[0].value)
    inside = any(b.scope == function.qualname for b in filled)
    return empty and inside and len(made) + len(filled) == len(bindings)


def _is_empty(names: Names, module: Module, expr: Expr) -> bool:
    if isinstance(expr, Table):
        return not expr.items and not expr.keyed
    value = names.resolve(expr, Context(module))
    return isinstance(value, Made) and value.path == "builtins.dict" and not value.invocation.keywords.items


def _redis(names: Names, module: Module, made: Invocation) -> bool:
    """Whether an answer is put into Redis for ever, under a key that is read there too and knows no time."""
    if len(made.positional) != 2 or made.keywords.items or not isinstance(made.callee, Attribute):
        return False
    base = made.callee.base
    store = names.resolve(base, Context(module))
    if (
        not isinstance(store, Made)
        or not store.path.startswith("redis.")
        or any(_hidden(names, module, made.positional[0], 0))
    ):
        return False
    ends = any(module.calls_by_name.get(name) for name in _EXPIRES)
    reads = (module.facts.invocations[i] for i in module.calls_by_name.get("get", ()))
    key = dotted_text(made.positional[0])
    same = (r for r in reads if r.scope == made.scope and r.positional and dotted_text(r.positional[0]) == key)
    return not ends and bool(key) and any(same)


def _endless(names: Names, module: Module, decorator: Expr, context: Context) -> str:
    """The name of a cache whose entries never end; empty for anything else."""
    made = module.facts.invocations[decorator.invocation] if isinstance(decorator, Result) else None
    value = names.resolve(made.callee if made is not None else decorator, context)
    path = value.path if isinstance(value, External) else ""
    if isinstance(value, Made) and value.chain:  # `memory.cache` of `memory = Memory("answers")`
        path = ".".join((value.path, *value.chain))
    if path in _KEEPS:
        ends = _KEEPS[path]
        keys = [key for key, _ in made.keywords.items] if made is not None else []
        return "" if ends is not None and (ends in keys or None in keys) else path.rpartition(".")[2]
    if path == "cachetools.cached" and made is not None:
        return "cached" if _keeps(names, made, context) else ""
    return ""


def _keeps(names: Names, made: Invocation, context: Context) -> bool:
    """Whether `cached(...)` is given a store that forgets nothing by its age."""
    given = dict(made.keywords.items)
    store = given.get("cache", made.positional[0] if made.positional else None)
    value = names.resolve(store, context) if store is not None else None
    if isinstance(value, Made):
        return value.path in _ENDLESS_STORES and not value.chain
    return isinstance(value, Data) and isinstance(value.expr, Table)


def _hidden(names: Names, module: Module, expr: Expr, depth: int) -> Iterator[tuple[str, Place]]:
    """Where a value is made from the time, or from who asks."""
    if depth > _DEEPEST:
        return
    match expr:
        case Name(name=name, scope=scope):
            value = names.resolve(expr, Context(module))
            if isinstance(value, External) and value.path in _OF_PERSON:
                yield f"`{name}` of whoever asked first", Place(path=module.path, span=expr.span)
            bindings = module.bindings.get((scope, name), ())
            if scope and len(bindings) == 1 and bindings[0].operation == "set":
                yield from _hidden(names, module, bindings[0].value, depth + 1)
        case Attribute(base=base) | Item(base=base):
            value = names.resolve(expr, Context(module))
            if isinstance(value, External) and value.path in _OF_PERSON:
                yield (
                    f"`{value.path.rpartition('.')[2]}` of whoever asked first",
                    Place(path=module.path, span=expr.span),
                )
            else:
                yield from _hidden(names, module, base, depth + 1)
        case Text(segments=segments):
            for segment in segments:
                if isinstance(segment, Hole) and segment.value is not None:
                    yield from _hidden(names, module, segment.value, depth + 1)
        case Items(values=values):
            for value_of in values:
                yield from _hidden(names, module, value_of, depth + 1)
        case Result(invocation=index, span=span) if index < len(module.facts.invocations):
            made = module.facts.invocations[index]
            if made.span != span:  # an expression of another file
                return
            if _NOW.search(made.text):
                yield "the time of the first call", Place(path=module.path, span=span)
                return
            function = names.resolve(made.callee, Context(module)) if not made.positional else None
            if isinstance(function, FunctionValue) and len(function.function.returns) == 1:
                yield from _hidden(names, function.module, function.function.returns[0], depth + 1)
            callee = (made.callee.base,) if isinstance(made.callee, Attribute) else ()
            for part in (*callee, *made.positional, *(v for _, v in made.keywords.items)):
                yield from _hidden(names, module, part, depth + 1)
