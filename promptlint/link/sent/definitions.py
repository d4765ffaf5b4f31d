"""What a request sends beside its messages: definitions of tools, and the form of the answer.

How a provider words them is its own; the names, descriptions and values that are written in the project are in any wording.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from promptlint.facts import (
    Binary,
    Choice,
    Definition,
    Expr,
    Function,
    Items,
    Known,
    Literal,
    Repeated,
    Table,
    Tools,
)
from promptlint.knowledge.specs import CallSpec
from promptlint.link.requests.settings import place_of
from promptlint.link.resolve.arguments import nested
from promptlint.link.resolve.changed import sources
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.passed import Argument, Arguments
from promptlint.link.resolve.values import (
    ClassValue,
    Context,
    Data,
    External,
    FunctionValue,
    Made,
    each,
    is_none,
    truth_of,
)
from promptlint.link.sent.worded import class_words, first, get, inside, json_of, said, schema_words, string, whole_json

_DEEPEST = 12
_MOST = 4_000
_LONGEST = 200_000
_LISTS = ("tools", "function_declarations", "functionDeclarations")
_SCHEMAS = ("parameters", "input_schema", "inputSchema", "parameters_json_schema", "json_schema", "schema", "format",
    "json", "response_schema")  # fmt: skip
_FUNCTIONS = (None, "function", "custom")
_PLAIN = {"str", "int", "float", "bool", "list", "dict", "List", "Dict", "Optional", "Literal", "None", "tuple", "set"}

# Headings of docstrings, in the styles of Google, numpy and Sphinx.
_ARGUMENTS = re.compile(r"\s*(?:(?:args?|arguments|parameters|params)\s*:?\s*|-{3,}\s*)$", re.IGNORECASE)
_OTHER_SECTION = re.compile(
    r"\s*(?:(?:returns?|yields?|raises|examples?|notes?|attributes|see also|references|warnings?|todo)(?:\s*:.*)?$|:(?!param)\w+)",
    re.IGNORECASE,
)
_ENTRY = re.compile(r"\s*(?::param\s+(?:[\w\[\], ]+\s)?)?\w+(?:\s*\([^)]*\))?\s*:(?=\s)")


def passed(names: Names, arguments: Arguments, parameter: str) -> list[Argument]:
    """The values of a parameter; `config.tools` is one of the object that is passed as `config`."""
    head, _, last = parameter.rpartition(".")
    holder = nested(names, arguments, tuple(head.split("."))) if head else arguments
    return holder.given.get(last, []) if holder is not None else []


def tools_of(names: Names, arguments: Arguments, spec: CallSpec) -> Tools | None:
    """The tools of a call; None when it passes none."""
    for parameter in dict.fromkeys((*spec.tools, "tools")):  # an agent is built with them, its runs take none
        given = passed(names, arguments, parameter)
        if not given or all(is_none(names.resolve(one.expr, one.context)) for one in given):
            continue
        one = given[0]
        place = place_of(one.expr, one.context)
        if len(given) > 1 or not one.sure or not _always(names, one.expr, one.context):
            return Tools(definitions=(), whole=False, place=place)
        found = [
            _definition(names, *tool) if tool is not None else None for tool in _listed(names, one.expr, one.context, 0)
        ]
        definitions = tuple(d for d in found if d is not None)
        if definitions or None in found:
            return Tools(definitions=_capped(definitions), whole=None not in found, place=place)
    return None


def form_of(names: Names, arguments: Arguments, spec: CallSpec) -> Definition | None:
    """The schema of the answer as it is sent; None when none is demanded."""
    given = [one for parameter in spec.response_format for one in passed(names, arguments, parameter)]
    forms = [form for one in given if (form := _form(names, one.expr, one.context, 0)) is not None]
    if not forms:
        return None
    sure = len(given) == 1 and given[0].sure and _always(names, given[0].expr, given[0].context)
    return _capped((forms[0],))[0] if sure else Definition(unsure=True)


def _capped(definitions: tuple[Definition, ...]) -> tuple[Definition, ...]:
    """As they are, or without the words of those that no real request sends."""
    size = sum(len(word) for d in definitions for word in d.words or ())
    return definitions if size <= _LONGEST else tuple(Definition(name=d.name) for d in definitions)


def _always(names: Names, expr: Expr, context: Context, depth: int = 0) -> bool:
    """Whether it is passed on every way: `TOOLS if asked else None` is not."""
    options = sources(names, expr, context) if depth < _DEEPEST else []
    if isinstance(expr, Choice) and expr.origin == "or" and len(options) == 2:
        truth = truth_of(names.resolve(*options[0]))
        return truth is not None and _always(names, *options[0 if truth else 1], depth + 1)
    if isinstance(expr, Choice) or len(options) > 1:
        return False
    if isinstance(expr, Known):
        return expr.value is not None
    return all(_always(names, *option, depth + 1) for option in options)


# --- lists ------------------------------------------------------------------------------------------------------------


def _listed(names: Names, expr: Expr, context: Context, depth: int) -> Iterator[tuple[Expr, Context] | None]:
    """The elements of a list of tools, None for what may be any number of them."""
    values = each(names.resolve(expr, context))
    if len(values) != 1 or depth > _DEEPEST:
        yield None
        return
    seen = names.changes(expr, context)
    changes = seen.changes if seen is not None else ()
    if any(binding.operation not in ("append", "extend", "add") for binding, _ in changes):
        yield None
        return
    match values[0]:
        case Data(expr=Items(values=elements, starred=starred), context=where):
            for i, element in enumerate(elements[:_MOST]):
                yield from _element(names, element, where, depth + 1, spread=i in starred)
        case Data(expr=Binary(left=left, operator="+", right=right), context=where):
            yield from _listed(names, left, where, depth + 1)
            yield from _listed(names, right, where, depth + 1)
        case Data(expr=Table()) | Made() as value:
            yield from _held(names, value, depth)
        case _:
            yield None
    for binding, sure in changes:
        where = Context(context.module, context.frames)
        if not sure:
            yield None
        elif binding.operation == "append":
            yield from _element(names, binding.value, where, depth + 1, spread=False)
        else:
            yield from _listed(names, binding.value, where, depth + 1)


def _element(
    names: Names, expr: Expr, context: Context, depth: int, *, spread: bool
) -> Iterator[tuple[Expr, Context] | None]:
    """One element, which may hold several tools; all of them where it is `*more`."""
    if spread:
        yield from _listed(names, expr, context, depth)
    elif isinstance(expr, Repeated):
        yield None
    else:
        value = names.resolve(expr, context)
        table = json_of(value)
        if table is not None and any(get(table[0], key) is not None for key in _LISTS):
            yield from _held(names, value, depth)
        else:
            yield expr, context


def _held(names: Names, value: object, depth: int) -> Iterator[tuple[Expr, Context] | None]:
    """The tools in what providers wrap a list of them in: `{"tools": [...]}`, `Tool(function_declarations=[...])`."""
    table = json_of(value)
    inner = next((e for key in _LISTS if table and (e := get(table[0], key)) is not None), None)
    if table is None or inner is None:
        yield None
    else:
        yield from _listed(names, inner, table[1], depth + 1)


# --- one definition ---------------------------------------------------------------------------------------------------


def _definition(names: Names, expr: Expr, context: Context) -> Definition:
    """What one tool says; without words where that is another package's to know."""
    values = each(names.resolve(expr, context))
    if len(values) != 1:
        return Definition()
    match values[0]:
        case FunctionValue(function=function):
            return Definition(name=function.qualname.rpartition(".")[2], words=tuple(_of_function(function)))
        case ClassValue() as cls:
            return _of_class(names, cls, named=True)
        case Made(path=path, context=where, invocation=made) if path.endswith("pydantic_function_tool"):
            model = each(names.resolve(made.positional[0], where)) if made.positional else ()
            if len(model) == 1 and isinstance(model[0], ClassValue):
                return _of_class(names, model[0], named=not made.keywords.items)
        case value if (table := json_of(value)) is not None:
            return _of_table(names, *table)
    return Definition()


def _of_table(names: Names, table: Table, context: Context) -> Definition:
    """A definition in JSON, bare or in what a provider wraps it in. A tool that the provider runs has no text here."""
    kind = string(names, get(table, "type"), context)
    wrapped = inside(names, first(table, ("function", "toolSpec")), context)
    inner, where = wrapped or (table, context)
    name = string(names, get(inner, "name"), where)
    schema = first(inner, _SCHEMAS)
    if name is None or (kind not in _FUNCTIONS and schema is None):
        return Definition()
    words = [name, *said(names, get(inner, "description"), where)]
    if schema is not None:
        words += schema_words(names, schema, where, 0)
    try:
        whole = json.dumps(whole_json(names, inner, where, 0), sort_keys=True)
    except ValueError:
        whole = ""
    return Definition(name=name, words=tuple(filter(None, words)), function=whole)


def _form(names: Names, expr: Expr, context: Context, depth: int) -> Definition | None:
    """A schema of the answer; None for a format that has none: `{"type": "json_object"}`."""
    values = [value for value in each(names.resolve(expr, context)) if not is_none(value)]
    if len(values) != 1 or depth > _DEEPEST:
        return Definition() if values else None
    value = values[0]
    if isinstance(value, ClassValue):
        return _of_class(names, value, named=False)
    if isinstance(value, External) and value.path.removeprefix("builtins.") in ("str", "bool", "int", "float"):
        return None
    table = json_of(value)
    if table is None:
        return Definition(words=tuple(filter(None, schema_words(names, expr, context))) or None)
    inner, where = table
    if first(inner, ("properties", "enum", "anyOf", "items", "$ref")) is not None:
        return Definition(words=tuple(schema_words(names, inner, where)) or None)
    further = first(inner, _SCHEMAS)
    if further is None:
        return Definition() if inner.keyed or any(key is None for key, _ in inner.items) else None
    found = _form(names, further, where, depth + 1)
    name = string(names, get(inner, "name"), where) or ""
    return Definition(name=found.name or name, words=found.words) if found is not None else None


def _of_function(function: Function) -> Iterator[str]:
    """A function that is a tool itself: SDKs send its name, its parameters, and what its docstring says of both."""
    yield function.qualname.rpartition(".")[2]
    if function.docstring is not None:
        text = "".join(s.text for s in function.docstring.segments if isinstance(s, Literal))
        yield from _documented(text.splitlines())
    for parameter in function.parameters:
        head = (parameter.annotation or "").split("[")[0].split("|")[0].strip().rpartition(".")[2]
        # A context or a state that the SDK passes is none of the model's.
        if parameter.kind in ("positional", "keyword") and head in _PLAIN:
            yield parameter.name


def _of_class(names: Names, cls: ClassValue, *, named: bool) -> Definition:
    """The fields of a class, those of the classes they are of, their descriptions and values."""
    name = cls.cls.qualname.rpartition(".")[2]
    words = tuple(filter(None, class_words(names, cls, {}, 0)))
    if not words:
        return Definition(name=name)
    return Definition(name=name, words=(name, *words) if named else words)


def _documented(lines: list[str]) -> Iterator[str]:
    """A docstring without headings, names of parameters, and what it says of results and errors: some SDKs leave that out."""
    kept: list[str] = []
    for line in lines:
        if _OTHER_SECTION.match(line):
            break
        if not _ARGUMENTS.match(line):
            kept.append(_ENTRY.sub("", line).strip())
    yield " ".join(filter(None, kept))
