"""Where a function of the project may run: calls of its name, of what it was put into, and what it is handed to."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from promptlint.facts import (
    Attribute,
    Choice,
    Expr,
    Function,
    Invocation,
    Item,
    Items,
    Known,
    Loop,
    Name,
    Result,
    Table,
    Unknown,
)
from promptlint.link.decorators import decorator_name
from promptlint.link.module import Module, last_name
from promptlint.link.modules import Modules

MAPS = frozenset(
    ("map", "amap", "starmap", "imap", "imap_unordered", "map_async", "starmap_async", "thread_map", "process_map", "apply",
     "applymap", "progress_apply", "progress_map", "parallel_apply", "map_elements", "map_batches")
)  # fmt: skip
RUNS = frozenset(
    ("submit", "to_thread", "run_in_executor", "run_sync", "run_in_threadpool", "apply_async", "add_task", "call_soon",
     "call_soon_threadsafe", "call_later", "retry_call", "spawn", "start_soon", "Thread", "Process", "Timer")
)  # fmt: skip
# Methods of a task that run it: Celery, Ray, Modal, Prefect, Dramatiq.
_OF_TASKS = frozenset(("delay", "apply_async", "remote", "send", "s", "si", "submit", "spawn", "map", "starmap"))
# What an argument is called that is a function to run.
_HANDED = re.compile(r"f|(?:\w+_)?(?:func|fn|function|method|call|callable|callback|target|coro|operation)")
THREADS = frozenset(("Thread", "Process", "Timer"))
_OF_ARGUMENTS = frozenset(("args", "fargs", "kwargs", "kwds", "fkwargs"))
_ALL_OF = frozenset(("items", "values"))
_BINDERS = frozenset(("partial", "partialmethod", "sync_to_async", "asyncify", "delayed"))
# What runs a function for a person, or on a schedule.
SHOWS = frozenset(
    ("ChatInterface", "Interface", "add_handler", "CommandHandler", "MessageHandler", "CallbackQueryHandler",
     "add_api_route", "add_url_rule", "add_route", "add_api_websocket_route", "add_websocket_route", "add_get", "add_post",
     "Route", "WebSocketRoute", "path", "re_path", "register_message_handler", "add_event_handler")
)  # fmt: skip
EVENTS = frozenset(("click", "submit", "change", "select", "upload", "then", "success", "load", "release", "like"))
CALLBACKS = frozenset(("on_click", "on_change", "on_submit", "on_message", "on_input", "python_callable"))
SCHEDULES = frozenset(("add_job", "do", "add_periodic_task", "enqueue", "enqueue_in", "enqueue_at"))
_RUNNERS = MAPS | RUNS | SHOWS | EVENTS | SCHEDULES
_HOLDERS = frozenset((Item, Table, Items, Choice, Result))
_FUNCTIONS = (Name, Attribute, Result)
_MOST_ALIASES = 30
_DEEPEST = 3


class Handed(NamedTuple):
    """A function given to a call: `expr` is the argument, `keyword` its name when it has one."""

    module: Module
    invocation: Invocation
    expr: Expr
    keyword: str | None


class Uses:
    """An index of calls and arguments by the last name they go by. What it finds is to be confirmed."""

    def __init__(self) -> None:
        self._read: set[str] = set()
        self._direct: dict[str, list[tuple[Module, Invocation]]] = defaultdict(list)
        self._aliases: dict[str, set[str]] = defaultdict(set)
        self._objects: dict[str, set[str]] = defaultdict(set)
        self._handed: dict[str, list[Handed]] = defaultdict(list)
        self._indirect: dict[str, list[tuple[Module, Invocation]]] = defaultdict(list)
        self._given: dict[str, list[Handed]] = defaultdict(list)
        self._registers: dict[str, set[str]] = defaultdict(set)
        self._decorated: dict[str, set[str]] = defaultdict(set)
        self._homes: dict[int, Module] = {}
        self._kin: dict[str, set[str]] = defaultdict(set)

    def read(self, modules: Modules) -> None:
        """Add what stands in the modules that are new."""
        for module in modules:
            if module.path not in self._read:
                self._read.add(module.path)
                for name, indexes in module.calls_by_name.items():
                    self._direct[name].extend((module, module.facts.invocations[i]) for i in indexes)
                self._read_bindings(module)
                self._read_calls(module)
                self._read_decorators(module)
                for cls in module.facts.classes:
                    for base in cls.bases:
                        if isinstance(base, (Name, Attribute)):
                            self._kin[base.name].add(cls.qualname.rpartition(".")[2])

    def calls(self, name: str) -> list[tuple[Module, Invocation]]:
        """The calls of what goes by a name."""
        return [*self._direct.get(name, ()), *self._indirect.get(name, ())]

    def handed(self, name: str) -> list[Handed]:
        """The arguments with a name, of calls that run what they are given."""
        return sorted(self._handed.get(name, ()), key=lambda handed: handed.module.path)

    def given(self, name: str) -> list[Handed]:
        """The arguments that are a function with a name, of calls that may run it or not."""
        return self._given.get(name, [])

    def _read_calls(self, module: Module) -> None:
        """Calls whose callee is not a plain name, and calls that run a function they are given."""
        named = module.calls_by_name
        for last in ("", *(_OF_TASKS & named.keys())):
            for index in named.get(last, ()):
                callee = module.facts.invocations[index].callee
                name = name_of(callee.base if isinstance(callee, Attribute) else callee, module)
                if not name and isinstance(callee, Result):  # the object is called where it is made: `Bot(7)("Who?")`
                    name = last_name(module.facts.invocations[callee.invocation])
                if name:
                    self._indirect[name].append((module, module.facts.invocations[index]))
        for last in _RUNNERS & named.keys():
            for index in named[last]:
                invocation = module.facts.invocations[index]
                for expr in invocation.positional:
                    self._hand(module, invocation, expr, None)
                for keyword, expr in invocation.keywords.items:
                    self._hand(module, invocation, expr, keyword)
        functions = {name.rpartition(".")[2] for name in module.functions} | {e.local for e in module.facts.imports}
        for invocation in module.facts.invocations:
            for keyword, expr in (*((None, expr) for expr in invocation.positional), *invocation.keywords.items):
                if (type(expr) is Name and expr.name in functions) or (
                    type(expr) is Attribute and (keyword is None or _HANDED.fullmatch(keyword))
                ):
                    self._given[expr.name].append(Handed(module, invocation, expr, keyword))
            if not CALLBACKS.isdisjoint(invocation.keyword_spans):
                for keyword, expr in invocation.keywords.items:
                    if keyword in CALLBACKS:
                        self._hand(module, invocation, expr, keyword)

    def _read_bindings(self, module: Module) -> None:
        aliases = self._aliases
        for binding in module.facts.bindings:
            value = binding.value
            kind = type(value)
            if kind is Name or kind is Attribute:
                aliases[value.name].add(binding.name.rpartition(".")[2])  # type: ignore[union-attr]  # by its type
            elif kind in _HOLDERS:
                put = binding.name.rpartition(".")[2]
                for name in _held(value, module):
                    aliases[name].add(put)
                if isinstance(value, Result):
                    made = last_name(module.facts.invocations[value.invocation])
                    if made[:1].isupper():
                        self._objects[made].add(put)
        for entry in module.facts.imports:
            last = entry.target.rpartition(".")[2]
            if last != entry.local:
                aliases[last].add(entry.local)
        for function in module.facts.functions:
            for parameter in function.parameters:
                if isinstance(parameter.default, (Name, Attribute)):
                    aliases[parameter.default.name].add(parameter.name)

    def _read_decorators(self, module: Module) -> None:
        """Functions with decorators, and what those put into a table: `def handler(name): def add(fn): HANDLERS[name] = fn; ...`."""
        for function in module.facts.functions:
            if function.decorators:
                self._homes[id(function)] = module
                self._decorated[function.qualname.rpartition(".")[2]].update(
                    decorator_name(decorator, module) for decorator in function.decorators
                )
        for qualname, tables in module.tables.items():
            self._registers[qualname.rpartition(".")[2]] |= tables

    def has(self, module: Module) -> bool:
        """Whether a module has been read."""
        return module.path in self._read

    def home(self, function: Function) -> Module | None:
        """The module of a function with decorators."""
        return self._homes.get(id(function))

    def _hand(self, module: Module, invocation: Invocation, expr: Expr, keyword: str | None) -> None:
        name = name_of(expr, module)
        if name:
            self._handed[name].append(Handed(module, invocation, expr, keyword))

    def _made(self, name: str) -> set[str]:
        """What objects of a class, or of those that derive from one of that name, were put under."""
        kin, edge = {name}, {name}
        for _ in range(_DEEPEST):
            edge = {sub for base in edge for sub in self._kin.get(base, ())} - kin
            kin |= edge
        return {alias for cls in kin for alias in self._objects.get(cls, ())} if len(kin) <= _MOST_ALIASES else set()

    def names(self, name: str, *, made: bool = False) -> list[str]:
        """A name and those it was put under: variables, attributes, tables, parameters it is the default of.

        `made`: what is called is an object of the class with that name.
        """
        found = dict.fromkeys((name, *sorted(self._made(name))) if made else (name,))
        tables = {table for decorator in self._decorated.get(name, ()) for table in self._registers.get(decorator, ())}
        found.update(dict.fromkeys(sorted(tables)))
        edge = list(found)
        for _ in range(_DEEPEST):
            edge = [alias for known in edge for alias in sorted(self._aliases.get(known, ())) if alias not in found]
            found.update(dict.fromkeys(edge))
            if len(found) > _MOST_ALIASES:
                break
        return list(found)


def name_of(expr: Expr, module: Module) -> str:
    """The last name of a function as it is written: `f`, `self.f`, `FUNCTIONS["f"]`, `FUNCTIONS.get("f")`, `FUNCTIONS.values()`,
    `partial(f, x)`; else empty.
    """
    if isinstance(expr, (Name, Attribute)):
        return expr.name
    if isinstance(expr, Item):
        return name_of(expr.base, module)
    if isinstance(expr, Result):
        invocation = module.facts.invocations[expr.invocation]
        if last_name(invocation) in _BINDERS and invocation.positional:
            return name_of(invocation.positional[0], module)
        table = invocation.callee.base if isinstance(invocation.callee, Attribute) else None
        if isinstance(table, (Name, Attribute)):
            last = last_name(invocation)
            if last in _ALL_OF or (last == "get" and table.name.isupper()):
                return table.name
    return ""


def _held(value: Expr, module: Module) -> Iterator[str]:
    """The names of functions that a value holds."""
    match value:
        case Item():
            yield name_of(value, module)
        case Table(items=items):
            yield from filter(None, (name_of(v, module) for _, v in items if isinstance(v, _FUNCTIONS)))
        case Items(values=values) | Choice(options=values):
            yield from filter(None, (name_of(v, module) for v in values if isinstance(v, _FUNCTIONS)))
        case Result():
            name = name_of(value, module)
            if name:
                yield name


def is_task(callee: Expr) -> bool:
    """Whether a callee is a method that runs the task it is called on: `classify.delay`."""
    return isinstance(callee, Attribute) and callee.name in _OF_TASKS


def as_task(invocation: Invocation) -> Invocation:
    """`classify.delay(x)` as the call of `classify` that it makes. Of `apply_async` the arguments are in a list."""
    assert isinstance(invocation.callee, Attribute)
    positional, keywords, starred = invocation.positional, invocation.keywords, invocation.starred
    loops = invocation.loops
    if invocation.callee.name == "apply_async":
        given = dict(invocation.keywords.items)
        listed = given.get("args", positional[0] if positional else None)
        named = given.get("kwargs", positional[1] if len(positional) > 1 else None)
        positional = listed.values if isinstance(listed, Items) else ()
        keywords, starred = named if isinstance(named, Table) else Table(items=(), span=invocation.span), ()
    elif invocation.callee.name in MAPS:
        positional = tuple(_element(expr) for expr in positional)
        loops = (*loops, _map_loop(invocation, invocation.positional))
    return _made(invocation, invocation.callee.base, positional, keywords, loops, starred)


def as_call(handed: Handed, function: Function | None) -> Invocation | None:
    """The call that what a function is handed to makes of it; None when that is not known.

    Of a `function` that the project does not define, every keyword may be one of its own.
    """
    invocation, expr = handed.invocation, handed.expr
    last = last_name(invocation)
    at = next((i for i, value in enumerate(invocation.positional) if value is expr), -1)
    if last in MAPS:
        mapped = at <= 0 and handed.keyword in (None, "func", "fn", "function")
        return _mapped(invocation, expr, function, invocation.positional[at + 1 :]) if mapped else None
    if last not in RUNS and last != "partial":
        return None
    extra, keywords = _listed(invocation, function)
    if last in THREADS:
        given = handed.keyword in ("target", "function") or (last == "Timer" and at == 1)
        return _made(invocation, expr, extra, keywords, invocation.loops) if given else None
    if at < 0:
        return None
    rest = invocation.positional[at + 1 :]
    if last in ("apply_async", "retry_call"):
        first = rest[0] if rest else None
        retry = (Loop(kind="retry", span=invocation.span),) if last == "retry_call" else ()
        positional: tuple[Expr, ...] = first.values if isinstance(first, Items) else extra
        return _made(invocation, expr, positional, keywords, (*invocation.loops, *retry))
    starred = tuple(i - at - 1 for i in invocation.starred if i > at)
    return _made(invocation, expr, rest, keywords, invocation.loops, starred)


def _mapped(invocation: Invocation, expr: Expr, function: Function | None, rest: tuple[Expr, ...]) -> Invocation:
    """`pool.map(f, xs)`, `series.apply(f)`: one call for each element of what is mapped over."""
    last = last_name(invocation)
    extra, keywords = _listed(invocation, function)
    if last == "apply" and rest and isinstance(rest[0], Items):  # a pool's: once, with these arguments
        return _made(invocation, expr, rest[0].values, keywords, invocation.loops)
    over: tuple[Expr, ...] = tuple(value for value in rest if not isinstance(value, (Known, Unknown)))
    if not over and isinstance(invocation.callee, Attribute):
        over = (invocation.callee.base,)
    loops = (*invocation.loops, _map_loop(invocation, over))
    if "star" in last:
        return _made(invocation, expr, over[:1], keywords, loops, starred=(0,))
    return _made(invocation, expr, (*map(_element, over), *extra), keywords, loops)


def runnable(invocation: Invocation) -> Iterator[tuple[Expr, str | None, int]]:
    """The arguments that may be a function to run, with their keyword, and how many positional ones are before its own."""
    for position, expr in enumerate(invocation.positional[:2]):
        yield expr, None, position + 1
    for key, expr in invocation.keywords.items:
        if key is not None and _HANDED.fullmatch(key):
            yield expr, key, 0


def started(invocation: Invocation) -> Invocation:
    """The call that a thread makes, with its arguments: `Thread(target=model.generate, args=(x,), kwargs=options)`."""
    given = {key: value for key, value in invocation.keywords.items if key is not None}
    listed, named = given.get("args"), given.get("kwargs")
    items = ((None, named),) if named is not None else ()
    keywords = named if isinstance(named, Table) else Table(items=items, span=invocation.keywords.span)
    positional = listed.values if isinstance(listed, Items) else ()
    return replace(invocation, positional=positional, keywords=keywords, starred=())


def _listed(invocation: Invocation, function: Function | None) -> tuple[tuple[Expr, ...], Table]:
    """The arguments given in `args=(x,)` and `kwargs={}`, or among the keywords of what a function is handed to."""
    given = {key: value for key, value in invocation.keywords.items if key is not None}
    listed = given.get("args", given.get("fargs"))
    named = given.get("kwargs", given.get("kwds", given.get("fkwargs")))
    own = {p.name for p in function.parameters} if function is not None else given.keys() - _OF_ARGUMENTS
    kept = tuple((k, v) for k, v in invocation.keywords.items if k in own or k is None)
    kept += ((None, named),) if named is not None else ()
    keywords = named if isinstance(named, Table) else Table(items=kept, span=invocation.keywords.span)
    return listed.values if isinstance(listed, Items) else (), keywords


def bound(call: Invocation, made: Invocation) -> Invocation:
    """A call of `partial(f, x)` with what the partial was given put before what the call gives."""
    if last_name(made) not in ("partial", "partialmethod"):
        return call
    first = made.positional[1:]
    keys = {key for key, _ in call.keywords.items}
    below = tuple((k, v) for k, v in made.keywords.items if k is None or k not in keys)
    keywords = Table(items=(*below, *call.keywords.items), span=call.keywords.span)
    starred = (*(i - 1 for i in made.starred if i), *(i + len(first) for i in call.starred))
    return _made(call, call.callee, (*first, *call.positional), keywords, call.loops, starred, written=True)


def _made(
    invocation: Invocation,
    callee: Expr,
    positional: tuple[Expr, ...],
    keywords: Table,
    loops: tuple[Loop, ...],
    starred: tuple[int, ...] = (),
    *,
    written: bool = False,
) -> Invocation:
    """A call that is not `written` as one: it stands where the function is named."""
    return Invocation(
        callee=callee,
        text=invocation.text if written else _text(callee),
        scope=invocation.scope,
        positional=positional,
        keywords=keywords,
        span=invocation.span if written else callee.span,
        callee_span=callee.span,
        insert_at=invocation.insert_at,
        needs_comma=invocation.needs_comma,
        block=invocation.block,
        loops=loops,
        starred=starred,
        awaited=invocation.awaited,
    )


def _text(expr: Expr) -> str:
    """`self.label` of a name and attributes; what else there is, left out."""
    if isinstance(expr, Name):
        return "lambda" if expr.name.startswith("<lambda") else expr.name
    if isinstance(expr, Attribute):
        return f"{_text(expr.base)}.{expr.name}"
    if isinstance(expr, Item):
        return f"{_text(expr.base)}[…]"
    return "partial(…)" if isinstance(expr, Result) else "…"


def _element(expr: Expr) -> Expr:
    return Item(base=expr, key=Unknown(reason="loop", span=expr.span), span=expr.span)


def _map_loop(invocation: Invocation, over: tuple[Expr, ...]) -> Loop:
    return Loop(kind="map", span=invocation.span, iterable=over[0] if over else None)


def loops_around(module: Module, invocation: Invocation) -> tuple[Loop, ...]:
    """The loops round a call; of a call in a lambda, also those of what the lambda is handed to, which runs it."""
    name = invocation.scope.rpartition(".")[2]
    function = module.functions.get(invocation.scope) if name.startswith("<lambda") else None
    if function is None:
        return invocation.loops
    handed = module.lambdas.get(name)
    made = as_call(Handed(module, handed[0], handed[1], None), function) if handed is not None else None
    return (*made.loops, *invocation.loops) if made is not None else invocation.loops
