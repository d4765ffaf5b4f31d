"""What is filled into a request first, and whether it is another in each: all that follows it is then no cached prefix."""

from __future__ import annotations

from collections.abc import Iterable

from promptlint.facts import Expr, Filled, Function, Hole, Message, Place, Span
from promptlint.link.program.module import Module
from promptlint.link.program.parts import names_used
from promptlint.link.requests.sites import Site
from promptlint.link.resolve.names import Names


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


def _within(around: Span, inner: Span) -> bool:
    return around.start <= inner.start and inner.end <= around.end
