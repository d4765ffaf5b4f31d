"""Objects that are given a list of others, each with a model or a text of its own: the agents of a team, the tasks of a crew."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Items
from promptlint.link.resolve.arguments import layered
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.passed import Arguments
from promptlint.link.resolve.values import Data, Instance, Value, each

ANSWERS = frozenset(("agent", "llm"))
_DEEPEST = 3
_MOST = 20


def members(names: Names, instance: Instance | None, depth: int = 0) -> list[Instance]:
    """The objects an object is made of, those of a team in a team as well."""
    if instance is None or not instance.client.members or depth > _DEEPEST:
        return []
    found: list[Instance] = []
    for member in _given(names, layered(names, instance.layers), instance.client.members):
        found.append(member)
        found.extend(members(names, member, depth + 1))
    return found[:_MOST]


def _given(names: Names, arguments: Arguments, parameters: tuple[str, ...]) -> Iterator[Instance]:
    for argument in [a for parameter in parameters for a in arguments.given.get(parameter, ())]:
        for value in each(names.resolve(argument.expr, argument.context)):
            found: list[Value] = [value]
            if isinstance(value, Data) and isinstance(value.expr, Items):
                found = [v for expr in value.expr.values for v in each(names.resolve(expr, value.context))]
            yield from (one for one in found if isinstance(one, Instance) and not one.chain)
