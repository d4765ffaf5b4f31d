"""What JSON schemas and classes of fields say: the names, descriptions and values that a request holds however it is worded."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from promptlint.facts import Binding, Expr, Items, Known, Literal, Repeated, Result, Table, Text
from promptlint.link.program.parts import last_name
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.values import ClassValue, Context, Data, Made, ObjectValue, constant, each
from promptlint.link.sent.shapes import annotated, class_bindings, named_class

_DEEPEST = 12
_MOST = 4_000
# Classes of SDKs that are the JSON they are sent as: their keywords are its keys.
_RECORDS = ("Tool", "FunctionDeclaration", "FunctionDefinition", "FunctionTool", "Function", "Schema", "JSONSchema",
    "ToolParam", "FunctionToolParam", "ChatCompletionToolParam", "ChatCompletionFunctionToolParam", "ToolSpec",
    "ResponseFormatJSONSchema", "ResponseFormatTextJSONSchemaConfigParam")  # fmt: skip
_MODELS = ("pydantic.BaseModel", "sqlmodel.SQLModel", "pydantic.v1.BaseModel")
_NAMED_TYPES = ("string", "number", "integer", "boolean", "null")


def json_of(value: object) -> tuple[Table, Context] | None:
    """The JSON that a value is: a dictionary, or a record of an SDK."""
    match value:
        case Data(expr=Table() as table, context=context):
            return table, context
        case Made(path=path, context=context, invocation=made, chain=()):
            if path.rpartition(".")[2] in _RECORDS and not made.positional:
                return made.keywords, context
    return None


def schema_words(names: Names, expr: Expr, context: Context, depth: int = 0) -> Iterator[str]:
    """What a schema says of its fields. A class may stand for its own: `Ticket.model_json_schema()`."""
    if isinstance(expr, Result):
        made = context.module.facts.invocations[expr.invocation]
        base = getattr(made.callee, "base", None)
        if base is not None and last_name(made.callee) in ("model_json_schema", "schema"):
            values = each(names.resolve(base, context))
            if len(values) == 1 and isinstance(values[0], ClassValue):
                yield from class_words(names, values[0], {}, 0)
            return
    found = inside(names, expr, context)
    if found is None or depth > _DEEPEST:
        return
    table, where = found
    for key, value in table.items[:_MOST]:
        match key:
            case "description":
                yield from said(names, value, where)
            case "type":
                yield from (text for text in _strings(names, value, where) if text.lower() in _NAMED_TYPES)
            case "enum":
                yield from _strings(names, value, where)
            case "properties":
                fields = inside(names, value, where)
                for field, inner in fields[0].items[:_MOST] if fields is not None else ():
                    if field is not None:
                        yield field
                        yield from schema_words(names, inner, fields[1] if fields is not None else where, depth + 1)
            case "items" | "json" | "schema" | "additionalProperties":
                yield from schema_words(names, value, where, depth + 1)
            case "anyOf" | "oneOf" | "allOf" | "any_of":
                values = each(names.resolve(value, where))
                if len(values) == 1 and isinstance(values[0], Data) and isinstance(values[0].expr, Items):
                    for option in values[0].expr.values[:_MOST]:
                        yield from schema_words(names, option, values[0].context, depth + 1)
            case "$defs" | "definitions":
                shared = inside(names, value, where)
                for _, inner in shared[0].items[:_MOST] if shared is not None else ():
                    yield from schema_words(names, inner, shared[1] if shared is not None else where, depth + 1)


def whole_json(names: Names, expr: Expr, context: Context, depth: int) -> object:
    """An expression as the JSON that it is. Raises ValueError where a part of it is not known."""
    values = each(names.resolve(expr, context))
    if len(values) != 1 or not isinstance(values[0], Data) or depth > _DEEPEST:
        raise ValueError
    inner, where = values[0].expr, values[0].context
    match inner:
        case Known(value=value):
            return value
        case Text():
            text = constant(values[0])
            if text is not None:
                return text
        case Items(values=elements, starred=()) if not any(isinstance(e, Repeated) for e in elements):
            return [whole_json(names, element, where, depth + 1) for element in elements]
        case Table(items=items, keyed=()) if all(key is not None for key, _ in items):
            return {key: whole_json(names, value, where, depth + 1) for key, value in items}
    raise ValueError


# --- classes ----------------------------------------------------------------------------------------------------------


def class_words(names: Names, cls: ClassValue, seen: dict[int, ClassValue], depth: int) -> Iterator[str]:
    if id(cls.cls) in seen or depth > _DEEPEST:  # a class is sent once, however often it is used
        return
    seen[id(cls.cls)] = cls
    lineage = names.classes.lineage(cls)
    if names.classes.is_enum(ObjectValue(cls.module, cls.cls)):
        options = [
            constant(names.scopes.bound(b, Context(owner.module))) for owner in lineage for b in class_bindings(owner)
        ]
        yield from (text for text in options if text is not None)
        return
    foreign = [path for owner in lineage for path in names.classes.foreign_bases(owner)]
    if cls.cls.docstring is not None and any(path in _MODELS for path in foreign):
        yield " ".join("".join(s.text for s in cls.cls.docstring.segments if isinstance(s, Literal)).split())
    fields = {b.name: (b, owner) for owner in reversed(lineage) for b in class_bindings(owner) if annotated(b)}
    for field, (binding, owner) in fields.items():
        details = _field(names, binding, Context(owner.module))
        yield details.get("alias", field)
        yield details.get("description", "")
        yield from _annotation_words(names, binding.annotation or "", owner, seen, depth)


def _field(names: Names, binding: Binding, context: Context) -> dict[str, str]:
    """What `Field(...)` says of a field: its description, and an alias in place of its name."""
    found: dict[str, str] = {}
    if isinstance(binding.value, Result):
        call = context.module.facts.invocations[binding.value.invocation]
        for key, value in call.keywords.items:
            if key == "description":
                found["description"] = " ".join(said(names, value, context))
            elif key in ("alias", "validation_alias"):
                found["alias"] = string(names, value, context) or ""
    return found


def _annotation_words(
    names: Names, text: str, owner: ClassValue, seen: dict[int, ClassValue], depth: int
) -> Iterator[str]:
    """What the type of a field says: literal values, the fields of classes of the project, `Field(description="...")`."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    yield from _type_words(names, tree, owner, seen, depth)


def _type_words(
    names: Names, node: ast.expr, owner: ClassValue, seen: dict[int, ClassValue], depth: int
) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as text):
            yield from _annotation_words(names, text, owner, seen, depth + 1) if depth < _DEEPEST else ()
        case ast.Name() | ast.Attribute():
            found = named_class(names, ast.unparse(node), owner.module)
            if found is not None:
                yield from class_words(names, found, seen, depth + 1)
        case ast.BinOp(left=left, right=right):
            yield from _type_words(names, left, owner, seen, depth)
            yield from _type_words(names, right, owner, seen, depth)
        case ast.Subscript(value=head, slice=inside):
            parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
            kind = ast.unparse(head).rpartition(".")[2]
            if kind == "Literal":
                yield from (str(p.value) for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str))
            elif kind == "Annotated":
                yield from _type_words(names, parts[0], owner, seen, depth)
                yield from (text for part in parts[1:] for text in _described(part))
            else:
                for part in parts:
                    yield from _type_words(names, part, owner, seen, depth)


def _described(node: ast.expr) -> Iterator[str]:
    """The description in `Annotated[str, Field(description="...")]`."""
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg == "description" and isinstance(keyword.value, ast.Constant):
                yield str(keyword.value.value)


# --- look-ups ---------------------------------------------------------------------------------------------------------


def get(table: Table, key: str) -> Expr | None:
    return next((value for name, value in table.items if name == key), None)


def first(table: Table, keys: tuple[str, ...]) -> Expr | None:
    return next((e for key in keys if (e := get(table, key)) is not None), None)


def inside(names: Names, expr: Expr | None, context: Context) -> tuple[Table, Context] | None:
    values = each(names.resolve(expr, context)) if expr is not None else ()
    return json_of(values[0]) if len(values) == 1 else None


def string(names: Names, expr: Expr | None, context: Context) -> str | None:
    return constant(names.resolve(expr, context)) if expr is not None else None


def said(names: Names, expr: Expr | None, context: Context) -> list[str]:
    """A description: its literal text, what is filled in left out."""
    values = each(names.resolve(expr, context)) if expr is not None else ()
    if len(values) != 1 or not isinstance(values[0], Data) or not isinstance(values[0].expr, Text):
        return []
    return [s.text for s in values[0].expr.segments if isinstance(s, Literal)]


def _strings(names: Names, expr: Expr, context: Context) -> list[str]:
    """A text, or the texts of a list."""
    values = each(names.resolve(expr, context))
    if len(values) != 1 or not isinstance(values[0], Data):
        return []
    if isinstance(values[0].expr, Items):
        texts = [string(names, element, values[0].context) for element in values[0].expr.values[:_MOST]]
        return [text for text in texts if text is not None]
    text = constant(values[0])
    return [text] if text is not None else []
