"""What an annotation promises of a value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from promptlint.facts import Items
from promptlint.link.program.annotations import alternatives, class_of
from promptlint.link.program.module import Module
from promptlint.link.resolve.values import ClassValue, Context, Data, External, Instance, Value, each

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names


class Promised:
    """Follows the names in annotations."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def by(self, text: str, module: Module) -> Value | None:
        """What an annotation promises: an object of an SDK or of the project, a class of such, or an SDK. None for anything else."""
        found: list[Value] = []
        for part in alternatives(text):
            asked = class_of(part)
            if asked is not None:
                # One of an SDK may be of a class below it, with defaults of its own.
                named = (value for kind in alternatives(asked) for value in self._named_by(kind, module))
                found += (value for value in named if isinstance(value, ClassValue))
                continue
            for promised in self._named_by(part, module):
                if isinstance(promised, External):
                    found += self._promised(promised.path)
                elif isinstance(promised, ClassValue):
                    found.append(self._names.results.instance_of(promised, None, None))
        return self._names.choice(found) if found else None

    def _named_by(self, part: str, module: Module) -> Sequence[Value]:
        """What the name in one type of an annotation stands for."""
        head = part.partition("[")[0]
        if not head or head == "None" or not head.replace(".", "").isidentifier():
            return ()
        value = self.named(head, module)
        # `Client = Annotated[OpenAI, Depends(get_client)]`
        if isinstance(value, Data) and isinstance(value.expr, Items):
            value = self._names.resolve(value.expr.values[0], value.context) if value.expr.values else None
        return each(value) if value is not None else ()

    def named(self, dotted: str, module: Module) -> Value | None:
        """What a dotted name that stands in a text, as in an annotation, is in a module."""
        first, *rest = dotted.split(".")
        value = self._names.scopes.in_scope(module, "", first, None, Context(module))
        for name in rest:
            value = self._names.attribute(value, name, Context(module)) if value is not None else None
        return value

    def _promised(self, path: str) -> list[Value]:
        """An object of an SDK class, or of what an SDK function makes; neither was made here. Or the SDK: `openai: openai`."""
        if path in self._names.knowledge.packages:
            return [External(path)]
        client = self._names.knowledge.client_at(path)
        if client is not None:
            return [Instance(client, chain=client.chain, role=client.role, built=False)]
        made = [
            (self._names.knowledge.made_by(spec), spec.role_of_result) for spec in self._names.knowledge.calls_at(path)
        ]
        return [Instance(kind, role=role, built=False) for kind, role in made if kind is not None and role]
