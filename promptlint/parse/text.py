"""Prompt files → facts: text, markdown and prompty as a whole or by role, YAML, JSON, TOML and XML by entry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from promptlint.facts import FileFacts, Hole, Ignore, Literal, Segment, Span, TextFile
from promptlint.parse.entries import Entry, element_entries, prompt_entries
from promptlint.parse.holes import guess, split_or_keep
from promptlint.parse.ignores import (
    find_data_ignores,
    find_front_ignores,
    find_markup_ignores,
    find_template_ignores,
)
from promptlint.parse.marked import toml_scalars, xml_texts
from promptlint.parse.reads import file_is_prompt, may_be_prompt
from promptlint.parse.scalars import Scalar, json_scalars, whole_numbers, yaml_scalars
from promptlint.parse.templates import free_variables, included, shown

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(?:(?!---[ \t]*\r?$)[^\n]*\n)*?---[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
# Front matter that names a language model: what stands below it is sent to that.
_MODEL = re.compile(
    r"^[ \t]*model(?:_name|_id)?:[ \t]*[\"']?(?:[\w.-]+[/:])*(?:gpt|chatgpt|claude|gemini|gemma|o[1-9]\b|llama|mi[sx]tral|command|"
    r"deepseek|qwen|grok|nova|phi|sonar)",
    re.MULTILINE | re.IGNORECASE,
)
_ROLE_LINE = re.compile(
    r"^[ \t]*#?[ \t]*(system|user|assistant|developer)[ \t]*:[ \t]*\r?$", re.MULTILINE | re.IGNORECASE
)
_MUSTACHE = re.compile(r"^[ \t]*template:\s*[\"']?mustache", re.MULTILINE)
_ROLE_TAG = re.compile(r"\{\{\s*role\s+[\"'](system|user|assistant|model)[\"']\s*\}\}[ \t]*\r?\n?")
_PROMPT_KEY = re.compile(
    r"(?:^|[._-])(?:prompts?|prompt[_-]templates?|instructions?|system[_-]message)(?:[_-](?:file|path|filename|file[_-]path))?(?:\.\d+)?$",
    re.IGNORECASE,
)
_MODEL_KEY = re.compile(r"model|llm|engine|deployment|embed|encoder", re.IGNORECASE)
_SECRET_KEY = re.compile(r"key|secret|token|password|passwd|credential|auth|url|host", re.IGNORECASE)
_PROMPT_FILE = re.compile(r"[\w./-]+\.(?:txt|md|markdown|prompt|tmpl|j2|jinja2?|mustache|hbs)")
_ROOT = re.compile(r"[^\W\d]\w*")
_READERS = {"yaml": yaml_scalars, "yml": yaml_scalars, "json": json_scalars, "toml": toml_scalars}
_MOST_OTHERS = 300


def parse_text(path: str, text: str) -> FileFacts:
    """The prompts of one file. `path` chooses the reader and counts as evidence.

    What does not read like a prompt is kept among the others, for a program that loads it.
    Broken YAML, JSON or TOML is no prompt file, and no problem of ours.
    """
    suffix = path.rpartition("/")[2].rpartition(".")[2].lower()
    if suffix in _READERS:
        scalars = _READERS[suffix](text)
        entries = prompt_entries(path, scalars)
        prompts = tuple(_entry(text, *entry) for entry in entries)
        return FileFacts(
            kind="data",
            prompts=prompts,
            others=tuple(_rest(text, entries, scalars)),
            ignores=find_data_ignores(text, [Span(s.start, s.end) for s in scalars]) if suffix != "json" else (),
            includes=tuple(_files(scalars)),
            words=_words(scalars, whole_numbers(suffix, text)),
        )
    if suffix in ("xml", "rail"):
        entries = element_entries(path, xml_texts(text))
        if entries:
            entered = tuple(_entry(text, *entry) for entry in entries)
            return FileFacts(kind="data", prompts=entered, ignores=find_markup_ignores(text))
    front = _FRONT_MATTER.match(text)
    start = front.end() if front else 0
    if not text[start:].strip():
        return FileFacts(kind="text")
    syntax = _named_syntax(suffix, front.group() if front else "")
    prompts = tuple(_sections(text, start, syntax, by_role=suffix in ("prompty", "prompt")))
    holes = any(isinstance(s, Hole) for p in prompts for s in p.segments)
    seen = "".join(shown(p.segments) for p in prompts)
    told = front is not None and _MODEL.search(front.group()) is not None
    reads = file_is_prompt(path, seen, holes=holes) is not None or (told and may_be_prompt(path))
    jinja = any(prompt.syntax == "jinja2" for prompt in prompts)
    return FileFacts(
        kind="text",
        prompts=prompts if reads else (),
        others=() if reads else prompts,
        variables=free_variables(text[start:])[0] if jinja else _variables(prompts),
        includes=included(text) if jinja else (),
        ignores=_ignores(suffix, text, front.group() if front else "") if reads else (),
        words=_front_words(front.group()) if front is not None else {},
    )


def _ignores(suffix: str, text: str, front: str) -> tuple[Ignore, ...]:
    """The ignore comments of a text: its front matter's, Jinja's, and in Markdown and XML those of markup."""
    markup = find_markup_ignores(text) if suffix in ("md", "markdown", "xml") else ()
    return (*find_front_ignores(front), *find_template_ignores(text), *markup)


def _front_words(front: str) -> dict[str, str | int]:
    """The names of models and the numbers that stand in the lines before a text, between its marks."""
    fields = front.partition("\n")[2].rpartition("---")[0]
    return _words(yaml_scalars(fields), whole_numbers("yaml", fields))


def _named_syntax(suffix: str, front: str) -> str | None:
    """The syntax that a format or its front matter names; None where it is to be guessed."""
    if _MUSTACHE.search(front) or suffix in ("mustache", "hbs", "handlebars", "dotprompt"):
        return "mustache"
    return "jinja2" if suffix == "prompty" or suffix.startswith(("jinja", "j2")) else None


def _sections(text: str, start: int, syntax: str | None, *, by_role: bool) -> Iterator[TextFile]:
    """The body as one prompt, or one for each role: behind `system:` lines of prompty, `{{role "system"}}` of dotprompt."""
    marks = list(_ROLE_TAG.finditer(text, start))
    if marks:
        syntax = syntax or "mustache"
        if text[start : marks[0].start()].strip():
            yield _section(text, start, marks[0].start(), syntax, None)
    elif by_role:
        marks = list(_ROLE_LINE.finditer(text, start))
        if marks and text[start : marks[0].start()].strip():
            marks = []
    if not marks:
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


def _rest(text: str, entries: Sequence[Entry], scalars: Sequence[Scalar]) -> Iterator[TextFile]:
    """The other strings of a small collection."""
    chosen = {scalar.start for scalar, _, _ in entries}
    others = [s for s in scalars if s.start not in chosen and " " in s.value.strip()]
    if len(others) <= _MOST_OTHERS:
        yield from (_entry(text, scalar, None, None) for scalar in others)


def _words(scalars: Sequence[Scalar], numbers: Mapping[str, int]) -> dict[str, str | int]:
    """The names of models in a small collection, and its numbers, by their keys. Keys to services and the like are not kept."""
    found = {s.path: s.value for s in scalars if len(s.value.split()) == 1 and _names_model(s.path)}
    return {**found, **numbers} if len(found) + len(numbers) <= _MOST_OTHERS else {}


def _names_model(path: str) -> bool:
    return _MODEL_KEY.search(path) is not None and _SECRET_KEY.search(path.rpartition(".")[2]) is None


def _files(scalars: Sequence[Scalar]) -> Iterator[str]:
    """The files a collection lists as prompts: `prompts: [file://judge.txt]` of promptfoo, `prompt_template: "eval/judge.txt"`."""
    for scalar in scalars:
        if scalar.value.startswith("file://") and scalar.path.partition(".")[0] == "prompts":
            yield scalar.value.removeprefix("file://").removeprefix("./")
        elif _PROMPT_KEY.search(scalar.path) and _PROMPT_FILE.fullmatch(scalar.value):
            yield scalar.value.removeprefix("./")


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
