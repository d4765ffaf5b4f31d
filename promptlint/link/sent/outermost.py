"""A call as the outermost caller of the project function around it makes it."""

from __future__ import annotations

import msgspec

from promptlint.facts import Call, Expr, Hole, Name, Place, Retry
from promptlint.link.callers.caches import stale
from promptlint.link.callers.circumstances import (
    depends_on_loop,
    given_out,
    is_cached,
    names_in,
    steady,
    unconditional,
    varies,
)
from promptlint.link.callers.endless import endless_loop
from promptlint.link.callers.graph import CallGraph
from promptlint.link.callers.history import growing
from promptlint.link.callers.retries import loop_round, retries_round
from promptlint.link.callers.waiting import Waiting
from promptlint.link.callers.wrappers import Chain, Step
from promptlint.link.requests.sites import Site
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.values import Context, Frame


class Outermost:
    """Puts calls where their callers make them."""

    def __init__(self, names: Names, graph: CallGraph, waiting: Waiting) -> None:
        self.names = names
        self.graph = graph
        self.waiting = waiting

    def at(self, inner: Call, site: Site, chain: Chain) -> Call:
        """The inner call, placed where the outermost caller makes it."""
        module, invocation = chain[-1].caller, chain[-1].invocation
        function = module.function_of(invocation.scope)
        outer = _around(site, chain[-1])
        around = self.graph.caller_loop(module, function)
        holes = [s for m in inner.messages for s in m.segments if isinstance(s, Hole)]
        reaching = self._reaching(chain, holes)
        functions = [(s.module, s.function) for s in chain]
        sent = self._sent(site, chain)
        retries = self._retries(site, chain)
        via = (*(Place(path=s.caller.path, span=s.invocation.span) for s in reversed(chain[:-1])), inner.place)
        return msgspec.structs.replace(
            inner,
            place=Place(path=module.path, span=invocation.span),
            callee_place=Place(path=module.path, span=invocation.callee_span),
            callee=invocation.text,
            function=function.qualname if function is not None else "",
            scope=invocation.scope,
            loop=self._loop(site, chain, inner.loop),
            loop_item=depends_on_loop(outer, holes),
            caller_loop=around[0] if around is not None else None,
            caller_loop_kind=around[1].kind if around is not None else None,
            waits=self.waiting.at(module, invocation.scope),
            given_out=given_out(outer),
            certain=inner.certain and unconditional(outer),
            by_clock=self.waiting.by_clock(module, invocation.scope),
            via=via,
            reference=False,
            response_cache=inner.response_cache or any(is_cached(_around(site, s)) for s in chain),
            could_list=inner.could_list if depends_on_loop(outer, reaching) else None,
            growing=inner.growing or growing(self.names, outer, sent, "unclear"),
            # A function with several ways out may answer without a request, from a store of its own.
            steady=steady(outer, sent) and all(len(function.returns) == 1 for _, function in functions),
            varies=varies(outer),
            stale=inner.stale
            or stale(self.names, outer, [*reaching, *holes])
            or stale(self.names, outer, holes, site.module),
            endless=inner.endless or endless_loop(outer, functions),
            retries=(*retries, *inner.retries),
        )

    def _loop(self, site: Site, chain: Chain, inner: str | None) -> str | None:
        """The loop round the outermost call, else the next one on the way to the request; a retry where there is no other."""
        outer = loop_round(self.names, _around(site, chain[-1]))
        if outer is not None:
            return outer
        loops = [*(loop_round(self.names, _around(site, step)) for step in reversed(chain[:-1])), inner]
        others = (loop for loop in loops if loop not in (None, "retry"))
        return next(others, None) or ("retry" if "retry" in loops else None)

    def _retries(self, site: Site, chain: Chain) -> list[Retry]:
        """What tries the functions on the way again, the outermost first; where an error is answered, none comes further."""
        found: list[Retry] = []
        caught = site.invocation.caught
        for step in chain:
            if caught:
                break
            found[:0] = retries_round(self.names, _around(site, step))
            caught = step.invocation.caught
        return found

    def _sent(self, site: Site, chain: Chain) -> list[Expr]:
        """What the outermost caller passes for the messages, where each function on the way hands them on as they are."""
        spec = site.spec
        given = site.arguments(self.names, Context(site.module)).given
        passed = [a.expr for p in (*spec.messages, *spec.input) for a in given.get(p, ())]
        for step in chain:
            named = {expr.name for expr in passed if isinstance(expr, Name)}
            frame = Frame(step.module, step.function, step.invocation, Context(step.caller))
            found = [self.names.parameters.argument(frame, p) for p in step.function.parameters if p.name in named]
            passed = [one[0] for one in found if one is not None]
        return passed

    def _reaching(self, chain: Chain, holes: list[Hole]) -> list[Hole]:
        """What the outermost caller passes into a text."""
        inside = [hole for hole in holes if hole.value is not None]
        for step in chain:
            used = {name for hole in inside for name in names_in(hole, step.module)}
            frame = Frame(step.module, step.function, step.invocation, Context(step.caller))
            passed = [self.names.parameters.argument(frame, p) for p in step.function.parameters if p.name in used]
            inside = [Hole(source="", name="", value=found[0], span=found[0].span) for found in passed if found]
        return inside


def _around(site: Site, step: Step) -> Site:
    """The call of a project function on the way to a request, as if the request were made there."""
    made = step.invocation
    return Site(step.caller, made, site.evidence, made.text, made.span, made.callee_span)
