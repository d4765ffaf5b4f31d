"""Whether requests are made without end: a loop that nothing leaves, or an agent whose limit is taken off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from promptlint.facts import Endless, Function, Place
from promptlint.knowledge.specs import CallSpec, ClientSpec
from promptlint.link.program.module import Module
from promptlint.link.program.stretch import Stretch
from promptlint.link.requests.settings import place_of
from promptlint.link.requests.sites import Site
from promptlint.link.resolve.handed import loops_around
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.passed import Argument, Arguments
from promptlint.link.resolve.values import each, is_none

_ERROR = re.compile(r"(?:Error|Exception|Exceeded|Limit|Interrupt|Stop)\w*$")


def endless(
    names: Names, site: Site, arguments: Arguments, spec: CallSpec, client: ClientSpec | None, streams: bool
) -> Endless | None:
    """Why a call is made without end; None when it ends, or may. Who reads a stream may stop reading."""
    found = _agent(names, arguments, client if client is not None and client.stops else spec) if not streams else None
    if found is not None:
        parameter, argument = found
        place = place_of(argument.expr, argument.context) if argument is not None else None
        at = place or Place(path=site.module.path, span=site.callee_span)
        return Endless(kind="agent", place=at, parameter=parameter)
    return endless_loop(site)


def endless_loop(site: Site, through: Sequence[tuple[Module, Function]] = ()) -> Endless | None:
    """The `while True` round a call that nothing leaves. `through`: the functions that the call goes through, which may end it too."""
    loops = [loop for loop in loops_around(site.module, site.invocation) if loop.repeats]
    if not loops or not loops[-1].endless or site.reference:
        return None
    around = site.module.stretches.at(loops[-1].span)
    # A request is waited for as well: what it is called says more.
    if any(call is not site.invocation for call in chain(around.pauses, around.awaited)):
        return None
    if any(_may_end(module.stretches.at(function.span)) for module, function in through):
        return None
    return Endless(kind="loop", place=Place(path=site.module.path, span=site.callee_span))


def _may_end(body: Stretch) -> bool:
    return bool(body.pauses) or any(map(_ERROR.search, body.called))


def _agent(names: Names, arguments: Arguments, spec: CallSpec | ClientSpec) -> tuple[str, Argument | None] | None:
    """The parameter that would limit the steps of an agent, and the `None` that it is given."""
    if not spec.stops or arguments.open:
        return None
    given = [argument for name in spec.stops for argument in arguments.given.get(name, ())]
    if not all(a.sure and all(map(is_none, each(names.resolve(a.expr, a.context)))) for a in given):
        return None
    first = arguments.given.get(spec.stops[0], ())
    if spec.stops_by_default and not first:
        return None
    return spec.stops[0], first[0] if first else None
