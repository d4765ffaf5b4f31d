"""What makes a request again when it fails: decorators, loops and the SDK itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from promptlint.facts import Binary, Function, Invocation, Loop, Place, Result, Retry
from promptlint.knowledge.specs import RetrySpec
from promptlint.knowledge.tables import retries
from promptlint.link.callers.circumstances import own_loop
from promptlint.link.program.module import Module, callee_name
from promptlint.link.requests.settings import place_of
from promptlint.link.requests.sites import Site
from promptlint.link.resolve.arguments import read
from promptlint.link.resolve.around import calls_of, passes_all
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.passed import Argument, Arguments
from promptlint.link.resolve.values import Context, Data, External, FunctionValue, Made, each, is_none, number

_SDK = "max_retries"
# What may end a loop from inside a handler, or waits for a person in it.
_LEAVES = re.compile(r"exit|abort|quit|fail|raise|giv|input|prompt_|ask", re.IGNORECASE)


# What looks at the answer: `retry_if_result`, `on_predicate`.
_RESULT = re.compile(r"result|predicate", re.IGNORECASE)
_TAKES = re.compile(r"^(?:get|read|recv|receive|next|poll|pop|consume|listen|fetch|accept|take|select)", re.IGNORECASE)


def retries_of(names: Names, site: Site, arguments: Arguments, sdk: str, *, built: bool) -> tuple[Retry, ...]:
    """All that surely run a request again, the outermost first; the SDK's own last."""
    return (
        *_decorators(names, site),
        *_loops(names, site),
        *(_own(names, site, arguments, sdk) if built else ()),
    )


def retries_round(names: Names, site: Site) -> tuple[Retry, ...]:
    """Those round a call of a project function, which makes the request in the end."""
    return (*_decorators(names, site), *_loops(names, site))


def loop_round(names: Names, site: Site) -> str | None:
    """The loop round a call in its function: see `own_loop`. One that a decorator of the project puts round it is a retry."""
    return own_loop(site) or ("retry" if _tried_again(names, site) else None)


def _tried_again(names: Names, site: Site) -> bool:
    """Whether a decorator of the project calls the function of a site in a loop until that succeeds."""
    function, context = site.function, Context(site.module)
    for decorator in function.decorators if function is not None else ():
        for value in each(names.resolve(site.module.decorator(decorator), context)):
            if isinstance(value, FunctionValue) and _tries_again(value.module, value.function):
                return True
    return False


def _tries_again(module: Module, maker: Function) -> bool:
    """Whether a function that is put round others, or makes what is, hands all it is called with on in a retry."""
    inside = (f for f in module.functions.values() if f"{f.qualname}.".startswith(f"{maker.qualname}."))
    calls = (call for f in inside for p in f.parameters for call in calls_of(module, f, p.name))
    return any(passes_all(module, call) and any(loop.kind == "retry" for loop in call.loops) for call in calls)


def _decorators(names: Names, site: Site) -> Iterator[Retry]:
    function, context = site.function, Context(site.module)
    for decorator in function.decorators if function is not None else ():
        invocation = site.module.facts.invocations[decorator.invocation] if isinstance(decorator, Result) else None
        spec = _spec(names.resolve(invocation.callee if invocation is not None else decorator, context))
        if spec is None or (site.invocation.caught and not _by_result(site.module, invocation)):
            continue
        place = place_of(decorator, context)
        if invocation is None:
            found = Retry(name=spec.names[0], place=place, endless=True)
        else:
            found = _read(names, spec, invocation, context, place)
        yield msgspec.structs.replace(found, function=function.qualname if function is not None else "")


def _by_result(module: Module, decorator: Invocation | None) -> bool:
    """Whether what a function answers may make a decorator run it again, not only what it raises."""
    span = decorator.span if decorator is not None else None
    return span is not None and any(_RESULT.search(i.text) for i in module.stretches.at(span).calls)


def _spec(value: object) -> RetrySpec | None:
    return retries().at(value.path) if isinstance(value, External) else None


def _loops(names: Names, site: Site) -> Iterator[Retry]:
    """`for attempt in Retrying(...)`, `for _ in range(3): try: ...` and `while True: try: ...`."""
    context = Context(site.module)
    for loop in site.invocation.loops:
        # The request itself may stand before the `try`, which is round what is made of its answer.
        unread = loop.kind == "while" and loop.until_success and not _takes(site, loop)
        if not loop.repeats or not (loop.kind == "retry" or unread):
            continue
        made = site.module.facts.invocations[loop.iterable.invocation] if isinstance(loop.iterable, Result) else None
        at = Place(path=site.module.path, span=site.callee_span)
        if made is None:
            if loop.until_success and not _may_leave(site, loop):
                yield Retry(name="while", place=at, endless=True, loop=Place(path=site.module.path, span=loop.span))
            continue
        spec = _spec(names.resolve(made.callee, context))
        if spec is not None:
            yield _read(names, spec, made, context, place_of(loop.iterable or made.callee, context))
        elif callee_name(made) == "range" and len(made.positional) == 1:
            attempts = number(names.resolve(made.positional[0], context))
            yield Retry(name="range", place=at, attempts=attempts)


def _may_leave(site: Site, loop: Loop) -> bool:
    return any(map(_LEAVES.search, site.module.stretches.at(loop.span).called))


def _takes(site: Site, loop: Loop) -> bool:
    """Whether each turn takes something new to ask about: then it is no retry."""
    return any(map(_TAKES.search, site.module.stretches.at(loop.span).called))


def _read(names: Names, spec: RetrySpec, invocation: Invocation, context: Context, place: Place) -> Retry:
    """A decorator or loop that is called with its limits."""
    arguments = read(names, invocation, context, spec.positional)
    given = [a for name in spec.stops for a in arguments.given.get(name, ())]
    endless = not arguments.open and all(_stops_nothing(names, spec, a) for a in given)
    attempts = [_attempts(names, spec, a) for a in arguments.given.get(spec.attempts, ())]
    known = attempts[0] if len(attempts) == 1 and not endless else None
    return Retry(name=spec.names[0], place=place, attempts=known, endless=endless)


def _stops_nothing(names: Names, spec: RetrySpec, argument: Argument) -> bool:
    """`None`, a negative number of attempts, or a value that says so by its name."""
    for value in each(names.resolve(argument.expr, argument.context)):
        attempts = number(value)
        named = isinstance(value, External) and value.path in spec.never
        if not (named or is_none(value) or (attempts is not None and attempts < 0)):
            return False
    return argument.sure


def _attempts(names: Names, spec: RetrySpec, argument: Argument) -> int | None:
    """The number of attempts; of `stop_after_attempt(5) | stop_after_delay(60)` that of the first."""
    expr = argument.expr
    if isinstance(expr, Binary) and expr.operator == "|":
        expr = expr.left
    value = names.resolve(expr, argument.context)
    if isinstance(value, Made) and value.path in spec.counts and value.invocation.positional:
        return number(names.resolve(value.invocation.positional[0], value.context))
    return number(value) if isinstance(value, Data) else None


def _own(names: Names, site: Site, arguments: Arguments, sdk: str) -> Iterator[Retry]:
    """The SDK's own attempts: `max_retries` of the client, or what it does when nobody says."""
    given = arguments.given.get(_SDK, ())
    default = retries().own(sdk)
    own = default if not given else number(names.resolve(given[0].expr, given[0].context)) if len(given) == 1 else None
    if default and own and not arguments.open:
        at = place_of(given[0].expr, given[0].context) if given else Place(path=site.module.path, span=site.callee_span)
        yield Retry(name=sdk, place=at, attempts=own + 1)
