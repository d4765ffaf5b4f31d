"""What other files may import to ask a model with, though nothing in them says so: `triage.run(...)` of `from agents import triage`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Set

from promptlint.facts import Attribute, Binary, Binding, Choice, Expr, Items, Name, Result, Table, Want
from promptlint.link.program.module import Module, callee_name
from promptlint.link.requests.decorated import bound_decorators
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.pipes import piped_model
from promptlint.link.resolve.values import CALLED, ClassValue, Context, Data, FunctionValue, Instance, Value, each

_WORD = re.compile(r"\w+")


def objects(names: Names) -> tuple[frozenset[Want], frozenset[Want]]:
    """The SDK objects and decorators that modules hold with the functions that return one, and the classes that hold one: what
    derives from them may ask it in a file that says nothing of the SDK. No file is read for that.
    """
    found: list[Want] = []
    holders: list[Want] = []
    with names.modules.reading(False):
        for module in names.modules:
            makers = makers_in(names, module)
            if makers:
                found += _of(names, module, makers)
                holders += _holding(names, module, makers)
        found += [held(module, binding) for module, binding in bound_decorators(names) if not binding.scope]
    return frozenset(found), frozenset(holders)


def objects_of(names: Names, wrappers: Collection[Want]) -> frozenset[Want]:
    """The objects that modules make of the classes whose methods are among the wrappers, and who makes some."""
    classes = {Want(module=w.module, name=w.name.rpartition(".")[0]) for w in wrappers if "." in w.name.strip(".")}
    owners = {cls.name.rpartition(".")[2] for cls in classes}
    makers = {Want(module=cls.module, name=f"{cls.name}.__init__") for cls in classes}
    called = {w.name.split(".")[-2] for w in wrappers if "." in w.name and w.name.rpartition(".")[2] in CALLED}
    return (
        frozenset(makers)
        | _making(names, called)
        | frozenset(
            held(module, binding)
            for module in names.modules
            for binding in module.facts.bindings
            if not binding.scope and isinstance(binding.value, Result) and _maker(module, binding.value) in owners
        )
    )


def _making(names: Names, classes: Set[str]) -> frozenset[Want]:
    """The functions that say they return, or do return, an object of one of these classes, which is called by any name."""
    return frozenset(
        Want(module=module.path, name=function.qualname)
        for module in names.modules
        if classes
        for function in module.facts.functions
        if not classes.isdisjoint(_WORD.findall(function.annotation or ""))
        or any(isinstance(value, Result) and _maker(module, value) in classes for value in function.returns)
    )


def tables_of(names: Names, wrappers: Collection[Want]) -> frozenset[Want]:
    """The tables that modules keep some of these functions in, or classes with such a method: whoever imports
    `HANDLERS = {"mail": ask}` may call one.
    """
    classes = {Want(module=w.module, name=w.name.rpartition(".")[0]) for w in wrappers if "." in w.name.strip(".")}
    kept = {*wrappers, *classes}
    called = {w.name.rpartition(".")[2] for w in kept}
    return frozenset(
        held(module, binding)
        for module in names.modules
        for binding in module.facts.bindings
        if not binding.scope and isinstance(binding.value, (Table, Items)) and binding.operation == "set"
        if any(_is_one(names, module, value, kept) for value in _functions_in(binding.value, called))
    )


def _functions_in(table: Table | Items, called: Collection[str]) -> Iterator[Name | Attribute]:
    """What stands in a table by one of these names."""
    return (value for value in table.values if isinstance(value, (Name, Attribute)) and value.name in called)


def _is_one(names: Names, module: Module, expr: Expr, kept: Collection[Want]) -> bool:
    for value in each(names.resolve(expr, Context(module))):
        match value:
            case FunctionValue():
                name = value.function.qualname
            case ClassValue():
                name = value.cls.qualname
            case _:
                continue
        if Want(module=value.module.path, name=name) in kept:
            return True
    return False


def held(module: Module, binding: Binding) -> Want:
    """An object is wanted under its name with a dot behind it."""
    return Want(module=module.path, name=f"{binding.name}.")


def _of(names: Names, module: Module, makers: frozenset[str]) -> Iterator[Want]:
    context = Context(module)
    for binding in module.facts.bindings:
        if not binding.scope and binding.operation == "set" and may_be_made(module, binding.value, makers):
            if any(asks(names, value) for value in each(names.resolve(binding.value, context))):
                yield held(module, binding)
        elif not binding.scope and _lists_objects(names, binding):
            yield held(module, binding)
    scopes = {module.facts.invocations[i].scope for maker in makers for i in module.calls_by_name[maker]}
    for function in module.facts.functions:
        if function.qualname in scopes and "<" not in function.qualname:
            if any(asks(names, v) for value in function.returns for v in each(names.resolve(value, context))):
                yield Want(module=module.path, name=function.qualname)


def _lists_objects(names: Names, binding: Binding) -> bool:
    """Whether SDK objects are put into a table or a list later, as its annotation says: `AGENTS: dict[str, Agent] = {}`."""
    if not isinstance(binding.value, (Table, Items)) or not binding.annotation:
        return False
    return not names.knowledge.makers.isdisjoint(_WORD.findall(binding.annotation))


def _holding(names: Names, module: Module, makers: frozenset[str]) -> Iterator[Want]:
    context = Context(module)
    kept = [(b.scope, b.value) for b in module.facts.bindings if b.name.startswith("self.") and b.operation == "set"]
    kept += [(f.qualname, value) for f in module.facts.functions if f.owner is not None for value in f.returns]
    told: set[str] = set()
    for scope, value in kept:
        owner = module.owner(scope) if may_be_made(module, value, makers) else None
        if owner is not None and owner not in told:
            if any(asks(names, held) for held in each(names.resolve(value, context))):
                told.add(owner)
                yield Want(module=module.path, name=owner)


def makers_in(names: Names, module: Module) -> frozenset[str]:
    """The last names of what a module calls to make an SDK object, its own functions that return one included."""
    if not module.roots & names.knowledge.tops:
        return frozenset()
    known = names.knowledge.makers
    imported = {entry.local for entry in module.facts.imports if entry.target.rpartition(".")[2] in known}
    made = (known | imported) & module.calls_by_name.keys()
    if not made:
        return made
    functions = ((f.qualname.rpartition(".")[2], f.returns) for f in module.facts.functions)
    own = {name for name, returns in functions if any(may_be_made(module, value, made) for value in returns)}
    return made | (own & module.calls_by_name.keys())


def may_be_made(module: Module, value: Expr, makers: frozenset[str]) -> bool:
    """Whether a value may be an SDK object, by the last name of what makes it."""
    if isinstance(value, Choice):
        return any(may_be_made(module, option, makers) for option in value.options)
    if isinstance(value, Binary):
        return value.operator == "|"
    return isinstance(value, Result) and _maker(module, value) in makers


def asks(names: Names, value: Value) -> bool:
    """Whether a value is an object of an SDK that was made here, or a chain with one."""
    if isinstance(value, Data) and isinstance(value.expr, Binary) and value.expr.operator == "|":
        return piped_model(names, value) is not None
    return isinstance(value, Instance) and value.built and not value.chain


def _maker(module: Module, value: Result) -> str:
    return callee_name(module.facts.invocations[value.invocation])
