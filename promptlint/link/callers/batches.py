"""Batches that are sent and never collected."""

from __future__ import annotations

from collections.abc import Iterable

from promptlint.link.program.module import Module
from promptlint.link.requests.evidence import attribute_chain

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
