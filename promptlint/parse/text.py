"""Prompt files → facts: text, markdown and prompty as a whole or by role, YAML and JSON by entry."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from promptlint.facts import FileFacts, Hole, Literal, Segment, Span, Text, TextFile
from promptlint.parse.entries import prompt_entries
from promptlint.parse.holes import guess, split_or_keep
from promptlint.parse.ignores import find_template_ignores
from promptlint.parse.reads import file_is_prompt
from promptlint.parse.scalars import Scalar, json_scalars, yaml_scalars

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(?:(?!---[ \t]*\r?$)[^\n]*\n)*?---[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
_ROLE_LINE = re.compile(
    r"^[ \t]*#?[ \t]*(system|user|assistant|developer)[ \t]*:[ \t]*\r?$", re.MULTILINE | re.IGNORECASE
)
_MUSTACHE = re.compile(r"^\s*template:\s*[\"']?mustache", re.MULTILINE)
_ROOT = re.compile(r"[^\W\d]\w*")
_READERS = {"yaml": yaml_scalars, "yml": yaml_scalars, "json": json_scalars}


def parse_text(path: str, text: str) -> FileFacts:
    """The prompts of one file. `path` chooses the reader and counts as evidence.

    A text file that does not read like a prompt has no entry; its text is in `texts`, for a program that loads it.
    Broken YAML or JSON is no prompt file, and no problem of ours.
    """
    suffix = path.rpartition(".")[2].lower()
    if suffix in _READERS:
        return FileFacts(kind="data", prompts=data_prompts(path, text))
    if suffix == "toml":  # the parser keeps no places
        return FileFacts(kind="data")
    front = _FRONT_MATTER.match(text)
    start = front.end() if front else 0
    if not text[start:].strip():
        return FileFacts(kind="text")
    if file_is_prompt(path, text[start:]) is None:
        whole = Text(form="constant", segments=(_literal(text, 0, len(text)),), span=Span(0, len(text)))
        return FileFacts(kind="text", texts=(whole,))
    prompts = bodies(path, text)
    return FileFacts(kind="text", prompts=prompts, variables=_variables(prompts), ignores=find_template_ignores(text))


def data_prompts(path: str, text: str) -> tuple[TextFile, ...]:
    """The prompts among the strings of a YAML or JSON file."""
    entries = prompt_entries(path, _READERS[path.rpartition(".")[2].lower()](text))
    return tuple(_entry(text, *entry) for entry in entries)


def bodies(path: str, text: str) -> tuple[TextFile, ...]:
    """What follows the front matter of a text file, as one prompt or by role, whatever it reads like."""
    suffix = path.rpartition(".")[2].lower()
    front = _FRONT_MATTER.match(text)
    start = front.end() if front else 0
    if not text[start:].strip():
        return ()
    named = "mustache" if front and _MUSTACHE.search(front.group()) else "jinja2" if suffix == "prompty" else None
    return tuple(_sections(text, start, named, by_role=suffix in ("prompty", "prompt")))


def _sections(text: str, start: int, syntax: str | None, *, by_role: bool) -> Iterator[TextFile]:
    """The body as one prompt, or one for each `system:` and `user:` line of a prompty file."""
    marks = list(_ROLE_LINE.finditer(text, start)) if by_role else []
    if not marks or text[start : marks[0].start()].strip():
        yield _section(text, start, len(text), syntax, None)
        return
    for i, mark in enumerate(marks):
        end = marks[i + 1].start() if i + 1 < len(marks) else len(text)
        if text[mark.end() : end].strip():
            yield _section(text, mark.end(), end, syntax, mark.group(1).lower())


def _section(text: str, start: int, end: int, syntax: str | None, role: str | None) -> TextFile:
    literal = _literal(text, start, end)
    segments, syntax = split_or_keep(literal, syntax or guess(literal.text))
    return TextFile(segments=segments, span=literal.span, syntax=syntax, role=role)


def _literal(text: str, start: int, end: int) -> Literal:
    return Literal(text=text[start:end], span=Span(start, end), runs=((0, start, end - start),))


def _variables(prompts: tuple[TextFile, ...]) -> tuple[str, ...]:
    """The names that fill the slots of a file, each once."""
    names = (m.group() for p in prompts for s in p.segments if isinstance(s, Hole) and (m := _ROOT.match(s.name)))
    return tuple(dict.fromkeys(names))


def _entry(text: str, scalar: Scalar, role: str | None, syntax: str | None) -> TextFile:
    """One string of a collection. What stands there folded or escaped is counted, not edited: its literals have no map."""
    span = Span(scalar.start, scalar.end)
    literal = Literal(text=scalar.value, span=span, runs=scalar.runs)
    segments, syntax = split_or_keep(literal, syntax or guess(scalar.value))
    placed = segments if scalar.runs else tuple(_placed(text, span, segments))
    return TextFile(segments=placed, span=span, syntax=syntax, key=scalar.path, role=role)


def _placed(text: str, span: Span, segments: tuple[Segment, ...]) -> Iterator[Segment]:
    """The same segments with the places of their holes, looked up in order; one that is not found keeps the whole."""
    position = span.start
    for segment in segments:
        if isinstance(segment, Hole):
            start = text.find(segment.source, position, span.end)
            if start >= 0:
                position = start + len(segment.source)
                yield replace(segment, span=Span(start, position))
                continue
        yield segment
