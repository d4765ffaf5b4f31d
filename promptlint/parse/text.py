"""Prompt files → facts: text, markdown and prompty as a whole, YAML and JSON by entry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from promptlint.facts import FileFacts, Literal, Segment, Span, TextFile
from promptlint.parse.holes import TemplateError, split
from promptlint.parse.reads import file_is_prompt, tells, text_shape

_KEYS = re.compile(
    r"prompt|system|instruction|template|backstory|goal|role|description|expected_output|slice|user|task|message|text|content|persona|preamble|memory|tools|format"
)
_BRACES = re.compile(r"\{\{")
_JSON_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_FRONT_MATTER = re.compile(r"\A---\r?\n.*?\r?\n---\r?\n", re.DOTALL)


def parse_text(path: str, text: str) -> FileFacts:
    """The prompts of one file; none when it does not read like a prompt. Broken YAML or JSON is no prompt file."""
    suffix = path.rpartition(".")[2].lower()
    if suffix in ("yaml", "yml"):
        return FileFacts(kind="data", prompts=tuple(_yaml(text)))
    if suffix == "json":
        return FileFacts(kind="data", prompts=tuple(_json(text)))
    front = _FRONT_MATTER.match(text)
    start = front.end() if front else 0
    body = text[start:]
    if not body.strip() or file_is_prompt(path, body) is None:
        return FileFacts(
            kind="text", prompts=(_entry(body, start, None),) if body.strip() and suffix == "prompty" else ()
        )
    return FileFacts(kind="text", prompts=(_entry(body, start, None),))


def _entry(body: str, start: int, key: str | None) -> TextFile:
    literal = Literal(text=body, span=Span(start, start + len(body)), runs=((0, start, len(body)),))
    syntax = "jinja2" if _BRACES.search(body) or "{%" in body else "format"
    segments: tuple[Segment, ...]
    try:
        segments = split(literal, syntax)
    except TemplateError:
        segments, syntax = (literal,), "text"
    return TextFile(segments=segments, span=literal.span, syntax=syntax, key=key)


def _reads(key: str, value: str) -> bool:
    words = len(value.split())
    return (
        bool(_KEYS.search(key.lower()))
        and words >= 5
        and text_shape(value) is None
        and tells(value) >= (1 if words >= 6 else 2)
    )


def _yaml(text: str) -> Iterator[TextFile]:
    """Scalars of a YAML file that read like prompts, by the path of their keys."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = yaml.compose(text, Loader=loader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return
    seen: set[int] = set()
    stack: list[tuple[str, yaml.Node]] = [("", root)] if root is not None else []
    found: list[tuple[int, int, str, str]] = []
    while stack:
        path, node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            stack.extend(
                (f"{path}.{key.value}".strip("."), value)
                for key, value in node.value
                if isinstance(key, yaml.ScalarNode)
            )
        elif isinstance(node, yaml.SequenceNode):
            stack.extend((path, value) for value in node.value)
        elif isinstance(node, yaml.ScalarNode) and _reads(path, node.value):
            found.append((node.start_mark.index, node.end_mark.index, path, node.value))
    for start, end, key, value in sorted(found):
        yield _scalar(start, end, key, value)


def _scalar(start: int, end: int, key: str, value: str) -> TextFile:
    """A value whose source differs from its text (folds, escapes): counted, not edited."""
    literal = Literal(text=value, span=Span(start, end))
    syntax = "jinja2" if "{{" in value or "{%" in value else "format"
    try:
        return TextFile(segments=split(literal, syntax), span=literal.span, syntax=syntax, key=key)
    except TemplateError:
        return TextFile(segments=(literal,), span=literal.span, syntax="text", key=key)


def _json(text: str) -> Iterator[TextFile]:
    """String values of a JSON file that read like prompts."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return
    key = ""
    for match in _JSON_STRING.finditer(text):
        try:
            value = json.loads(match.group())
        except ValueError:
            continue
        if text[match.end() : match.end() + 20].lstrip().startswith(":"):
            key = value
        elif _reads(key, value):
            yield _scalar(match.start(), match.end(), key, value)
