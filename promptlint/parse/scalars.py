"""The strings of a YAML or JSON document: their keys, their text, and where they stand; and its numbers, where it speaks of tokens."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from promptlint.source import lines_of

if TYPE_CHECKING:
    import yaml

_MOST_SCALARS = 20_000
_DEEPEST = 200
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\],:]', re.DOTALL)
_MOST_DIGITS = 9
_TOKENS = re.compile(r"max_?(?:\w{1,20}_)?tokens|num_predict|max_length", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character: no tokenizer takes it


class Scalar(Struct, frozen=True):
    """A string value. `keys`: mapping keys and list positions from the root; the span is half-open, in code points.

    `runs` maps the text to the source where it stands there as it is (a YAML block with `|`, a string of one line
    without escapes), else it is empty.
    """

    keys: tuple[str | int, ...]
    value: str
    start: int
    end: int
    runs: tuple[tuple[int, int, int], ...] = ()

    @property
    def path(self) -> str:
        """The keys joined by dots."""
        return ".".join(map(str, self.keys))


def yaml_scalars(text: str) -> list[Scalar]:
    """All strings of the first YAML document, in order; none when the file is not YAML. Nothing is constructed."""
    found = (_scalar(keys, node, text) for keys, node in _yaml_nodes(text) if node.tag == "tag:yaml.org,2002:str")
    return sorted(found, key=lambda scalar: scalar.start)


def _scalar(keys: tuple[str | int, ...], node: yaml.ScalarNode, text: str) -> Scalar:
    start = node.start_mark.index
    end = start + len(text[start : node.end_mark.index].rstrip())
    return Scalar(keys, node.value, start, end, _runs(node, text, start, end))


def _yaml_nodes(text: str) -> Iterator[tuple[tuple[str | int, ...], yaml.ScalarNode]]:
    """The scalars of the first YAML document with their keys."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = next(yaml.compose_all(text, Loader=loader), None)
    except (yaml.YAMLError, RecursionError, ValueError, AttributeError):
        return
    stack: list[tuple[tuple[str | int, ...], yaml.Node]] = [((), root)] if isinstance(root, yaml.Node) else []
    seen: set[int] = set()  # an alias is its anchor's node again
    while stack and len(seen) < _MOST_SCALARS:
        keys, node = stack.pop()
        if id(node) in seen or len(keys) > _DEEPEST:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            pairs = [((*keys, str(key.value)), value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]
            stack.extend(reversed(pairs))
        elif isinstance(node, yaml.SequenceNode):
            stack.extend(reversed([((*keys, i), value) for i, value in enumerate(node.value)]))
        elif isinstance(node, yaml.ScalarNode):
            yield keys, node


def _runs(node: yaml.ScalarNode, text: str, start: int, end: int) -> tuple[tuple[int, int, int], ...]:
    """The map of a block with `|`, or of a string of one line that stands there as it is; empty for any other."""
    if node.style == "|":
        return _block_runs(text, start, node.end_mark.index, node.value)
    quotes = 1 if node.style in ("'", '"') else 0
    as_it_is = node.style != ">" and text[start + quotes : end - quotes] == node.value
    return ((0, start + quotes, len(node.value)),) if as_it_is and node.value else ()


def _block_runs(text: str, start: int, end: int, value: str) -> tuple[tuple[int, int, int], ...]:
    """The map of a block with `|`: each line without its indentation. Empty when a line does not fit."""
    first = text.find("\n", start, end) + 1
    if not first:
        return ()
    runs: list[tuple[int, int, int]] = []
    text_at, source_at, indent = 0, first, -1
    for line in lines_of(value):
        content = line.rstrip("\n")
        newline = text.find("\n", source_at, end)
        source_end = newline if newline >= 0 else end
        source = text[source_at:source_end]
        bare = source.removesuffix("\r")
        if content and indent < 0:
            indent = len(bare) - len(content)
        begin = indent if content else len(bare)
        if (content and (indent < 0 or bare[begin:] != content or bare[:begin].strip(" "))) or (
            not content and bare.strip(" ")
        ):
            return ()
        length = len(content) + (line.endswith("\n") and newline >= 0 and bare == source)
        if runs and runs[-1][0] + runs[-1][2] == text_at and runs[-1][1] + runs[-1][2] == source_at + begin:
            runs[-1] = (runs[-1][0], runs[-1][1], runs[-1][2] + length)
        elif length:
            runs.append((text_at, source_at + begin, length))
        text_at += len(line)
        source_at = source_end + 1
    return tuple(runs)


def json_scalars(text: str) -> list[Scalar]:
    """All string values of a JSON document, in order; none when the file is not JSON."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return []
    found: list[Scalar] = []
    keys: list[str | int] = []  # what leads to the value that comes next; a list counts its position
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token == "[":
            keys.append(0)
        elif token == "{":
            keys.append("")
        elif token in "]}":
            keys.pop()
        elif token == ",":
            keys[-1] = last + 1 if isinstance(last := keys[-1], int) else ""
        elif token != ":":
            value = json.loads(token)
            if keys and keys[-1] == "" and text[match.end() : match.end() + 200].lstrip()[:1] == ":":
                keys[-1] = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value) or " "
            elif len(found) < _MOST_SCALARS and not _SURROGATE.search(value):
                found.append(Scalar(tuple(keys), value, match.start(), match.end()))
    return found


def whole_numbers(suffix: str, text: str) -> dict[str, int]:
    """The numbers of tokens in a YAML, JSON or TOML document, by their keys joined with dots: whole, and not below zero."""
    if not _TOKENS.search(text):
        return {}
    if suffix in ("yaml", "yml"):
        numbers = ((keys, n.value) for keys, n in _yaml_nodes(text) if n.tag == "tag:yaml.org,2002:int")
        found = {keys: int(value) for keys, value in numbers if value.isdecimal() and len(value) < _MOST_DIGITS}
    else:
        found = dict(_integers(text, json.loads if suffix == "json" else tomllib.loads))
    return {".".join(map(str, keys)): number for keys, number in found.items()}


def _integers(text: str, load: Callable[[str], object]) -> Iterator[tuple[tuple[str | int, ...], int]]:
    try:
        root = load(text)
    except (ValueError, RecursionError):
        return
    stack: list[tuple[tuple[str | int, ...], object]] = [((), root)]
    while stack:
        keys, value = stack.pop()
        if isinstance(value, dict):
            stack.extend(((*keys, _SURROGATE.sub("", key)), held) for key, held in value.items())
        elif isinstance(value, list):
            stack.extend(((*keys, i), held) for i, held in enumerate(value))
        elif isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**_MOST_DIGITS:
            yield keys, value
