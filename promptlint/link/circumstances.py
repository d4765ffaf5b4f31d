"""The circumstances of a call: loops around it or its callers, whether a person waits, caches in front of it."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Attribute, Expr, Function, Hole, Invocation, Item, Loop, Name, Place, Result, Unknown
from promptlint.link.modules import Module, Modules, last_name
from promptlint.link.names import Names, each
from promptlint.link.sites import Site
from promptlint.link.values import ClassValue, Context, FunctionValue

_RETRIES = ("retry", "backoff", "on_exception", "retrying")
_CACHES = frozenset(
    ("lru_cache", "cache", "cached", "memoize", "ttl_cache", "cache_data", "cache_resource", "alru_cache")
)
_WEB = frozenset(
    (
        "get",
        "post",
        "put",
        "patch",
        "delete",
        "route",
        "websocket",
        "api_route",
        "on_message",
        "on_chat_start",
        "event",
        "view",
    )
)
_JOBS = frozenset(
    ("task", "shared_task", "dag", "flow", "cron", "scheduled_job", "asset", "periodic_task", "job", "op")
)
_ASKS = frozenset(("input", "chat_input", "ask", "prompt_toolkit", "text_input"))
_WEB_MODULES = frozenset(
    (
        "fastapi",
        "flask",
        "starlette",
        "django",
        "streamlit",
        "gradio",
        "chainlit",
        "sanic",
        "aiohttp",
        "quart",
        "tornado",
    )
)
_DEEPEST = 5


def own_loop(names: Names, site: Site) -> str | None:
    """For | while | comprehension | gather | map | retry | agent, in the same function; None outside any loop."""
    loops = [loop for loop in site.invocation.loops if loop.repeats]
    if loops:
        inner = loops[-1]
        if inner.kind == "comprehension" and _gathered(site.module, inner):
            return "gather"
        return inner.kind
    if site.reference and last_name(site.invocation) in ("map", "starmap"):
        return "map"
    function = site.function
    if function is not None and any(
        _decorator(d, site.module).lower().startswith(_RETRIES) for d in function.decorators
    ):
        return "retry"
    return None


def _gathered(module: Module, loop: Loop) -> bool:
    """Whether a comprehension is the argument of `gather`."""
    return any(
        last_name(i) in ("gather", "as_completed", "wait")
        and i.span.start <= loop.span.start
        and loop.span.end <= i.span.end
        for index in (*module.calls_by_name.get("gather", ()), *module.calls_by_name.get("as_completed", ()))
        for i in (module.facts.invocations[index],)
    )


def _decorator(expr: Expr, module: Module) -> str:
    """The last name of a decorator, called or not."""
    if isinstance(expr, Result):
        return last_name(module.facts.invocations[expr.invocation])
    return expr.name if isinstance(expr, (Name, Attribute)) else ""


def decorators(function: Function, module: Module) -> list[str]:
    """The last names of a function's decorators."""
    return [_decorator(d, module) for d in function.decorators]


def is_cached(site: Site) -> bool:
    """Whether a response cache visibly wraps the function of the call."""
    function = site.function
    return function is not None and any(name in _CACHES for name in decorators(function, site.module))


def waits(site: Site) -> str:
    """yes: a person waits for the answer; no: a script or job; unclear otherwise."""
    module = site.module
    function = site.function
    names_of = decorators(function, module) if function is not None else []
    if any(n in _WEB for n in names_of) or not module.calls_by_name.keys().isdisjoint(("input", "chat_input")):
        return "yes"
    if any(n in _JOBS for n in names_of):
        return "no"
    roots = {entry.target.split(".")[0] for entry in module.facts.imports}
    if roots & _WEB_MODULES:
        return "unclear"
    return "no" if module.facts.entry_point else "unclear"


class CallGraph:
    """Who calls a project function, looked up by name and confirmed by resolving the callee."""

    def __init__(self, names: Names, modules: Modules) -> None:
        self.names = names
        self.modules = modules
        self._index: dict[str, list[tuple[Module, Invocation]]] | None = None
        self._callers: dict[int, list[tuple[Module, Invocation]]] = {}

    def callers(self, module: Module, function: Function) -> list[tuple[Module, Invocation]]:
        """The calls of a function in the project, in the order of files and places."""
        if id(function) not in self._callers:
            self._callers[id(function)] = list(self._find(module, function))
        return self._callers[id(function)]

    def _find(self, module: Module, function: Function) -> Iterator[tuple[Module, Invocation]]:
        if self._index is None:
            self._index = {}
            for each_module in self.modules:
                for name, indexes in each_module.calls_by_name.items():
                    entries = self._index.setdefault(name, [])
                    entries.extend((each_module, each_module.facts.invocations[i]) for i in indexes)
        last = function.qualname.rpartition(".")[2]
        called = (
            function.qualname.split(".")[-2] if last in ("__init__", "__call__") and "." in function.qualname else last
        )
        candidates = self._index.get(called, [])
        if len(candidates) > 200:
            return
        for place, invocation in candidates:
            for value in each(self.names.resolve(invocation.callee, Context(place))):
                if isinstance(value, FunctionValue) and value.function is function:
                    yield place, invocation
                    break
                if last == "__init__" and isinstance(value, ClassValue) and value.cls.qualname == function.owner:
                    yield place, invocation
                    break

    def caller_loop(
        self, module: Module, function: Function | None, depth: int = 0, seen: frozenset[int] = frozenset()
    ) -> tuple[Place, Loop, Module] | None:
        """The nearest loop around a call of this function or of its callers."""
        if function is None or depth >= _DEEPEST or id(function) in seen:
            return None
        for place, invocation in self.callers(module, function):
            loops = [loop for loop in invocation.loops if loop.repeats and loop.kind not in ("retry", "while")]
            if loops:
                return Place(path=place.path, span=invocation.callee_span), loops[-1], place
        for place, invocation in self.callers(module, function):
            found = self.caller_loop(place, place.function_of(invocation.scope), depth + 1, seen | {id(function)})
            if found is not None:
                return found
        return None


def depends_on_loop(site: Site, holes: list[Hole]) -> bool:
    """Whether what is sent differs from turn to turn: a hole that is, or is made from, a variable set in the loop."""
    loops = [loop for loop in site.invocation.loops if loop.repeats]
    if not loops:
        return False
    span = loops[-1].span
    inside = {b.name for b in site.module.facts.bindings if span.start <= b.span.start < span.end}
    return any(
        name in inside for hole in holes if hole.value is not None for name in _names_in(hole.value, site.module, 0)
    )


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
        case Result(invocation=index):
            invocation = module.facts.invocations[index]
            for part in (invocation.callee, *invocation.positional, *(v for _, v in invocation.keywords.items)):
                yield from _names_in(part, module, depth + 1)
        case _:
            for part in getattr(expr, "values", ()) or getattr(expr, "options", ()):
                yield from _names_in(part, module, depth + 1)
