"""What a call returns: project functions and classes, methods of SDK objects, of dictionaries and of foreign objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from promptlint.facts import Attribute, Binary, Invocation, Items, Name, Table
from promptlint.link.program.parts import last_name
from promptlint.link.resolve.around import handed_through
from promptlint.link.resolve.changed import DEEPEST_RETURN
from promptlint.link.resolve.decided import returned
from promptlint.link.resolve.elsewhere import handed_back, result_of
from promptlint.link.resolve.entries import entry_at
from promptlint.link.resolve.enums import looked_up
from promptlint.link.resolve.foreign import dictionary, foreign_result, repeats, runs, service_name
from promptlint.link.resolve.handed import bound
from promptlint.link.resolve.outside import DECODERS, MAPPINGS, read_variable, reads_variable
from promptlint.link.resolve.paths import joined
from promptlint.link.resolve.pieces import cut_up
from promptlint.link.resolve.pipes import piped
from promptlint.link.resolve.records import copied, validated
from promptlint.link.resolve.values import (
    ClassValue,
    Context,
    Data,
    Default,
    External,
    FunctionValue,
    Instance,
    Layer,
    Made,
    Missing,
    ObjectValue,
    ParameterValue,
    Partial,
    Value,
    as_default,
    constant,
    each,
    entries,
    is_constant,
    is_none,
)

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names

_READS = frozenset(("get", "copy", "pop", "setdefault", "items", "keys", "values"))
_PARSERS = frozenset(f"configparser.{name}" for name in ("ConfigParser", "RawConfigParser", "SafeConfigParser"))
_MOST_BELOW = 7
_MOST_LAYERS = 60
_SERVICES = ("client", "create_client")
_OBJECTS = frozenset(("client", "llm", "embedder", "agent", "dspy_module", "dspy_agent"))
_TYPED = frozenset(("typing.TypedDict", "typing_extensions.TypedDict"))


class Results:
    """Follows a call to the value it returns."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def result(self, invocation: Invocation, context: Context) -> Value:
        """What a call returns."""
        taken = self._of_table(invocation, context)
        if taken is not None:
            return taken
        cut = cut_up(self.names, invocation, context)
        if cut is not None:
            return cut
        copy = copied(self.names, invocation, context) or validated(self.names, invocation, context)
        if copy is not None:
            return copy
        chained = piped(self.names, invocation, context)
        if chained is not None:
            return chained
        callee = self.names.resolve(invocation.callee, context)
        values = [self.call(v, invocation, context) for v in each(callee)]
        return self.names.choice(values)

    def _of_table(self, invocation: Invocation, context: Context) -> Value | None:
        """What is read of a literal dictionary: `get`, `pop`, `copy`, `items`, `keys`, `values`; None for anything else."""
        callee = invocation.callee
        if not isinstance(callee, Attribute) or callee.name not in _READS:
            return None
        values = each(self.names.resolve(callee.base, context))
        tables = [v for v in values if isinstance(v, Data) and isinstance(v.expr, Table)]
        if not tables or len(tables) < len(values):
            return self._or_default(values, invocation, context)
        if callee.name == "copy":
            return self.names.choice(tables)
        if callee.name in ("items", "keys", "values"):
            listed = [(v.expr, v.context) for v in tables if isinstance(v.expr, Table)]
            return self.names.choice([Data(entries(table, callee.name), where) for table, where in listed])
        key = self.names.resolve(invocation.positional[0], context) if invocation.positional else Missing("key")
        text = constant(key)
        found = [entry_at(self.names, table, key, callee, context) for table in tables]
        if len(invocation.positional) > 1 and (text is None or any(isinstance(v, Missing) for v in found)):
            found = [
                *(v for v in found if not isinstance(v, Missing)),
                self.names.resolve(invocation.positional[1], context),
            ]
        return self.names.choice(found)

    def _or_default(self, values: Sequence[Value], invocation: Invocation, context: Context) -> Value | None:
        """What a mapping that is not known is asked for, with a default: `options.get("model", "gpt-4o")`."""
        if last_name(invocation.callee) not in ("get", "pop"):
            return None
        if any(isinstance(v, Made) and v.path in _PARSERS for v in values):
            # The second argument is the name of an option: `config.get("llm", "model", fallback="gpt-4o")`.
            fallback = dict(invocation.keywords.items).get("fallback")
            return Default(self.names.resolve(fallback, context), "configuration") if fallback is not None else None
        if len(invocation.positional) != 2:
            return None
        if not all(
            isinstance(v, (ParameterValue, Missing, Made))
            or (isinstance(v, Data) and isinstance(v.expr, Table))
            or (isinstance(v, External) and v.path in MAPPINGS)
            for v in values
        ):
            return None
        key = constant(self.names.resolve(invocation.positional[0], context))
        default = self.names.resolve(invocation.positional[1], context)
        if key is None or is_none(default):
            return None
        if any(isinstance(v, Made) and v.path in DECODERS for v in values) and not is_constant(default):
            return None  # what stands in the file is looked for
        if all(isinstance(v, Data) for v in each(default)):
            return Default(default, f"key {key}")
        return self.names.choice([as_default(default, f"key {key}"), Missing(f"key {key}")])

    def call(self, callee: Value, invocation: Invocation, context: Context) -> Value:
        """What calling one value returns."""
        if isinstance(callee, (Made, Missing, ParameterValue)) and last_name(invocation.callee) in _SERVICES:
            client = self.names.knowledge.service_client(service_name(self.names, invocation, context))
            if client is not None:
                return Instance(
                    client, (Layer("constructor", context, invocation, client.positional),), (), client.role
                )
        elsewhere = handed_back(self.names, callee, invocation, context)
        if elsewhere is not None:
            return elsewhere
        match callee:
            case External():
                return foreign_result(self.names, callee.path, invocation, context)
            case ClassValue():
                if self._is_dictionary(callee):
                    return dictionary(invocation, context)
                member = looked_up(self.names, callee, invocation, context)
                return member or self.instance_of(callee, invocation, context)
            case FunctionValue():
                return self.returned(callee, invocation, context)
            case Instance():
                return self.instance_result(callee, invocation, context)
            case ObjectValue():
                own = self.names.attribute(callee, "__call__", context)
                if isinstance(own, FunctionValue):
                    return self.returned(own, invocation, context)
            case Default():
                return self.call(callee.value, invocation, context)
            case Partial() if callee.context.module is context.module:
                return self.call(callee.function, self._bound(callee, invocation), context)
            case Partial():
                return Missing("result of a partial")
            case Made():
                return self._method(callee, invocation, context)
            case Data():
                return Missing("result of a method")
            case ParameterValue():
                usual = self._usual(callee, invocation, context)
                return usual or Missing(f"result of parameter {callee.name}", (*callee.chain, "()"))
            case Missing():
                return Missing(f"result of {invocation.text}", (*callee.chain, "()"))
        return Missing(f"result of {invocation.text}")

    def _usual(self, callee: ParameterValue, invocation: Invocation, context: Context) -> Value | None:
        """What a parameter returns that is a function unless callers pass another: `def __init__(self, make=build_llm)`."""
        parameter = callee.parameter
        default = parameter.default if parameter is not None and not callee.chain else None
        if not isinstance(default, (Name, Attribute)):
            return None
        value = self.names.resolve(default, Context(callee.module))
        if not all(isinstance(v, (FunctionValue, ClassValue)) for v in each(value)):
            return None
        made = self.names.choice([self.call(v, invocation, context) for v in each(value)])
        return as_default(made, f"parameter {callee.name}")

    def _method(self, callee: Made, invocation: Invocation, context: Context) -> Value:
        """What a method of a foreign object returns. What paths, mappings and template loaders are given is kept."""
        name, given = callee.chain[-1] if callee.chain else "", invocation.positional
        worked_on = result_of(self.names, callee) if name == "result" else None
        if worked_on is not None:
            return worked_on
        if not name and callee.path == "collections.namedtuple":
            return self._record(callee, invocation, context)
        if not name and len(given) == 1 and callee.path in repeats():
            inner = self.names.resolve(given[0], context)
            if runs(inner):
                return inner
        if reads_variable(callee):
            return read_variable(self.names, invocation, context, callee)
        if name in ("get_template", "from_string"):
            return Made(".".join((callee.path, *callee.chain)), context, invocation)
        if name in ("enter_context", "enter_async_context") and given:
            return self.names.resolve(given[0], context)
        if name == "joinpath" and isinstance(invocation.callee, Attribute):
            return joined((invocation.callee.base, *given), invocation.span, context)
        if name == "with_name" and given:
            return joined(given, invocation.span, context)
        if name == "with_suffix" and given and isinstance(invocation.callee, Attribute):
            whole = Binary(left=invocation.callee.base, operator="+", right=given[0], span=invocation.span)
            return joined((whole,), invocation.span, context)
        if name == "get" and given and (key := constant(self.names.resolve(given[0], context))):
            return Made(callee.path, callee.context, callee.invocation, (*callee.chain[:-1], f"[{key}]"))
        return Made(callee.path, callee.context, callee.invocation, (*callee.chain, "()"))

    def _record(self, made: Made, invocation: Invocation, context: Context) -> Value:
        """An object of `namedtuple("Spec", ["model", "cap"])`: its fields as they are given."""
        listed = (
            self.names.resolve(made.invocation.positional[1], made.context)
            if len(made.invocation.positional) > 1
            else None
        )
        names: list[str | None] = []
        if isinstance(listed, Data) and isinstance(listed.expr, Items):
            names = [constant(self.names.resolve(value, listed.context)) for value in listed.expr.values]
        elif listed is not None:
            names = list((constant(listed) or "").replace(",", " ").split())
        fields = tuple(zip(names, invocation.positional, strict=False))
        keywords = replace(invocation.keywords, items=(*fields, *invocation.keywords.items))
        return Made("types.SimpleNamespace", context, replace(invocation, positional=(), keywords=keywords))

    def _is_dictionary(self, cls: ClassValue) -> bool:
        """Whether the objects of a class are dictionaries with known keys."""
        owners = self.names.classes.lineage(cls)
        return any(path in _TYPED for owner in owners for path in self.names.classes.foreign_bases(owner))

    def _bound(self, partial: Partial, invocation: Invocation) -> Invocation:
        """The call of what a partial is made of, with what stands in both."""
        key = (id(invocation), f"bound {partial.invocation.span.start}")
        unwritten = self.names.kept.unwritten
        if key not in unwritten:
            unwritten[key] = bound(invocation, partial.invocation)
        return unwritten[key]

    def super_object(self, context: Context, invocation: Invocation) -> Value:
        owner = context.module.owner(invocation.scope)
        cls = context.module.classes.get(owner) if owner else None
        receiver = self.names.parameters.this_object(context, invocation)
        if cls is None:
            return Missing("super")
        own = ClassValue(context.module, cls)
        parent = self.names.classes.parent(receiver, own) if receiver is not None else None
        leading = self.names.classes.leading_bases(own) if parent is not None else self.names.classes.foreign_bases(own)
        for path in leading:
            client = self.names.knowledge.client_at(path) if receiver is not None else None
            if client is not None:
                return Instance(client, role=client.role, built=False)
            if self.names.knowledge.holds_calls(path):
                return External(path)
        return parent or Missing("super")

    def instance_of(self, cls: ClassValue, invocation: Invocation | None, context: Context | None) -> Value:
        """An instance of a project class; of the SDK class it derives from when its methods are that class's."""
        made = (context, invocation) if context is not None and invocation is not None else None
        for owner in self.names.classes.lineage(cls):
            for path in self.names.classes.foreign_bases(owner):
                client = self.names.knowledge.client_at(path)
                if client is not None and client.role in _OBJECTS and not self.names.classes.defines_calls(cls, client):
                    return self.names.classes.as_foreign(cls, client, made)
        return ObjectValue(cls.module, cls.cls, made)

    def returned(self, function: FunctionValue, invocation: Invocation | None, context: Context) -> Value:
        """What a project function returns, its parameters being the arguments of this call."""
        if len(context.frames) >= DEEPEST_RETURN:
            return Missing("too deep")
        inner = self.inside(function, invocation, context)
        if function.function.yields is not None:
            return Data(function.function.yields, inner)
        told = returned(self.names, function.module, function.function, inner)
        values = [self._round(function, self.names.resolve(value, inner), inner) for value in told]
        if not values and (overrides := self.names.subclasses.overrides(function)):
            found = self.names.choice([self.returned(override, invocation, context) for override in overrides])
            return as_default(found, f"result of {function.function.qualname}")
        if function.function.annotation and (
            not values or all(isinstance(v, (Missing, Made, External)) for v in values)
        ):
            annotated = self.names.promised.by(function.function.annotation, function.module)
            if annotated is not None:
                return annotated
        if not values:
            return Missing(f"result of {function.function.qualname}")
        found = self.names.choice(values)
        on_itself = invocation is not None and isinstance(getattr(invocation.callee, "base", None), Name)
        if context.frames or not on_itself or function.function.owner is None or not is_constant(found):
            return found
        # A method of an object of whatever class: those that derive from it may say something else.
        below = self.names.subclasses.overrides(function)
        others = [self.returned(other, invocation, context) for other in below] if len(below) <= _MOST_BELOW else []
        known = [as_default(v, f"result of {function.function.qualname}") for v in others if is_constant(v)]
        return self.names.choice([found, *known]) if known else found

    def _round(self, outer: FunctionValue, value: Value, context: Context) -> Value:
        """What a decorator is given, where it returns a function that does no more than to hand its arguments on to that."""
        inner = value.function if isinstance(value, FunctionValue) and value.module is outer.module else None
        if inner is None or not inner.qualname.startswith(f"{outer.function.qualname}."):
            return value
        name = handed_through(outer.module, outer.function, inner)
        given = self.names.resolve(Name(name=name, scope=inner.qualname, span=inner.span), context) if name else value
        return given if runs(given) or isinstance(given, External) else value

    def inside(self, function: FunctionValue, invocation: Invocation | None, context: Context) -> Context:
        """Where the body of a function is read when this call runs it."""
        frames = context.frames
        if invocation is not None:
            frames = (self.names.frame(function.module, function.function, invocation, context), *frames)
        if isinstance(function.receiver, ObjectValue) and function.receiver.made is not None:
            made = self.names.constructors.made_context(function.module, function.receiver, Context(function.module))
            frames = (*frames, *made.frames)
        return Context(function.module, frames)

    def instance_result(self, instance: Instance, invocation: Invocation, context: Context) -> Value:
        """What a method of an SDK object returns: the same object for `.bind()`, a session for `chats.create()`."""
        spec = self.names.knowledge.call_for(instance.client, instance.chain, instance.role, instance.wrapped)
        if spec is not None:
            if spec.role_of_result:
                made = self.names.knowledge.made_by(spec, instance.client) or instance.client
                layer = Layer("constructor", context, invocation, spec.positional)
                return Instance(made, (*instance.layers, layer), (), spec.role_of_result, instance.built)
            return Made(".".join(instance.chain), context, invocation)
        positional = self.names.knowledge.kept(instance.client, instance.chain, instance.role)
        if positional is not None and len(instance.layers) > _MOST_LAYERS:
            return Missing("too long a chain")
        if positional is not None:
            layer = Layer("bind", context, invocation, positional)
            return Instance(
                instance.client,
                (*instance.layers, layer),
                (),
                instance.role,
                instance.built,
                instance.prompts,
                instance.wrapped,
            )
        return Made(".".join((instance.client.names[0], *instance.chain)), context, invocation)
