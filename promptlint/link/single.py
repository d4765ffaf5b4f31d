"""Whether a request that could carry a list of texts surely carries one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from promptlint.facts import (
    Attribute,
    Binary,
    Choice,
    Expr,
    Hole,
    Invocation,
    Item,
    Items,
    Known,
    Name,
    Parameter,
    Repeated,
    Result,
    Table,
    Text,
)
from promptlint.knowledge.specs import CallSpec
from promptlint.link.arguments import Arguments
from promptlint.link.modules import Module
from promptlint.link.names import Names
from promptlint.link.sites import Site
from promptlint.link.values import Context, Data, External, constant, each

_OF_TEXT = frozenset(
    ("strip", "lstrip", "rstrip", "replace", "lower", "upper", "join", "format", "removeprefix", "removesuffix")
)
_TEXTS = frozenset(("text", "content", "page_content", "title", "description", "summary"))
_RECORD = re.compile(r"^(?:row|doc|document|item|record|entry|example|node|page|chunk|message|article|post)$")
# A parameter that is named for one text, and an argument that is named for several.
_SINGULAR = frozenset(("text", "query", "sentence", "question", "passage"))
_PLURAL = re.compile(r"s$|batch|list|group|lines", re.IGNORECASE)
_DEEPEST = 4
# What an answer says besides its embeddings.
_ASIDE = frozenset(("usage", "model", "id"))


def could_list(names: Names, site: Site, arguments: Arguments, spec: CallSpec) -> str | None:
    """The parameter that takes a list, where one text is passed; None where it may be a list already."""
    if spec.kind != "embedding" or spec.batch_input is None:
        return None
    passed = arguments.given.get(spec.batch_input, ())
    if len(passed) != 1 or not passed[0].sure:
        return None
    single = _single(names, passed[0].expr, passed[0].context, 0) or _first_taken(site.module, site.invocation)
    return spec.batch_input if single else None


def _first_taken(module: Module, invocation: Invocation) -> bool:
    """Whether of all embeddings of an answer the first is taken and no other: `create(...).data[0].embedding`."""
    index = next((i for i, other in enumerate(module.facts.invocations) if other is invocation), None)
    holders = [b for b in module.facts.bindings if isinstance(b.value, Result) and b.value.invocation == index]
    names = {(b.scope, b.name) for b in holders if b.operation == "set"}
    if len(holders) > 1 or len(names) < len(holders) or any(len(module.bindings.get(n, ())) != 1 for n in names):
        return False

    def is_answer(expr: Expr) -> bool:
        match expr:
            case Result(invocation=number):
                return number == index
            case Name(name=name, scope=scope):
                return (scope, name) in names
        return False

    def first(expr: Expr) -> bool:
        match expr:
            case Item(base=Attribute(base=base, name="data" | "embeddings"), key=Known(value=0)):
                return is_answer(base)
            case Item(base=Item(base=base, key=Text()), key=Known(value=0)):
                return is_answer(base)
        return False

    taken = other = 0
    queue: list[Expr] = [e for e in _roots(module) if not (is_answer(e) and isinstance(e, Result) and names)]
    while queue:
        expr = queue.pop()
        if first(expr):
            taken += 1
        elif is_answer(expr):
            other += 1
        elif not (isinstance(expr, Attribute) and expr.name in _ASIDE):
            queue.extend(_parts(expr))
    return taken > 0 and not other


def _roots(module: Module) -> Iterator[Expr]:
    """The outermost expressions of a file."""
    for binding in module.facts.bindings:
        yield binding.value
    for made in module.facts.invocations:
        yield made.callee
        yield from made.positional
        yield made.keywords
        yield from (loop.iterable for loop in made.loops if loop.iterable is not None)
    for function in module.facts.functions:
        yield from function.returns


def _parts(expr: Expr) -> Iterable[Expr]:
    match expr:
        case Attribute(base=base):
            return (base,)
        case Item(base=base, key=key):
            return base, key
        case Choice(options=options):
            return options
        case Table(items=items, keyed=keyed):
            return (*(value for _, value in items), *(part for pair in keyed for part in pair))
        case Items(values=values):
            return values
        case Binary(left=left, right=right):
            return left, right
        case Repeated(element=element):
            return (element,)
        case Text(segments=segments):
            return tuple(s.value for s in segments if isinstance(s, Hole) and s.value is not None)
    return ()


def _single(names: Names, expr: Expr, context: Context, depth: int) -> bool:
    """A list of one, or what is surely one text: by how it is made, or by what it is said to be."""
    match expr:
        case Items(values=values, starred=starred):
            return len(values) == 1 and not starred
        case Text():
            return True
        case Attribute(base=Name(name=base), name=name):
            return name in _TEXTS and bool(_RECORD.match(base))
        case Item(base=Name(name=base), key=key):
            return constant(names.resolve(key, context)) in _TEXTS and bool(_RECORD.match(base))
        case Result(invocation=index):
            callee = context.module.facts.invocations[index].callee
            if isinstance(callee, Attribute):
                return callee.name in _OF_TEXT
            value = names.resolve(callee, context)
            return isinstance(value, External) and value.path == "builtins.str"
        case Name(name=name, scope=scope):
            parameter = context.module.parameters.get((scope, name))
            if parameter is not None and parameter.annotation is not None:
                return parameter.annotation == "str"
            found = each(names.resolve(expr, context))
            if parameter is not None and name in _SINGULAR and not any(isinstance(v, Data) for v in found):
                return not _several(names, parameter, context)
            return depth < _DEEPEST and all(
                isinstance(v, Data) and v.expr is not expr and _single(names, v.expr, v.context, depth + 1)
                for v in found
            )
    return False


def _several(names: Names, parameter: Parameter, context: Context) -> bool:
    """Whether a caller passes what may be a list, going by its name."""
    for frame in context.frames:
        found = names.parameters.argument(frame, parameter) if parameter in frame.function.parameters else None
        expr = found[0] if found is not None else None
        if any(loop.kind == "map" for loop in frame.invocation.loops):
            return False  # each turn takes one of them
        if isinstance(expr, (Name, Attribute)):
            return bool(_PLURAL.search(expr.name))
    return False
