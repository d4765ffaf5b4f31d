"""Batches that are sent and never collected; and chains that are run side by side."""

from __future__ import annotations

from collections.abc import Iterable

from promptlint.facts import Attribute
from promptlint.link.program.module import Module
from promptlint.link.requests.evidence import attribute_chain
from promptlint.link.requests.sites import Site
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.pipes import PARALLEL
from promptlint.link.resolve.values import Context, Made, each

# Their answers are only to be had by the id of the batch; others write them to a place that the request names.
_BY_ID = frozenset(("openai", "azure-openai", "anthropic", "groq", "mistral", "mistralai", "together"))
_COLLECTS = (
    "retrieve",
    "list",
    "results",
    "get",
    "poll",
    "wait",
    "retrieve_async",
    "list_async",
    "get_async",
    "download",
)
_EVENTS = ("unwrap", "construct_event")


def by_id(sdk: str) -> bool:
    """Whether who loses the id of a batch loses its answers."""
    return sdk in _BY_ID


def collects(modules: Iterable[Module]) -> bool:
    """Whether anything in the project may read a batch: it asks for one or for all, or is told when one is done."""
    for module in modules:
        for name, indexes in module.calls_by_name.items():
            if (
                name in _EVENTS
                or "webhook" in name.lower()
                or ("batch" in name.lower() and not name.startswith("create"))
            ):
                return True
            if name in _COLLECTS:
                for index in indexes:
                    chain = attribute_chain(module.facts.invocations[index].callee)
                    if any("batch" in part.lower() or part == "jobs" for part in chain[:-1]):
                        return True
    return False


def side_by_side(names: Names, site: Site) -> str | None:
    """The loop in which the branches of `RunnableParallel(**chains)` were put into what it is made of: each sends a request."""
    callee = site.invocation.callee
    for made in each(names.resolve(callee.base, Context(site.module))) if isinstance(callee, Attribute) else ():
        if not isinstance(made, Made) or not made.path.endswith(PARALLEL):
            continue
        module = made.context.module
        given = [expr for key, expr in made.invocation.keywords.items if key is None]
        for expr in (*given, *made.invocation.positional):
            changes = names.changes(expr, made.context)
            for binding, _ in changes.changes if changes is not None else ():
                for span, kind in module.turns.get(binding.scope, {}).items():
                    if binding.operation == "item" and span.start <= binding.span.start < span.end:
                        return kind
    return None
