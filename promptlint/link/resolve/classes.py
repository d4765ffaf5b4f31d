"""The classes of a project: what their attributes are, by inheritance, by their fields and by the methods that set them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from promptlint.facts import Binding, Expr, Invocation, Item, Result, Table
from promptlint.knowledge.specs import ClientSpec
from promptlint.link.program.decorators import is_property
from promptlint.link.program.parts import last_name
from promptlint.link.resolve.collected import collected
from promptlint.link.resolve.literals import one_allowed
from promptlint.link.resolve.records import given_field, is_record, validated_values
from promptlint.link.resolve.values import (
    ClassValue,
    Context,
    Default,
    External,
    FunctionValue,
    Instance,
    Layer,
    Missing,
    ObjectValue,
    ParameterValue,
    Several,
    Value,
    as_default,
    each,
    extend,
    is_constant,
    is_none,
)

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names

_MOST_BELOW = 7


class Classes:
    """Looks attributes up in project classes."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._lineages: dict[int, list[ClassValue]] = {}
        self._members: dict[tuple[int, str, int], Value] = {}

    def member(self, cls: ClassValue, name: str, receiver: ObjectValue | None, context: Context) -> Value:
        """An attribute of a class or of an instance of it: own, inherited, else set by subclasses."""
        if context.frames or (receiver is not None and receiver.made is not None):
            return self._member(cls, name, receiver, context)
        key = (id(cls.cls), name, id(receiver.cls) if receiver is not None else 0)
        lasting = self.names.kept.members
        if key in lasting:
            return lasting[key]
        if key in self._members:
            self.names.modules.open_ends += 1
            return self._members[key]
        before = self.names.begin()
        value = self._member(cls, name, receiver, context)
        if self.names.is_final(before):
            found = lasting if self.names.is_lasting(before) else self._members
            found[key] = value
        return value

    def _member(self, cls: ClassValue, name: str, receiver: ObjectValue | None, context: Context) -> Value:
        lineage = self.lineage(cls)
        found: Value | None = None
        for owner in lineage:
            found = self.own(owner, name, receiver, context)
            if found is not None:
                break
        if found is None and (lineage := self._whole_lineage(cls, lineage)):
            found = next((v for v in (self.own(o, name, receiver, context) for o in lineage) if v is not None), None)
        unmade = receiver is None or receiver.made is None
        waits = unmade and found is not None and all(map(is_none, each(found)))  # for a class below to set it
        if found is not None and not isinstance(found, Missing) and not waits:
            if unmade:
                return self._with_below(cls, name, found, receiver, context)
            return found
        # What a class of an SDK keeps to itself is none of its calls, but may be a client of another one.
        inherited = found is None and not name.startswith("_")
        foreign = [b for owner in lineage for b in self.foreign_bases(owner)] if inherited else []
        handed = self.names.constructors.handed_field(cls, receiver, name) if foreign else None
        if handed is not None:  # a base of another package may keep it by that name
            return as_default(handed, f"attribute {cls.cls.qualname}.{name}")
        for path in foreign:
            client = self.names.knowledge.client_at(path)
            if client is not None:
                return extend(self.as_foreign(cls, client, receiver.made if receiver is not None else None), name)
            if self.names.knowledge.calls_at(f"{path}.{name}"):
                return External(f"{path}.{name}")
        if unmade:
            below = [
                v
                for v in (self._brought(sub, name, context) for sub in self.names.subclasses.below(cls, name))
                if v is not None
            ]
            known = [v for v in below if not isinstance(v, Missing) and not is_none(v)]
            if known or (below and found is None):
                return as_default(self.names.choice(known or below), f"attribute {cls.cls.qualname}.{name}")
        gathered = collected(self.names, lineage, name) if found is None else found
        return gathered or Missing(f"attribute {cls.cls.qualname}.{name}", (name,))

    def _brought(self, cls: ClassValue, name: str, context: Context) -> Value | None:
        """An attribute as a class or the nearest of its bases defines it."""
        found = (self.own(owner, name, None, context) for owner in self.lineage(cls))
        return next((value for value in found if value is not None), None)

    def _with_below(
        self, cls: ClassValue, name: str, found: Value, receiver: ObjectValue | None, context: Context
    ) -> Value:
        """An attribute of a class together with what its subclasses make of it: text of their own, or what they hand up to
        its constructor. Nothing more where they are many.
        """
        if isinstance(found, ParameterValue) and not found.chain and found.function.qualname.endswith(".__init__"):
            others = self.names.subclasses.below(cls, "__init__")
        elif context.frames:
            return found
        elif is_constant(found):
            others = [] if receiver is None else self.names.subclasses.below(cls, name)
        else:
            return found
        if not others or len(others) > _MOST_BELOW:
            return found
        values = [self._member(sub, name, ObjectValue(sub.module, sub.cls), context) for sub in others]
        known = [as_default(v, f"attribute {cls.cls.qualname}.{name}") for v in values if is_constant(v)]
        return self.names.choice([found, *known]) if known else found

    def property_of(self, base: Value, name: str) -> FunctionValue | None:
        """The function behind `base.name` when that is a property of a project class."""
        if not isinstance(base, ObjectValue):
            return None
        for owner in self.lineage(ClassValue(base.module, base.cls)):
            method = owner.module.functions.get(f"{owner.cls.qualname}.{name}")
            if method is not None:
                return FunctionValue(owner.module, method, base) if is_property(method, owner.module) else None
        return None

    def own(self, cls: ClassValue, name: str, receiver: ObjectValue | None, context: Context) -> Value | None:
        """An attribute a class defines itself."""
        module = cls.module
        method = module.functions.get(f"{cls.cls.qualname}.{name}")
        if method is not None:
            value = FunctionValue(
                module, method, receiver or ObjectValue(module, cls.cls), Context(module, context.frames)
            )
            if is_property(method, module) and not method.returns:
                promised = self.names.promised.by(method.annotation, module) if method.annotation else None
                return promised or Missing(f"attribute {cls.cls.qualname}.{name}", (name,))
            return self.names.results.returned(value, None, context) if is_property(method, module) else value
        inside = module.classes.get(f"{cls.cls.qualname}.{name}")
        if inside is not None:
            return ClassValue(module, inside)
        bindings = module.attributes.get((cls.cls.qualname, name))
        if not bindings or not _says(bindings):
            return None
        inner = self.names.constructors.made_context(module, receiver, context)
        sets = [b for b in bindings if b.operation == "set"]
        values: list[Value] = [self.names.scopes.bound(b, inner) for b in sets]
        known: list[Value] = [v for v in values if not isinstance(v, Missing) and not is_none(v)]
        if not known:
            known = [self.names.scopes.bound(b, inner) for b in validated_values(cls, name)]
            values += known
        declared = next((b.annotation for b in bindings if b.annotation), None)
        if not known and declared is not None:
            annotated = self.names.promised.by(declared, module)
            if annotated is not None:
                return annotated
            given = given_field(self.names, receiver, name) if receiver is not None else None
            if given is not None:
                return self.names.resolve(*given)
            handed = self.names.constructors.handed_field(cls, receiver, name) if is_record(self.names, cls) else None
            if handed is not None:
                return handed
            made = self.names.constructors.given_by_itself(cls, name)
            if made is not None:
                return as_default(made, f"attribute {cls.cls.qualname}.{name}")
            open_to = one_allowed(
                self.names, declared, module, bindings[0].span, f"attribute {cls.cls.qualname}.{name}"
            )
            if open_to is not None and not values:
                return open_to
        in_body = not any(b.name.startswith("self.") for b in sets)
        given = given_field(self.names, receiver, name) if receiver is not None and in_body else None
        if given is not None:
            return self.names.resolve(*given)
        if values:
            chosen = self.names.choice(
                [*known, *(v for v in values if isinstance(v, Missing) or is_none(v))] if known else values
            )
            # What is declared and left empty is there to be set from outside.
            waits = in_body and not known and (receiver is not None or declared is not None)
            open_field = is_field(sets) and (receiver is None or not settled(receiver) or self._from_outside(cls))
            if waits or (open_field and (is_record(self.names, cls) or _made_a_field(cls, sets))):
                return Default(_passed_in(chosen), f"attribute {cls.cls.qualname}.{name}")
            return chosen
        return Missing(f"attribute {cls.cls.qualname}.{name}", (name,))

    def _from_outside(self, cls: ClassValue) -> bool:
        """Whether the environment may set the fields of a class."""
        return any(p.endswith(".BaseSettings") for owner in self.lineage(cls) for p in self.foreign_bases(owner))

    def as_foreign(self, cls: ClassValue, client: ClientSpec, made: tuple[Context, Invocation] | None) -> Instance:
        """An object of a project class, seen as one of the SDK's class that it derives from."""
        reached = self.names.constructors.reached(cls, made)
        layers = (Layer("constructor", *reached, client.positional),) if reached is not None else ()
        if made is not None:
            layers = (*self.field_layers(cls, made[1]), *layers)
        of = ObjectValue(cls.module, cls.cls, made)
        return Instance(client, layers, (), client.role, built=made is not None, of=of)

    def field_layers(self, cls: ClassValue, invocation: Invocation) -> Iterator[Layer]:
        """What the bodies of a class and of its bases set: fields of a foreign class that take another default there."""
        for owner in reversed(self.lineage(cls)):
            held = owner.module.attributes
            sets = [
                (name, bindings[-1].value)
                for (scope, name), bindings in held.items()
                if scope == owner.cls.qualname and is_field([b for b in bindings if b.operation == "set"])
                if bindings[-1].operation == "set"
            ]
            if sets:
                table = Table(items=tuple(sets), span=owner.cls.span)
                yield Layer(
                    "constructor", Context(owner.module), replace(invocation, positional=(), starred=(), keywords=table)
                )

    def parent(self, receiver: ObjectValue, cls: ClassValue) -> ObjectValue | None:
        """`super()`: the same object, seen as one of the base class of `cls`, which its constructor made."""
        bases = self.lineage(cls)[1:]
        if not bases:
            return None
        inits = self.names.constructors.of(cls)
        own = bool(inits) and inits[0][1].owner == cls.cls.qualname and inits[0][0] is cls.module
        handed = self.names.constructors.handed_up(*inits[0]) if own else None
        made = receiver.made
        if handed is not None:
            made = (self.names.constructors.made_context(inits[0][0], receiver, Context(inits[0][0])), handed)
        return ObjectValue(bases[0].module, bases[0].cls, made)

    def defines_calls(self, cls: ClassValue, client: ClientSpec) -> bool:
        """Whether a project class has the client's methods in its own words: then they are functions of the project."""
        return any(
            self.names.knowledge.call_for(client, (name.rpartition(".")[2],), client.role) is not None
            for owner in self.lineage(cls)
            for name, function in owner.module.functions.items()
            if function.owner == owner.cls.qualname
        )

    def defines(self, value: ObjectValue, name: str) -> bool:
        """Whether the class of an object, or a base of it in the project, says itself what `name` is."""
        return any(defines(owner, name) for owner in self.lineage(ClassValue(value.module, value.cls)))

    def is_enum(self, value: ObjectValue) -> bool:
        """Whether a class lists its values: then a parameter of that type is one of them, not an object to look into."""
        cls = ClassValue(value.module, value.cls)
        return any(path.startswith("enum.") for owner in self.lineage(cls) for path in self.foreign_bases(owner))

    def lineage(self, cls: ClassValue) -> list[ClassValue]:
        """A class and its bases in the project, nearest first."""
        lasting = self.names.kept.lineages
        if id(cls.cls) in lasting:
            return lasting[id(cls.cls)]
        if id(cls.cls) in self._lineages:
            self.names.modules.open_ends += 1
            return self._lineages[id(cls.cls)]
        before = self.names.begin()
        found: list[ClassValue] = []
        queue = [cls]
        while queue and len(found) < 20:
            current = queue.pop(0)
            if any(c.cls is current.cls for c in found):
                continue
            found.append(current)
            for base in current.cls.bases:
                value = self.names.resolve(plain(base), Context(current.module))
                queue.extend(v for v in each(value) if isinstance(v, ClassValue))
        if self.names.is_final(before):
            (lasting if self.names.is_lasting(before) else self._lineages)[id(cls.cls)] = found
        return found

    def _whole_lineage(self, cls: ClassValue, lineage: list[ClassValue]) -> list[ClassValue]:
        """The lineage of a class that lacks an attribute, once the files of its bases are read: they may say what it is."""
        modules = self.names.modules
        if modules.eager or not any(modules.holds(cls.module, path) for o in lineage for path in self.foreign_bases(o)):
            return lineage
        with modules.reading(True):
            return self.lineage(cls)

    def foreign_bases(self, cls: ClassValue) -> list[str]:
        """The bases of a class that belong to other packages, as dotted paths."""
        return [value.path for value in self._bases(cls) if isinstance(value, External)]

    def leading_bases(self, cls: ClassValue) -> list[str]:
        """Those of other packages that are asked before any of the project."""
        paths: list[str] = []
        for value in self._bases(cls):
            if not isinstance(value, External):
                break
            paths.append(value.path)
        return paths

    def _bases(self, cls: ClassValue) -> Iterator[Value]:
        return (v for base in cls.cls.bases for v in each(self.names.resolve(plain(base), Context(cls.module))))


def defines(cls: ClassValue, name: str) -> bool:
    """Whether a class has a method, a class or an attribute of this name itself."""
    own, module = f"{cls.cls.qualname}.{name}", cls.module
    sets = module.attributes.get((cls.cls.qualname, name), ())
    return own in module.functions or own in module.classes or _says(sets)


def _says(bindings: Sequence[Binding]) -> bool:
    """Whether a class sets or declares an attribute, and does not only change what a base has set: `del self.options["x"]`."""
    return any(binding.operation in ("set", "declare") for binding in bindings)


def plain(base: Expr) -> Expr:
    """A base class without its type arguments: `Agent` of `Agent[Deps, str]`."""
    while isinstance(base, Item):
        base = base.base
    return base


def is_field(sets: Sequence[Binding]) -> bool:
    """Whether an attribute is annotated where the class is defined, as fields are."""
    in_body = all(b.annotation and not b.annotation.startswith(("ClassVar", "typing.ClassVar")) for b in sets)
    return in_body and not any(b.name.startswith("self.") for b in sets)


def _passed_in(value: Value) -> Value:
    """A value that another may be given for: of an SDK's object, how that was made is not known then."""
    if isinstance(value, Several):
        return replace(value, values=tuple(map(_passed_in, value.values)))
    return replace(value, built=False) if isinstance(value, Instance) else value


def _made_a_field(cls: ClassValue, sets: Sequence[Binding]) -> bool:
    """Whether an attribute is set to `field(...)`: then some constructor takes it, whoever makes that."""
    made = (b.value for b in sets)
    return any(isinstance(v, Result) and _named(cls.module.facts.invocations[v.invocation], "field") for v in made)


def settled(receiver: ObjectValue) -> bool:
    """Whether the call that built an object is known with all its keywords."""
    return receiver.made is not None and all(key is not None for key, _ in receiver.made[1].keywords.items)


def _named(invocation: Invocation, name: str) -> bool:
    return last_name(invocation.callee) == name
