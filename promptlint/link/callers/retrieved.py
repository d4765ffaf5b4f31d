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
    Table,
    Text,
    Unknown,
)
from promptlint.link.program.module import Module, callee_name
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.values import Context, FunctionValue, number

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
_RETRIEVES = ("invoke", "ainvoke", "get_relevant_documents", "aget_relevant_documents")
_DEEPEST = 8


def retrieved(names: Names, module: Module, holes: list[Hole]) -> tuple[Retrieved, ...]:
    """The searches whose results fill a hole as they are: none is left out on the way, as far as can be seen."""
    found: dict[tuple[str, int], Retrieved] = {}
    for hole in holes:
        for where, invocation in _searches(names, module, hole.value, 0) if hole.value is not None else ():
            count = _count(names, where, invocation)
            if count is not None:
                found[where.path, invocation.span.start] = count
    return tuple(found[start] for start in sorted(found))


def _count(names: Names, module: Module, invocation: Invocation) -> Retrieved | None:
    """How many documents a search finds at most: said at the search, or where its retriever was made."""
    given = dict(invocation.keywords.items)
    base = invocation.callee.base if isinstance(invocation.callee, Attribute) else None
    made = _made(module, base) if callee_name(invocation) in _RETRIEVES and base is not None else None
    options = dict(made.keywords.items).get("search_kwargs") if made is not None else None
    # One that chooses among what it finds sends fewer.
    if made is not None and isinstance(options, Table) and "search_type" not in dict(made.keywords.items):
        given = {key: value for key, value in options.items if key is not None}
    for key in _COUNTS:
        count = number(names.resolve(given[key], Context(module))) if key in given else None
        if count is not None:
            span = invocation.keyword_spans.get(key, invocation.span) if made is None else made.span
            return Retrieved(place=Place(path=module.path, span=span), callee=invocation.text, count=count)
    return None


def _made(module: Module, expr: Expr) -> Invocation | None:
    """The `as_retriever(...)` that made a retriever."""
    for _ in range(_DEEPEST):
        bindings = module.bindings.get((expr.scope, expr.name), ()) if isinstance(expr, Name) else ()
        if len(bindings) != 1 or bindings[0].operation != "set":
            break
        expr = bindings[0].value
    found = module.facts.invocations[expr.invocation : expr.invocation + 1] if isinstance(expr, Result) else ()
    return found[0] if found and found[0].span == expr.span and callee_name(found[0]) == "as_retriever" else None


def _searches(names: Names, module: Module, expr: Expr, depth: int) -> Iterator[tuple[Module, Invocation]]:
    if depth > _DEEPEST:
        return
    match expr:
        case Name(name=name, scope=scope):
            bindings = module.bindings.get((scope, name), ())
            if len(bindings) == 1 and bindings[0].operation == "set":
                yield from _searches(names, module, bindings[0].value, depth + 1)
        case Attribute(base=base):
            yield from _searches(names, module, base, depth + 1)
        case Item(base=base, key=key):  # an element of a loop or of an answer; a slice leaves some out
            if isinstance(key, (Text, Known)) or (isinstance(key, Unknown) and key.reason == "loop"):
                yield from _searches(names, module, base, depth + 1)
        case Repeated(element=element, chosen=False):
            yield from _searches(names, module, element, depth + 1)
        case Text(segments=segments):
            for segment in segments:
                if isinstance(segment, Hole) and segment.value is not None:
                    yield from _searches(names, module, segment.value, depth + 1)
        case Items(values=values):
            for value in values:
                yield from _searches(names, module, value, depth + 1)
        case Result(invocation=index, span=span) if index < len(module.facts.invocations):
            invocation = module.facts.invocations[index]
            if invocation.span != span:  # an expression of another file
                return
            if callee_name(invocation) in _SEARCHES or _count(names, module, invocation) is not None:
                yield module, invocation
            elif callee_name(invocation) in _KEEPS:
                for value in (*invocation.positional, *(v for _, v in invocation.keywords.items)):
                    yield from _searches(names, module, value, depth + 1)
            else:
                function = names.resolve(invocation.callee, Context(module))
                if isinstance(function, FunctionValue) and len(function.function.returns) == 1:
                    yield from _searches(names, function.module, function.function.returns[0], depth + 1)
