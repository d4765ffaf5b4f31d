"""The form that a request demands of its answer: a class of fields, an enum, a type, a JSON schema, or a forced tool."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from promptlint.facts import Binding, Expr, Items, Known, Literal, Result, Shape, Table, Text
from promptlint.link.program.module import Module
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.passed import Argument
from promptlint.link.resolve.values import ClassValue, Context, Data, External, ObjectValue, Value, constant, each, flat

_DEEPEST = 6
_PLAIN = {"bool": "boolean", "int": "integer", "float": "number", "str": "text", "None": "null"}
_JSON = {"boolean": "boolean", "integer": "integer", "number": "number", "null": "null", "string": "text"}
_LISTS = ("list", "List", "Sequence", "Iterable", "set", "Set", "tuple", "Tuple")
_UNKNOWN = Shape(kind="text")


def shape_of(names: Names, arguments: Sequence[Argument]) -> Shape | None:
    """The one shape that all values of a parameter agree on, or None when it is none, or not known."""
    found: list[Shape] = []
    for argument in arguments:
        for value in flat(names.resolve(argument.expr, argument.context)):
            shape = _value(names, value)
            if shape is None:
                return None
            found.append(shape)
    return found[0] if found and all(shape == found[0] for shape in found) else None


def forced_tool(names: Names, tools: Sequence[Argument], choice: Sequence[Argument]) -> Shape | None:
    """The arguments of the one tool that a request must call, or None when it may call another, or none."""
    if len(tools) != 1 or len(choice) != 1:
        return None
    listed = _list(names, tools[0].expr, tools[0].context)
    named = _required(names, choice[0])
    if listed is None or named is None:
        return None
    found: list[Shape] = []
    for tool, context in listed:
        name, schema = _tool(names, tool, context)
        if name is None or schema is None:
            return None
        if named in (name, ""):
            found.append(replace(schema, name=name))
    return found[0] if len(found) == 1 else None


def _required(names: Names, choice: Argument) -> str | None:
    """The tool that must be called, "" for any of them; None when none must be."""
    value = names.resolve(choice.expr, choice.context)
    text = constant(value)
    if text is not None:
        return "" if text in ("required", "any") else None
    if not isinstance(value, Data) or not isinstance(value.expr, Table):
        return None
    inner = _table(names, _get(value.expr, "function"), value.context) or (value.expr, value.context)
    name = _text(names, _get(inner[0], "name"), inner[1])
    if name is None and _text(names, _get(value.expr, "type"), value.context) == "any":
        return ""
    return name


def _tool(names: Names, tool: Expr, context: Context) -> tuple[str | None, Shape | None]:
    """The name of a tool and the shape of its arguments."""
    table = _table(names, tool, context)
    if table is None:
        return None, None
    inner = _table(names, _get(table[0], "function"), table[1]) or table
    name = _text(names, _get(inner[0], "name"), inner[1])
    for key in ("parameters", "input_schema"):
        schema = _table(names, _get(inner[0], key), inner[1])
        if schema is not None:
            return name, _schema(names, *schema, 0)
    return name, None


def _list(names: Names, expr: Expr, context: Context) -> list[tuple[Expr, Context]] | None:
    value = names.resolve(expr, context)
    if not isinstance(value, Data) or not isinstance(value.expr, Items) or value.expr.starred:
        return None
    return [(item, value.context) for item in value.expr.values]


def _value(names: Names, value: Value) -> Shape | None:
    match value:
        case ClassValue():
            return _class(names, value, 0)
        case External(path="builtins.bool" | "bool"):
            return Shape(kind="boolean")
        case Data(expr=Table() as table, context=context):
            return _schema_in(names, table, context)
    return None


# --- classes ----------------------------------------------------------------------------------------------------------


def _class(names: Names, cls: ClassValue, depth: int) -> Shape | None:
    """The fields of a class and of its bases in the project; of an enum its values."""
    lineage = names.classes.lineage(cls)
    name = cls.cls.qualname.rpartition(".")[2]
    if names.classes.is_enum(ObjectValue(cls.module, cls.cls)):
        options = [
            constant(names.scopes.bound(b, Context(owner.module))) for owner in lineage for b in class_bindings(owner)
        ]
        known = tuple(text for text in options if text is not None)
        return Shape(kind="choice", name=name, options=known) if known and len(known) == len(options) else None
    fields: dict[str, Shape] = {}
    for owner in reversed(lineage):
        for binding in class_bindings(owner):
            if annotated(binding):
                shape = _annotation(names, binding.annotation or "", owner.module, depth + 1)
                # What has a default may be left out.
                fields[binding.name] = replace(shape, optional=True) if _has_default(binding, owner.module) else shape
    return Shape(kind="object", name=name, fields=tuple(fields.items())) if fields else None


def class_bindings(cls: ClassValue) -> Iterator[Binding]:
    """What the body of a class sets or declares."""
    return (b for b in cls.module.facts.bindings if b.scope == cls.cls.qualname and b.operation in ("set", "declare"))


def _has_default(binding: Binding, module: Module) -> bool:
    """`x: int = 3`, `x: int = Field(default=3)`; `Field(description=…)` gives none."""
    if binding.operation != "set" or not isinstance(binding.value, Result):
        return binding.operation == "set"
    call = module.facts.invocations[binding.value.invocation]
    return bool(call.positional) or any(key in (None, "default", "default_factory") for key, _ in call.keywords.items)


def annotated(binding: Binding) -> bool:
    """Whether a class has a field by this name."""
    text = binding.annotation
    hidden = binding.name.startswith("_") or binding.name == "model_config"
    return text is not None and "ClassVar" not in text and not hidden


def _annotation(names: Names, text: str, module: Module, depth: int) -> Shape:
    """A type as it is written. What is not understood may be any text."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _UNKNOWN
    return _type(names, tree, module, depth)


def _type(names: Names, node: ast.expr, module: Module, depth: int) -> Shape:
    if depth > _DEEPEST:
        return _UNKNOWN
    match node:
        case ast.Constant(value=None):
            return Shape(kind="null")
        case ast.Constant(value=str() as text):
            return _annotation(names, text, module, depth + 1)
        case ast.Name(id=name) if name in _PLAIN:
            return Shape(kind=_PLAIN[name])
        case ast.Name() | ast.Attribute():
            return _named(names, ast.unparse(node), module, depth)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _either([_type(names, side, module, depth + 1) for side in (left, right)])
        case ast.Subscript(value=head, slice=inside):
            return _generic(names, ast.unparse(head).rpartition(".")[2], inside, module, depth)
    return _UNKNOWN


def _generic(names: Names, head: str, inside: ast.expr, module: Module, depth: int) -> Shape:
    parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
    if head == "Literal":
        options = [p.value for p in parts if isinstance(p, ast.Constant)]
        return Shape(kind="choice", options=tuple(map(str, options))) if len(options) == len(parts) else _UNKNOWN
    if head == "NotRequired":
        return replace(_type(names, parts[0], module, depth + 1), optional=True)
    if head in ("Annotated", "Required", "Final"):
        return _type(names, parts[0], module, depth + 1)
    if head == "Optional":
        return _either([_type(names, parts[0], module, depth + 1), Shape(kind="null")])
    if head == "Union":
        return _either([_type(names, part, module, depth + 1) for part in parts])
    if head in _LISTS:
        return Shape(kind="list", element=_type(names, parts[0], module, depth + 1))
    return _UNKNOWN


def _either(shapes: Sequence[Shape]) -> Shape:
    """One of several: their longest bounds it, a null makes it optional."""
    real = [s for s in shapes if s.kind != "null"]
    optional = len(real) < len(shapes) or any(s.optional for s in real)
    if len(real) == 1:
        return replace(real[0], optional=optional)
    if real and all(s.kind == "choice" for s in real):
        return Shape(kind="choice", options=tuple(option for s in real for option in s.options), optional=optional)
    return replace(_UNKNOWN, optional=optional)


def _named(names: Names, dotted: str, module: Module, depth: int) -> Shape:
    cls = named_class(names, dotted, module)
    found = _class(names, cls, depth + 1) if cls is not None else None
    return found if found is not None else _UNKNOWN


def named_class(names: Names, dotted: str, module: Module) -> ClassValue | None:
    """The one class of the project that a type names."""
    head, *rest = dotted.split(".")
    value = names.scopes.in_scope(module, "", head, None, Context(module))
    for name in rest:
        value = names.attribute(value, name, Context(module)) if value is not None else None
    found = [v for v in each(value) if isinstance(v, ClassValue)] if value is not None else []
    return found[0] if len(found) == 1 else None


# --- JSON schemas -----------------------------------------------------------------------------------------------------


def _schema_in(names: Names, table: Table, context: Context) -> Shape | None:
    """The schema in what providers wrap it in: `{"type": "json_schema", "json_schema": {"name": …, "schema": …}}`."""
    if _get(table, "properties") is not None or _get(table, "enum") is not None:
        return _schema(names, table, context, 0)
    for key in ("json_schema", "schema", "format", "response_schema"):
        inner = _get(table, key)
        value = names.resolve(inner, context) if inner is not None else None
        if isinstance(value, ClassValue):
            return _class(names, value, 0)
        if isinstance(value, Data) and isinstance(value.expr, Table):
            found = _schema_in(names, value.expr, value.context)
            title = _text(names, _get(table, "name") or _get(value.expr, "name"), context)
            return replace(found, name=title) if found is not None and title else found
    return None


def _schema(names: Names, table: Table, context: Context, depth: int) -> Shape:
    if depth > _DEEPEST:
        return _UNKNOWN
    options = _items(names, _get(table, "enum"), context)
    if options is not None:
        return Shape(kind="choice", options=options)
    kind = _text(names, _get(table, "type"), context)
    if kind in _JSON:
        return Shape(kind=_JSON[kind])
    if kind == "array":
        element = _table(names, _get(table, "items"), context)
        most = _get(table, "maxItems")
        return Shape(
            kind="list",
            element=_schema(names, *element, depth + 1) if element is not None else None,
            most=int(most.value) if isinstance(most, Known) and isinstance(most.value, int) else None,
        )
    found = _table(names, _get(table, "properties"), context)
    if found is None:
        return _UNKNOWN
    properties, inside = found
    required = _items(names, _get(table, "required"), context) or ()
    fields = []
    for key, expr in properties.items:
        inner = _table(names, expr, inside)
        if key is None:
            return _UNKNOWN
        shape = _schema(names, *inner, depth + 1) if inner is not None else _UNKNOWN
        fields.append((key, shape if key in required else replace(shape, optional=True)))
    title = _text(names, _get(table, "title"), context) or ""
    return Shape(kind="object", name=title, fields=tuple(fields))


def _get(table: Table, key: str) -> Expr | None:
    return next((value for name, value in table.items if name == key), None)


def _table(names: Names, expr: Expr | None, context: Context) -> tuple[Table, Context] | None:
    value = names.resolve(expr, context) if expr is not None else None
    return (value.expr, value.context) if isinstance(value, Data) and isinstance(value.expr, Table) else None


def _text(names: Names, expr: Expr | None, context: Context) -> str | None:
    return constant(names.resolve(expr, context)) if expr is not None else None


def _items(names: Names, expr: Expr | None, context: Context) -> tuple[str, ...] | None:
    """The texts of a list, all of them known."""
    value = names.resolve(expr, context) if expr is not None else None
    if not isinstance(value, Data) or not isinstance(value.expr, Items) or value.expr.starred:
        return None
    found = []
    for item in value.expr.values:
        match item:
            case Text(segments=(Literal(text=text),)):
                found.append(text)
            case Known(value=plain):
                found.append(str(plain))
            case _:
                followed = _text(names, item, value.context)
                if followed is None:
                    return None
                found.append(followed)
    return tuple(found) or None
