"""What is filled into a request first, and whether it is another in each: all that follows it is then no cached prefix."""

from __future__ import annotations

import re
from collections.abc import Iterable

from promptlint.facts import Expr, Filled, Function, Hole, Message, Name, Place, Span
from promptlint.link.circumstances import names_used, of_loop
from promptlint.link.module import Module
from promptlint.link.names import Names
from promptlint.link.sites import Site
from promptlint.link.values import Context

_DEEPEST = 4
# What a program is set up with: the same for all of its requests.
_SETUP = re.compile(
    r"^(?:self|cls|config|cfg|conf|settings?|options?|opts|args|env|app)$|_(?:config|settings|options)$"
)


def first_filled(names: Names, site: Site, messages: Iterable[Message]) -> Filled | None:
    """The first value that is filled into a request, as far as its place in the project is known."""
    for message in messages:
        for segment in message.segments:
            if isinstance(segment, Hole):
                return _filled(names, site, message, segment)
    return None


def _filled(names: Names, site: Site, message: Message, hole: Hole) -> Filled | None:
    path, home = hole.path, hole.home or hole.path
    if hole.value is None or path not in names.modules.files or home not in names.modules.files:
        return None
    module = names.modules.at(home)
    return Filled(
        place=Place(path=path, span=hole.span),
        name=hole.name,
        source=hole.source,
        role=message.role,
        runs=_runs(site, message, module, hole),
        passed=hole.passed,
    )


def _runs(site: Site, message: Message, module: Module, hole: Hole) -> bool:
    """Whether a value is worked out each time the request is made: in its function, or in one that returns the text to it."""
    function, place = _function_of(module, hole.value), message.place
    around = site.function.span if site.function is not None else None
    if function is None or place is None or around is None or place.path != site.module.path:
        return False
    if not _within(around, place.span):  # what an object was built with
        return False
    loops = [loop.span for loop in site.invocation.loops if loop.repeats]
    if function is site.function:
        return all(_within(loop, hole.span) for loop in loops)
    kept = any(b.name.startswith("self.") and _within(b.value.span, hole.span) for b in module.facts.bindings)
    return not kept and all(_within(loop, place.span) for loop in loops)


def _function_of(module: Module, expr: Expr | None) -> Function | None:
    """The function that an expression is worked out in; None for a constructor, and for the module itself."""
    name = next(names_used(module, expr), None) if expr is not None else None
    function = module.function_of(name.scope) if name is not None else None
    return function if function is not None and not function.qualname.endswith("__init__") else None


def passed(names: Names, expr: Expr, context: Context, depth: int = 0) -> bool:
    """Whether a value is made from what a function is passed, or goes through in a loop, not from what the program is set up with."""
    if depth >= _DEEPEST:
        return False
    return any(_is_passed(names, name, context, depth) for name in names_used(context.module, expr))


def _is_passed(names: Names, name: Name, context: Context, depth: int) -> bool:
    if _SETUP.search(name.name):
        return False
    module = context.module
    for function in module.around(name.scope):
        if function.qualname.endswith("__init__"):
            return False
        parameter = module.parameters.get((function.qualname, name.name))
        if parameter is not None:
            frame = context.frame_of(function)
            if frame is None:
                return parameter.default is None and parameter.kind in ("positional", "keyword")
            given = names.parameters.argument(frame, parameter)
            return given is not None and passed(names, given[0], given[1], depth + 1)
        found = module.bindings.get((function.qualname, name.name))
        if found:
            return any(of_loop(b.value) or passed(names, b.value, context, depth + 1) for b in found)
    return False


def _within(around: Span, inner: Span) -> bool:
    return around.start <= inner.start and inner.end <= around.end
