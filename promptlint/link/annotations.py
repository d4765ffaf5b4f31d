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
    parts, depth = [""], 0
    for character in text:
        depth += (character in "[(") - (character in "])")
        if character == mark and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
