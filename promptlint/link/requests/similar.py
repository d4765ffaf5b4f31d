"""Semantic caches whose threshold is written in the code."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from promptlint.facts import Known, Similarity
from promptlint.link.program.module import Module
from promptlint.link.requests.settings import place_of
from promptlint.link.resolve.arguments import read
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.values import Context, Data, External


def similarities(names: Names, modules: Iterable[Module]) -> Iterator[Similarity]:
    """All of them; one whose threshold the environment or a caller may set is left out."""
    lasts = {name.rpartition(".")[2] for name in names.knowledge.similarities}
    for module in modules:
        with names.modules.guarded(module.path):
            yield from _in_module(names, module, lasts)


def _in_module(names: Names, module: Module, lasts: Collection[str]) -> Iterator[Similarity]:
    context, known = Context(module), names.knowledge.similarities
    for last in sorted(module.calls_by_name.keys() & lasts):
        for index in module.calls_by_name[last]:
            invocation = module.facts.invocations[index]
            value = names.resolve(invocation.callee, context)
            spec = known.get(value.path) if isinstance(value, External) else None
            passed = read(names, invocation, context, spec.positional).given.get(spec.threshold, ()) if spec else ()
            if spec is None or len(passed) != 1 or not passed[0].sure:
                continue
            given = names.resolve(passed[0].expr, passed[0].context)
            number = given.expr.value if isinstance(given, Data) and isinstance(given.expr, Known) else None
            if isinstance(given, Data) and isinstance(number, (int, float)) and not isinstance(number, bool):
                least = 1 - number if spec.distance else number
                yield Similarity(
                    place=place_of(given.expr, given.context), callee=invocation.text, least=round(float(least), 6)
                )
