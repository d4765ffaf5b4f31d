"""What a call gives back of a function that it runs, or of a coroutine that it waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.facts import Expr, Invocation, Items, Result
from promptlint.link.program.parts import last_name
from promptlint.link.resolve.handed import Handed, as_call
from promptlint.link.resolve.values import (
    Context,
    Data,
    External,
    FunctionValue,
    Made,
    Missing,
    ParameterValue,
    Partial,
    Value,
    each,
)

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names

FUTURE = "concurrent.futures.Future"
"""What `pool.submit(build, text)` makes."""
MAPPED = "builtins.map"
"""What `pool.map(build, texts)` makes too."""
_WAITS = frozenset(
    ("run_until_complete", "create_task", "ensure_future", "wait_for", "shield", "run_coroutine_threadsafe")
)
_WAITING = frozenset(("asyncio.run", "uvloop.run"))
# How many arguments stand before the function.
_RUNS = {"to_thread": 0, "run_in_threadpool": 0, "run_sync": 0, "run_in_executor": 1}
_MAPS = frozenset(("map", "imap", "imap_unordered", "thread_map", "process_map"))
_NOT_OURS = (External, Made, Missing, ParameterValue)


def handed_back(names: Names, callee: Value, invocation: Invocation, context: Context) -> Value | None:
    """`await to_thread(build, text)`, `asyncio.run(build(text))`, `gather(build(a), build(b))`; None for any other call.

    What is mapped over, and what a pool is still working on, is known where an element or the result is taken.
    """
    name, given = last_name(invocation.callee), invocation.positional
    if not given or not isinstance(callee, _NOT_OURS):
        return None
    path = callee.path if isinstance(callee, External) else ""
    # Another object has methods of these names, too: what it waits for is made in the call.
    if path in _WAITING or (name in _WAITS and (path.startswith("asyncio.") or isinstance(given[0], Result))):
        return names.resolve(given[0], context)
    if name == "gather" and path.startswith(("asyncio.", "tqdm.asyncio.")):
        if not invocation.starred:
            return Data(Items(values=given, span=invocation.span), context)
        return names.resolve(given[0], context) if invocation.starred == (0,) and len(given) == 1 else None
    if name in _RUNS:
        before = _RUNS[name]
        return _run(names, given[before], invocation, context) if len(given) > before else None
    if name == "submit" and _runs(names, given[0], context):
        return Made(FUTURE, context, invocation)
    if name in _MAPS and path != MAPPED and _runs(names, given[0], context):
        return Made(MAPPED, context, invocation)
    return None


def result_of(names: Names, made: Made) -> Value | None:
    """The result of what a pool works on, and each element of what is mapped; None for anything else."""
    if made.path == FUTURE and made.chain == ("result",):
        return _run(names, made.invocation.positional[0], made.invocation, made.context)
    if made.path == MAPPED and not made.chain and made.invocation.positional:
        return _run(names, made.invocation.positional[0], made.invocation, made.context)
    return None


def _runs(names: Names, expr: Expr, context: Context) -> bool:
    return any(isinstance(value, (FunctionValue, Partial)) for value in each(names.resolve(expr, context)))


def _run(names: Names, expr: Expr, invocation: Invocation, context: Context) -> Value | None:
    """What the call that is made elsewhere returns."""
    found: list[Value] = []
    for value in each(names.resolve(expr, context)):
        if isinstance(value, (FunctionValue, Partial)):
            call = _unwritten(names, expr, invocation, context)
            if call is not None:
                found.append(names.results.call(value, call, context))
    return names.choice(found) if found else None


def _unwritten(names: Names, expr: Expr, invocation: Invocation, context: Context) -> Invocation | None:
    """The call that nobody wrote, the same one each time: what is known of calls is kept by what they are."""
    key, kept = (id(invocation), "elsewhere"), names.kept.unwritten
    if key not in kept:
        handed = Handed(context.module, invocation, expr, None)
        made = as_call(handed, None)
        if made is None:
            return None
        kept[key] = made
    return kept[key]
