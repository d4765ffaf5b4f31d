"""How many documents a request is filled with, where the search for them says so."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import (
    Attribute,
    Expr,
    Hole,
    Invocation,
    Item,
    Items,
    Known,
    Name,
    Place,
    Repeated,
    Result,
    Retrieved,
    Text,
    Unknown,
)
from promptlint.link.modules import Module, last_name
from promptlint.link.names import Names
from promptlint.link.values import Context, number

_SEARCHES = frozenset(
    ("similarity_search", "asimilarity_search", "similarity_search_with_score", "similarity_search_with_relevance_scores",
     "similarity_search_by_vector", "max_marginal_relevance_search", "search", "query", "retrieve", "get_relevant_documents",
     "query_points", "hybrid_search", "vector_search", "semantic_search", "search_documents", "query_engine", "near_text")
)  # fmt: skip
_COUNTS = ("k", "top_k", "n_results", "similarity_top_k", "limit", "topk", "num_results")
# These keep every document they are given; what else is called may choose among them.
_KEEPS = frozenset(
    ("join", "str", "dumps", "format", "list", "tuple", "enumerate", "sorted", "strip", "replace", "zip")
)
_DEEPEST = 8


def retrieved(names: Names, module: Module, holes: list[Hole]) -> tuple[Retrieved, ...]:
    """The searches whose results fill a hole as they are: none is left out on the way, as far as can be seen."""
    found: dict[int, Retrieved] = {}
    for hole in holes:
        for invocation in _searches(module, hole.value, 0) if hole.value is not None else ():
            given = dict(invocation.keywords.items)
            for key in _COUNTS:
                count = number(names.resolve(given[key], Context(module))) if key in given else None
                if count is not None:
                    place = Place(path=module.path, span=invocation.keyword_spans.get(key, invocation.span))
                    found[invocation.span.start] = Retrieved(place=place, callee=invocation.text, count=count)
    return tuple(found[start] for start in sorted(found))


def _searches(module: Module, expr: Expr, depth: int) -> Iterator[Invocation]:
    if depth > _DEEPEST:
        return
    match expr:
        case Name(name=name, scope=scope):
            bindings = module.bindings.get((scope, name), ())
            if len(bindings) == 1 and bindings[0].operation == "set":
                yield from _searches(module, bindings[0].value, depth + 1)
        case Attribute(base=base):
            yield from _searches(module, base, depth + 1)
        case Item(base=base, key=key):  # an element of a loop or of an answer; a slice leaves some out
            if isinstance(key, (Text, Known)) or (isinstance(key, Unknown) and key.reason == "loop"):
                yield from _searches(module, base, depth + 1)
        case Repeated(element=element, chosen=False):
            yield from _searches(module, element, depth + 1)
        case Text(segments=segments):
            for segment in segments:
                if isinstance(segment, Hole) and segment.value is not None:
                    yield from _searches(module, segment.value, depth + 1)
        case Items(values=values):
            for value in values:
                yield from _searches(module, value, depth + 1)
        case Result(invocation=index, span=span) if index < len(module.facts.invocations):
            invocation = module.facts.invocations[index]
            if invocation.span != span:  # an expression of another file
                return
            if last_name(invocation) in _SEARCHES:
                yield invocation
            elif last_name(invocation) in _KEEPS:
                for value in (*invocation.positional, *(v for _, v in invocation.keywords.items)):
                    yield from _searches(module, value, depth + 1)
