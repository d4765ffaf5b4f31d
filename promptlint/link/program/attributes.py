"""What sets the attributes of the classes of a file."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec.structs import replace

from promptlint.facts import Attribute, Binding, Expr, Function, Name, Result

if TYPE_CHECKING:
    from promptlint.link.program.module import Module


def attributes_of(module: Module) -> dict[tuple[str, str], list[Binding]]:
    """(class, attribute) → what its body, its methods, `Class.attribute = ...` and functions that return an object set."""
    found: dict[tuple[str, str], list[Binding]] = defaultdict(list)
    made = _made(module)
    for binding in module.facts.bindings:
        if binding.name.startswith("self.") and "." not in binding.name[5:]:
            owner = module.owner(binding.scope)
            if owner is not None:
                found[owner, binding.name[5:]].append(binding)
        elif binding.scope in module.classes:
            found[binding.scope, binding.name].append(binding)
        elif binding.scope.endswith(".__new__") and "." in binding.name:  # of the one object of a class
            owner, name = module.owner(binding.scope), binding.name.rpartition(".")[2]
            if owner is not None:
                found[owner, name].append(replace(binding, name=f"self.{name}"))
        else:
            head, _, name = binding.name.rpartition(".")
            cls = module.owner(binding.scope) if head == "self.__class__" else made.get((binding.scope, head), head)
            if cls in module.classes:
                found[cls, name].append(replace(binding, name=f"self.{name}"))
    return dict(found)


def _made(module: Module) -> dict[tuple[str, str], str]:
    """Function and name → the class of the object that it makes under that name, and returns: `bot = cls()`, `bot = Bot()`."""
    found: dict[tuple[str, str], str] = {}
    for function in module.facts.functions:
        for name in (value.name for value in function.returns if isinstance(value, Name)):
            made = [b.value for b in module.bindings.get((function.qualname, name), ()) if b.operation == "set"]
            if len(made) == 1 and isinstance(made[0], Result):
                cls = _class_of(module, module.facts.invocations[made[0].invocation].callee, function)
                if cls is not None:
                    found[function.qualname, name] = cls
    return found


def _class_of(module: Module, callee: Expr, function: Function) -> str | None:
    """The class of the file that a call makes an object of: `cls()`, `Bot()`, `cls.__new__(cls)`."""
    if isinstance(callee, Attribute) and callee.name == "__new__":
        callee = callee.base
    name = callee.name if isinstance(callee, Name) else ""
    return function.owner if name == "cls" else name if name in module.classes else None
