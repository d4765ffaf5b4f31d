"""What functions return and variables hold, as far as the words of one file say it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from promptlint.facts import Attribute, Choice, Expr, FileFacts, Function, Name, Result

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, eq=False)
class Holding:
    """A word of an annotation, the last name of what is called, or the class whose method that is → the functions that return
    that, and the variables and attributes that hold it.
    """

    returned: Mapping[str, frozenset[str]]
    held: Mapping[str, frozenset[str]]


def holding(facts: FileFacts, functions: Mapping[str, Function]) -> Holding:
    """All of these names in a file."""
    returned: dict[str, set[str]] = defaultdict(set)
    held: dict[str, set[str]] = defaultdict(set)
    for function in facts.functions:
        name = function.qualname.rpartition(".")[2]
        words = [*_mentioned(function.annotation), *(maker for v in function.returns for maker in _makers(v, facts))]
        for word in words:
            returned[word].add(name)
            if function.decorators:  # read as an attribute, where that is `property` or the like
                held[word].add(name)
        for parameter in function.parameters:
            for word in _mentioned(parameter.annotation):
                held[word].add(parameter.name)
    for binding in facts.bindings:
        name = (binding.key or binding.name).rpartition(".")[2]
        for word in _mentioned(binding.annotation):
            held[word].add(name)
        for maker in _makers(binding.value, facts):
            held[maker].add(name)
        if isinstance(binding.value, Name) and binding.scope in functions:
            for parameter in functions[binding.scope].parameters:
                if parameter.name == binding.value.name:
                    for word in _mentioned(parameter.annotation):
                        held[word].add(name)
    return Holding(*({word: frozenset(names) for word, names in found.items()} for found in (returned, held)))


def _mentioned(annotation: str | None) -> list[str]:
    return _WORD.findall(annotation) if annotation is not None else []


def _makers(value: Expr, facts: FileFacts) -> Iterator[str]:
    if isinstance(value, Choice):
        for option in value.options:
            yield from _makers(option, facts)
    elif isinstance(value, Result):
        callee = facts.invocations[value.invocation].callee
        yield getattr(callee, "name", "")
        made_by = getattr(callee.base, "name", "") if isinstance(callee, Attribute) else ""
        if made_by[:1].isupper():  # `Program.from_defaults(...)`
            yield made_by
