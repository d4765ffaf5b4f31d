"""Objects of the project that stand for a package, which they import when something of it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from promptlint.facts import Invocation, Items
from promptlint.link.resolve.values import (
    ClassValue,
    Context,
    Data,
    External,
    ModuleValue,
    ObjectValue,
    Value,
    constant,
)

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names

_IMPORTERS = ("import_module", "__import__")


def package_behind(names: Names, value: ObjectValue) -> Value | None:
    """The package that an object hands the attributes of, which it has not itself: `cohere = Lazy("cohere")`."""
    for owner in names.classes.lineage(ClassValue(value.module, value.cls)):
        if f"{owner.cls.qualname}.__getattr__" not in owner.module.functions:
            continue
        inner = names.constructors.made_context(owner.module, value, Context(owner.module))
        for invocation in (*_imports(owner), *_named(names, owner)):
            name = constant(names.resolve(invocation.positional[0], inner))
            if not name:
                continue
            found = names.modules.find(name)
            # A file of the project, not what its package calls so: that may be this object.
            return ModuleValue(found[0]) if found is not None and not found[1] else names.scopes.dotted(name)
    return None


def package_listed(names: Names, value: ObjectValue, name: str) -> Value | None:
    """The package of an SDK that an object has as an attribute which nothing sets by its name: one of those that its class lists
    to be imported, `needs = ["anthropic"]`.
    """
    if name not in names.knowledge.packages:
        return None
    for owner in names.classes.lineage(ClassValue(value.module, value.cls)):
        listed = (b.value for b in owner.module.facts.bindings if b.scope == owner.cls.qualname)
        if any(
            isinstance(e, Items) and any(constant(Data(v, Context(owner.module))) == name for v in e.values)
            for e in listed
        ):
            return External(name)
    return None


def _named(names: Names, cls: ClassValue) -> Iterator[Invocation]:
    """What a class of modules hands on as its name, which it imports: `super().__init__(name)`."""
    if "types.ModuleType" not in names.classes.foreign_bases(cls):
        return
    for index in cls.module.calls_by_name.get("__init__", ()):
        invocation = cls.module.facts.invocations[index]
        if invocation.scope == f"{cls.cls.qualname}.__init__" and invocation.positional:
            yield invocation


def _imports(cls: ClassValue) -> Iterator[Invocation]:
    """What the methods of a class import by name."""
    inside = f"{cls.cls.qualname}."
    for importer in _IMPORTERS:
        for index in cls.module.calls_by_name.get(importer, ()):
            invocation = cls.module.facts.invocations[index]
            if invocation.scope.startswith(inside) and invocation.positional:
                yield invocation
