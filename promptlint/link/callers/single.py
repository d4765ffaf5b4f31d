"""Whether a request that could carry a list of texts surely carries one, or how many it carries."""

from __future__ import annotations

import re

from promptlint.facts import Attribute, Expr, Item, Items, Known, Name, Parameter, Repeated, Result, Table, Text
from promptlint.knowledge.specs import CallSpec
from promptlint.link.requests.sites import Site
from promptlint.link.requests.taken import first_taken
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.passed import Arguments
from promptlint.link.resolve.values import Context, Data, External, constant, each

_OF_TEXT = frozenset(
    ("strip", "lstrip", "rstrip", "replace", "lower", "upper", "join", "format", "removeprefix", "removesuffix")
)
_TEXTS = frozenset(("text", "content", "page_content", "title", "description", "summary"))
_RECORD = re.compile(r"^(?:row|doc|document|item|record|entry|example|node|page|chunk|message|article|post)$")
# A parameter that is named for one text, and an argument that is named for several.
_SINGULAR = frozenset(("text", "query", "sentence", "question", "passage"))
_PLURAL = re.compile(r"s$|batch|list|group|lines", re.IGNORECASE)
_DEEPEST = 4


def could_list(names: Names, site: Site, arguments: Arguments, spec: CallSpec) -> str | None:
    """The parameter that takes a list, where one text is passed; None where it may be a list already."""
    if spec.kind != "embedding" or spec.batch_input is None:
        return None
    passed = arguments.given.get(spec.batch_input, ())
    if len(passed) != 1 or not passed[0].sure:
        return None
    single = _single(names, passed[0].expr, passed[0].context, 0) or first_taken(names, site.module, site.invocation)
    return spec.batch_input if single else None


def prompts_of(names: Names, arguments: Arguments, spec: CallSpec) -> int | None:
    """How many prompts a request carries, each with answers of its own: `prompt=["a", "b"]`; None where that is not known."""
    if spec.kind == "embedding" or spec.batch_input is None or spec.batch_input not in arguments.given:
        return 1
    passed = arguments.given[spec.batch_input]
    values = [v for a in passed for v in each(names.resolve(a.expr, a.context))]
    if len(values) != 1 or not passed[0].sure:
        return None
    if spec.one_each:
        listed = values[0].expr if isinstance(values[0], Data) else None
        return len(listed.values) if isinstance(listed, Items) and listed.values and not listed.starred else None
    if not isinstance(values[0], Data):
        return 1 if spec.batch_input in spec.messages else None
    expr, context = values[0].expr, values[0].context
    if not isinstance(expr, Items):
        return None if isinstance(expr, Repeated) else 1
    entries = [each(names.resolve(e, context))[0] for e in expr.values]
    # Numbers are one prompt in tokens, dictionaries one conversation.
    one = any(isinstance(e, Data) and isinstance(e.expr, (Known, Table)) for e in entries)
    many = all(isinstance(e, Data) and isinstance(e.expr, Items) for e in entries)
    if one or (spec.batch_input in spec.messages and not many):
        return 1
    return None if expr.starred or not entries else len(entries)


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
