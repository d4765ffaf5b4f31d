"""Annotations as they are written: the types that one allows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_DEEPEST_TYPE = 5
_WRAPPED_TYPE = re.compile(
    r"^(?:typing\.)?(Optional|Annotated|Final|ClassVar|Union|SerializeAsAny|InstanceOf|SkipValidation)\[(.+)\]$",
    re.DOTALL,
)
_GENERIC = re.compile(r"^(?:\w+\.)*(\w+)\[(.+)\]$", re.DOTALL)
_SEQUENCES = frozenset(
    ("list", "tuple", "set", "frozenset", "deque", "sequence", "mutablesequence", "collection", "iterable", "iterator",
     "asynciterable", "asynciterator", "generator", "asyncgenerator")
)  # fmt: skip
_MAPPINGS = frozenset(("dict", "mapping", "mutablemapping", "defaultdict", "ordereddict"))
_CLASS = re.compile(r"^(?:typing\.)?[Tt]ype\[(.+)\]$", re.DOTALL)


def class_of(text: str) -> str | None:
    """The class itself that an annotation asks for: `Chat` of `type[Chat]`."""
    asked = _CLASS.match(text) if "ype[" in text else None
    return asked.group(1) if asked is not None else None


@lru_cache(maxsize=4096)
def alternatives(text: str) -> tuple[str, ...]:
    """The types an annotation allows, each as it is written: `A | B`, `Union[A, B]`, `Optional[A]`, `Annotated[A, ...]`."""
    return tuple(_alternatives(text, 0))


def _alternatives(text: str, depth: int) -> Iterator[str]:
    for part in _parted(text, "|"):
        part = part.strip().strip("'\"").strip()
        wrapped = _WRAPPED_TYPE.match(part)
        if wrapped is None or depth > _DEEPEST_TYPE:
            yield part
        else:
            inside = _parted(wrapped.group(2), ",")
            for inner in inside if wrapped.group(1) == "Union" else inside[:1]:
                yield from _alternatives(inner, depth + 1)


def _parted(text: str, mark: str) -> list[str]:
    """A text cut at a mark where it stands in no brackets."""
    if mark not in text:
        return [text]
    parts, depth, start = [], 0, 0
    for at, character in enumerate(text):
        depth += (character in "[(") - (character in "])")
        if character == mark and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


@lru_cache(maxsize=4096)
def types_of_mapping(text: str) -> tuple[str, str] | None:
    """The types of the keys and of the values of a mapping: `dict[str, Provider]`."""
    for kind, inside in _generics(text):
        if kind in _MAPPINGS and len(inside) == 2:
            return inside[0], inside[1]
    return None


@lru_cache(maxsize=4096)
def element_type(text: str, *, index: int | None, looped: bool) -> str | None:
    """The type of what is taken out of a container: at an index, under a key, or `looped` by going through it."""
    mapped = types_of_mapping(text)
    if mapped is not None:
        return mapped[0 if looped else 1]
    for kind, inside in _generics(text):
        if kind == "tuple" and inside[-1] != "...":
            return inside[index] if index is not None and -len(inside) <= index < len(inside) else None
        if kind in _SEQUENCES:
            return inside[0]
    return None


def _generics(text: str) -> Iterator[tuple[str, list[str]]]:
    """The generic types that an annotation allows: `list` and what stands behind it in brackets."""
    for part in alternatives(text):
        generic = _GENERIC.match(part)
        if generic is not None:
            yield generic.group(1).lower(), [inner.strip() for inner in _parted(generic.group(2), ",")]
