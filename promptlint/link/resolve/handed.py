"""Functions that are handed on, and the calls that what they are handed to makes of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from promptlint.facts import (
    Attribute,
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
from promptlint.link.program.module import Module, callee_name

MAPS = frozenset(
    ("map", "amap", "starmap", "imap", "imap_unordered", "map_async", "starmap_async", "thread_map", "process_map", "apply",
     "applymap", "progress_apply", "progress_map", "parallel_apply", "map_elements", "map_batches")
)  # fmt: skip
RUNS = frozenset(
    ("submit", "to_thread", "run_in_executor", "run_sync", "run_in_threadpool", "apply_async", "add_task", "call_soon",
     "call_soon_threadsafe", "call_later", "retry_call", "spawn", "start_soon", "Thread", "Process", "Timer")
)  # fmt: skip
# Methods of a task that run it: Celery, Ray, Modal, Prefect, Dramatiq.
OF_TASKS = frozenset(("delay", "apply_async", "remote", "send", "s", "si", "submit", "spawn", "map", "starmap"))
# What an argument is called that is a function to run.
NAMED_HANDED = re.compile(r"f|(?:\w+_)?(?:func|fn|function|method|call|callable|callback|target|coro|operation)")
THREADS = frozenset(("Thread", "Process", "Timer"))
_OF_ARGUMENTS = frozenset(("args", "fargs", "kwargs", "kwds", "fkwargs"))
# What runs a function for a person, or on a schedule.
SHOWS = frozenset(
    ("ChatInterface", "Interface", "add_handler", "CommandHandler", "MessageHandler", "CallbackQueryHandler",
     "add_api_route", "add_url_rule", "add_route", "add_api_websocket_route", "add_websocket_route", "add_get", "add_post",
     "Route", "WebSocketRoute", "path", "re_path", "register_message_handler", "add_event_handler")
)  # fmt: skip
EVENTS = frozenset(("click", "submit", "change", "select", "upload", "then", "success", "load", "release", "like"))
CALLBACKS = frozenset(("on_click", "on_change", "on_submit", "on_message", "on_input", "python_callable"))
SCHEDULES = frozenset(("add_job", "do", "add_periodic_task", "enqueue", "enqueue_in", "enqueue_at"))


class Handed(NamedTuple):
    """A function given to a call: `expr` is the argument, `keyword` its name when it has one."""

    module: Module
    invocation: Invocation
    expr: Expr
    keyword: str | None


def is_task(callee: Expr) -> bool:
    """Whether a callee is a method that runs the task it is called on: `classify.delay`."""
    return isinstance(callee, Attribute) and callee.name in OF_TASKS


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
    last = callee_name(invocation)
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
    last = callee_name(invocation)
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
        if key is not None and NAMED_HANDED.fullmatch(key):
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
    if callee_name(made) not in ("partial", "partialmethod"):
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
