"""What an expression turns out to be once names are followed. Only `link` sees these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from promptlint.facts import (
    Binary,
    Class,
    Expr,
    Function,
    Invocation,
    Items,
    Known,
    Literal,
    Parameter,
    Repeated,
    Result,
    Table,
    Text,
)
from promptlint.knowledge.specs import ClientSpec

if TYPE_CHECKING:
    from promptlint.link.program.module import Module

_TEXT_FUNCTIONS = frozenset(("textwrap.dedent", "inspect.cleandoc", "textwrap.indent"))


class Frame(Struct, frozen=True, eq=False):
    """One call of a project function: its parameters stand for these arguments."""

    module: Module
    function: Function
    invocation: Invocation
    caller: Context


class Context(Struct, frozen=True, eq=False):
    """Where an expression is read: its module, and the calls that led there."""

    module: Module
    frames: tuple[Frame, ...] = ()

    def frame_of(self, function: Function) -> Frame | None:
        """The call that gives a function's parameters their values here."""
        for frame in self.frames:
            if frame.function is function:
                return frame
        return None


class External(Struct, frozen=True, eq=False):
    """A name of another package: `openai.OpenAI`, `os.environ`."""

    path: str


class ModuleValue(Struct, frozen=True, eq=False):
    """A module of the project."""

    module: Module


class ClassValue(Struct, frozen=True, eq=False):
    """A class of the project."""

    module: Module
    cls: Class


class FunctionValue(Struct, frozen=True, eq=False):
    """A function of the project, `receiver` being what it is bound to."""

    module: Module
    function: Function
    receiver: Value | None = None
    context: Context | None = None


class ObjectValue(Struct, frozen=True, eq=False):
    """An instance of a project class. `made` is the call that built it, when it is known.

    `changed`: the fields that are others in a copy of it, the last copy last: `replace(config, model="gpt-4o")`.
    """

    module: Module
    cls: Class
    made: tuple[Context, Invocation] | None = None
    changed: tuple[tuple[Context, Table], ...] = ()


class Layer(Struct, frozen=True, eq=False):
    """Keywords given before the call: to the constructor, a wrapper, or `.bind()`. `kind`: constructor | bind | wrapper."""

    kind: str
    context: Context
    invocation: Invocation
    positional: tuple[str, ...] = ()


BY_FRAMEWORK = frozenset(("forward", "aforward"))
"""Methods that the base class of a framework runs when an object is called: dspy, torch."""
CALLED = frozenset(("__call__", *BY_FRAMEWORK))
"""Methods that run when an object is called."""


class Instance(Struct, frozen=True, eq=False):
    """An SDK object: a client, a LangChain model, an agent. `chain` are the attributes taken from it so far.

    `of`: the object of a project class that it is, too: what that class says itself is asked first.
    """

    client: ClientSpec
    layers: tuple[Layer, ...] = ()
    chain: tuple[str, ...] = ()
    role: str = ""
    built: bool = True
    prompts: tuple[tuple[Expr, Context], ...] = ()
    wrapped: str = ""
    of: ObjectValue | None = None


class Made(Struct, frozen=True, eq=False):
    """What an unknown function of another package returned: `result.x`."""

    path: str
    context: Context
    invocation: Invocation
    chain: tuple[str, ...] = ()


class Data(Struct, frozen=True, eq=False):
    """A literal of any kind, or an expression over literals, still to be read in its context."""

    expr: Expr
    context: Context


class ParameterValue(Struct, frozen=True, eq=False):
    """A parameter whose caller is not known. `kind` as in `Parameter`."""

    module: Module
    function: Function
    name: str
    kind: str
    chain: tuple[str, ...] = ()

    @property
    def parameter(self) -> Parameter | None:
        """The parameter as the function writes it."""
        return next((p for p in self.function.parameters if p.name == self.name), None)

    @property
    def default(self) -> Expr | None:
        """What it is where nothing is passed."""
        return self.parameter.default if self.parameter is not None else None


class Several(Struct, frozen=True, eq=False):
    """One of several values. `origin`: branch | or | element (of a list that is gone through)."""

    values: tuple[Value, ...]
    origin: str = "branch"


class Default(Struct, frozen=True, eq=False):
    """A value the environment or a caller may override; `sure` when the caller is known and does not."""

    value: Value
    reason: str
    sure: bool = False


class Partial(Struct, frozen=True, eq=False):
    """`functools.partial(function, ...)`."""

    function: Value
    context: Context
    invocation: Invocation


class Missing(Struct, frozen=True, eq=False):
    """Not known; `reason` is what a person would name: a variable, a parameter, an environment name."""

    reason: str
    chain: tuple[str, ...] = ()


Value = (
    External | ModuleValue | ClassValue | FunctionValue | ObjectValue | Instance | Made | Data | ParameterValue | Several
    | Default | Partial | Missing
)  # fmt: skip


def constant(value: Value) -> str | None:
    """The text of a value that is a string constant."""
    if isinstance(value, Default):
        return constant(value.value)
    if (
        isinstance(value, Data)
        and isinstance(value.expr, Text)
        and all(isinstance(s, Literal) for s in value.expr.segments)
    ):
        return "".join(s.text for s in value.expr.segments if isinstance(s, Literal))
    return None


def number(value: Value) -> int | None:
    """The integer a value is."""
    if isinstance(value, Data) and isinstance(value.expr, Known) and type(value.expr.value) is int:
        return value.expr.value
    return None


def converted(path: str, value: Value) -> Value | None:
    """What `int(...)` and `str(...)` make of a constant, which stays where it stands; None for anything else."""
    if isinstance(value, Default):
        inner = converted(path, value.value)
        return Default(inner, value.reason, value.sure) if inner is not None else None
    if isinstance(value, Several):  # `int(os.environ.get("LIMIT") or 700)`
        made = [converted(path, one) for one in value.values]
        kept = [new or old for new, old in zip(made, value.values, strict=True)]
        others_open = all(
            new or isinstance(one, (Missing, ParameterValue)) for new, one in zip(made, kept, strict=True)
        )
        return Several(tuple(kept), value.origin) if any(made) and others_open else None
    text = constant(value)
    if path == "builtins.str":
        return value if text is not None else None
    if not isinstance(value, Data):
        return None
    if text is not None and text.isdecimal() and len(text) < 10:
        return Data(Known(value=int(text), span=value.expr.span), value.context)
    return value if number(value) is not None else None


def each(value: Value) -> tuple[Value, ...]:
    """The values one value can be, defaults opened."""
    if isinstance(value, Several):
        return value.values
    if isinstance(value, Default):
        return each(value.value)
    return (value,)


def is_text(value: Value) -> bool:
    """Whether a value is text, whole or still to be put together."""
    if isinstance(value, Made):
        return value.path in _TEXT_FUNCTIONS and not value.chain
    if isinstance(value, Default):
        return is_text(value.value)
    if isinstance(value, Data) and isinstance(value.expr, Binary):
        return value.expr.operator not in ("-", "//")
    return isinstance(value, Data) and isinstance(value.expr, (Text, Result))


def is_none(value: Value) -> bool:
    """Whether a value is `None`."""
    kind = type(value)  # asked of every value there is
    if kind is Data:
        expr = value.expr  # type: ignore[union-attr]  # a Data
        return type(expr) is Known and expr.value is None
    return kind is Default and value.sure and is_none(value.value)  # type: ignore[union-attr]  # a Default


def is_constant(value: Value) -> bool:
    """Whether a value is text or a number, and nothing but that."""
    return all(isinstance(v, Data) and isinstance(v.expr, (Known, Text)) and not is_none(v) for v in each(value))


def identity(value: Value) -> object:
    """What makes two values the same."""
    match value:
        case ParameterValue():
            return ("parameter", id(value.function), value.name, value.chain)
        case Missing():
            return ("missing", value.reason, value.chain)
        case External():
            return value.path
        case Data(expr=Known() | Text()):
            text = constant(value)
            return text if text is not None else repr(value.expr)
        case Instance():
            return (value.client.names, value.chain, value.role, tuple(id(layer.invocation) for layer in value.layers))
        case ClassValue():
            return (ClassValue, id(value.cls), 0)
        case ObjectValue():
            made = id(value.made[1]) if value.made else 0
            return (ObjectValue, id(value.cls), made, *(id(table) for _, table in value.changed))
    return id(value)


def extend(instance: Instance, name: str) -> Instance:
    """An attribute of an SDK object."""
    return Instance(
        instance.client,
        instance.layers,
        (*instance.chain, name),
        instance.role,
        instance.built,
        instance.prompts,
        instance.wrapped,
    )


def flat(value: Value) -> tuple[Value, ...]:
    """The values one value can be, defaults kept as such."""
    return value.values if isinstance(value, Several) else (value,)


def as_default(value: Value, reason: str, sure: bool = False) -> Value:
    """A constant that something may override; whatever else there is stays as it is."""
    if isinstance(value, Several):
        return Several(tuple(as_default(v, reason, sure) for v in value.values), value.origin)
    constants = isinstance(value, Data) and isinstance(value.expr, (Known, Text))
    return Default(value, reason, sure) if constants else value


def truth_of(value: Value) -> bool | None:
    """Whether a value counts as true in `a or b`; None when that is not known."""
    match value:
        case Default(value=inner, sure=True):
            return truth_of(inner)
        case Data(expr=Known(value=known)):
            return bool(known)
        case Data(expr=Text(segments=segments)):
            literals = [bool(s.text) for s in segments if isinstance(s, Literal)]
            return True if any(literals) else False if len(literals) == len(segments) else None
        case Data(expr=Items(values=values, starred=starred)) if len(values) > len(starred):
            return None if any(isinstance(v, Repeated) for v in values) else True
        case Several(values=values):
            truths = {truth_of(v) for v in values}
            return truths.pop() if len(truths) == 1 else None
    return None


def key_text(key: str, value: Expr) -> Text:
    """The key of an entry as an expression, found where its value stands."""
    return Text(form="constant", segments=(Literal(text=key, span=value.span),), span=value.span)


def entries(table: Table, what: str) -> Items:
    """The `keys`, `values` or `items` of a dictionary, those of what it unpacks left out."""
    pairs: list[tuple[Expr, Expr]] = [(key_text(key, value), value) for key, value in table.items if key is not None]
    pairs += table.keyed
    match what:
        case "keys":
            values: tuple[Expr, ...] = tuple(key for key, _ in pairs)
        case "values":
            values = tuple(value for _, value in pairs)
        case _:
            values = tuple(Items(values=pair, span=pair[1].span) for pair in pairs)
    return Items(values=values, span=table.span)
