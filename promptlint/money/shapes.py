"""How many tokens an answer of a demanded form has: JSON of its fields, as far as they are bounded."""

from __future__ import annotations

from promptlint.facts import Shape
from promptlint.money import tokens
from promptlint.money.lengths import Unit, tables


def shape_tokens(shape: Shape) -> tuple[int, int | None]:
    """Low and high of the JSON of a shape; high is None where a text or a list may be of any length."""
    values = tables().value
    match shape.kind:
        case "choice":
            counts = [tokens.count(f'"{option}"') for option in shape.options]
            # A quote may be cut off its word.
            return min(counts), max(counts) + 2
        case "object":
            return _object(shape.fields)
        case "list":
            return _list(shape)
        case kind if kind in values:
            return int(values[kind].low), int(values[kind].high)
    return 2, None  # a text: its quotes at least


def _object(fields: tuple[tuple[str, Shape], ...]) -> tuple[int, int | None]:
    values = tables().value
    low, high = int(values["brackets"].low), float(values["brackets"].high)
    bounded = True
    for name, shape in fields:
        key = tokens.count(name)
        least, most = shape_tokens(shape)
        low += 0 if shape.optional else key + int(values["key"].low) + least
        high += key + values["key"].high + (most or 0)
        bounded = bounded and most is not None  # null, in place of an optional one, is no longer
    return low, round(high) if bounded else None


def _list(shape: Shape) -> tuple[int, int | None]:
    brackets: Unit = tables().value["brackets"]
    if shape.element is None or shape.most is None:
        return int(brackets.low), None
    _, most = shape_tokens(shape.element)
    return int(brackets.low), None if most is None else round(brackets.high + shape.most * (most + 3))


def keys_tokens(keys: tuple[str, ...]) -> int:
    """The least that a JSON object with these keys has."""
    return _object(tuple((key, Shape(kind="null")) for key in keys))[0]
