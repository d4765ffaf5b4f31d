"""Which strings of a YAML or JSON document are prompts: by the known layouts, by name and text, by their neighbours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from promptlint.parse.reads import (
    names_prompt,
    prompt_confidence,
    prompt_module,
    prompt_place,
    reads_like_a_prompt,
    score,
    text_shape,
)
from promptlint.parse.scalars import Scalar

Keys = tuple[str | int, ...]
Entry = tuple[Scalar, str | None, str | None]  # the string, its role, the template syntax that the file names

_ROLES = frozenset(("system", "user", "assistant", "developer", "human", "ai", "model"))
_SYNTAX = {
    "f-string": "fstring", "jinja2": "jinja2", "mustache": "mustache", "handlebars": "mustache",
    "semantic-kernel": "mustache", "liquid": "jinja2",
}  # fmt: skip
_TEXT_KEYS = frozenset(
    ("content", "template", "prompt", "text", "system", "user", "human", "instruction", "instructions", "message")
)
_HELD = re.compile(r"(?:^|_)(?:prompts|prompt_templates|instructions|messages)$", re.IGNORECASE)
_HOLE = re.compile(r"\{\{[^{}\n]+\}\}|\{%|\{[A-Za-z_]\w*\}|\$\{\w")
# The rows of a dataset are JSON; YAML beside them says what to ask about these.
_RECORDED = re.compile(
    r"(?:^|/)(?:(?:fixtures?|cassettes?|snapshots?|__snapshots__|test_?data|recordings?)/|datasets?/.*(?<!\.yaml)(?<!\.yml)$)",
    re.IGNORECASE,
)
# A list longer than this is data, not a collection of prompts.
_LONGEST_LIST = 50
_FEWEST_WORDS = 6
# What only a task of lm-evaluation-harness says beside its prompt, and what it says as others do.
_EVALUATED = frozenset(("doc_to_text", "doc_to_target", "task_alias", "process_docs"))
_OF_TASKS = frozenset(("task", "dataset_path", "output_type"))
# Entries that hold what was asked and what was answered are the rows of a dataset; a few are examples for a model.
_ASKED = frozenset(("prompt", "instruction", "instructions", "question", "query", "input", "text", "user"))
_ANSWERED = frozenset(
    (
        "response",
        "responses",
        "completion",
        "output",
        "answer",
        "answers",
        "expected",
        "chosen",
        "label",
        "target",
        "assistant",
    )
)
_FEWEST_ROWS = 5
# Entries that say where their text was found, or how near it is to others, are the documents of a store.
_FOUND_AT = frozenset(("url", "uri", "href", "link", "permalink", "source_url", "page_content", "embedding"))
_WORD = re.compile(r"[^\W\d_]{2,}(?:\W+[^\W\d_]+){3}")


def prompt_entries(path: str, scalars: Sequence[Scalar]) -> list[Entry]:
    """The prompts among the strings of one document, in order."""
    if _RECORDED.search(path):
        return []
    scalars = _without_rows(_short_lists(scalars))
    groups: dict[Keys, dict[str, Scalar]] = {}
    for scalar in scalars:
        if scalar.keys and isinstance(scalar.keys[-1], str):
            groups.setdefault(scalar.keys[:-1], {})[scalar.keys[-1]] = scalar
    if {"$schema", "openapi", "swagger", "interactions"} & groups.get((), {}).keys():
        return []
    tops = {scalar.keys[0] for scalar in scalars if scalar.keys}
    chosen: dict[int, Entry] = {}
    for scalar in scalars:
        entry = (
            _by_layout(scalar, groups.get(scalar.keys[:-1], {}), tops)
            or _by_place(scalar, path)
            or _by_reading(scalar, path)
        )
        if entry is not None:
            chosen[scalar.start] = entry
    for scalar in _neighbours(scalars, chosen):
        chosen[scalar.start] = (scalar, None, None)
    return [chosen[start] for start in sorted(chosen)]


def _short_lists(scalars: Sequence[Scalar]) -> list[Scalar]:
    """The strings that stand in no long list."""
    long = {
        scalar.keys[:i]
        for scalar in scalars
        for i, key in enumerate(scalar.keys)
        if isinstance(key, int) and key >= _LONGEST_LIST
    }
    if not long:
        return list(scalars)
    return [scalar for scalar in scalars if not any(scalar.keys[:i] in long for i in range(len(scalar.keys)))]


def _without_rows(scalars: Sequence[Scalar]) -> Sequence[Scalar]:
    """The strings that stand in no list whose entries are questions with their answers, or documents with their addresses."""
    keys: dict[Keys, set[str]] = {}
    for scalar in scalars:
        if len(scalar.keys) > 1 and isinstance(scalar.keys[-2], int) and isinstance(scalar.keys[-1], str):
            keys.setdefault(scalar.keys[:-1], set()).add(scalar.keys[-1].lower())
    rows = {entry for entry, names in keys.items() if (names & _ASKED and names & _ANSWERED) or _document(names)}
    lists = Counter(entry[:-1] for entry in rows)
    many = {place for place, count in lists.items() if count >= _FEWEST_ROWS}
    return [scalar for scalar in scalars if scalar.keys[:-2] not in many] if many else scalars


def _document(names: set[str]) -> bool:
    return bool(names & _FOUND_AT) and all(names_prompt(name) < 3 for name in names)


def _by_layout(scalar: Scalar, siblings: dict[str, Scalar], tops: set[str | int]) -> Entry | None:
    """CrewAI's agents and tasks, saved LangChain and Semantic Kernel prompts, tasks of lm-eval, chat messages, promptfoo's `prompts`."""
    key = scalar.keys[-1] if scalar.keys else ""
    if len(scalar.value.split()) < 2:
        return None
    names = siblings.keys()
    if key in ("role", "goal", "backstory") and len({"role", "goal", "backstory"} & names) >= 2:
        return scalar, None, None
    if key in ("description", "expected_output") and {"description", "expected_output"} <= names:
        return scalar, None, None
    if key in ("template", "prefix", "suffix") and {"_type", "template_format", "input_variables"} & names:
        chosen = siblings.get("template_format")
        return scalar, None, _SYNTAX.get(chosen.value) if chosen else "fstring"
    if key in ("doc_to_text", "description") and _EVALUATED & names and _OF_TASKS & names:
        return (scalar, None, "jinja2") if _WORD.search(_HOLE.sub(" ", scalar.value)) else None
    role = siblings.get("role")
    if key in ("content", "text") and role is not None and role.value in _ROLES:
        return (scalar, role.value, None) if reads_like_a_prompt(scalar.value) or role.value == "system" else None
    if key in _ROLES and scalar.keys[-3:-2] == ("messages",):  # `messages: [{system: "You are …"}, {user: "…"}]`
        return (scalar, str(key), None) if key == "system" or reads_like_a_prompt(scalar.value) else None
    promptfoo = scalar.keys[:1] == ("prompts",) and bool({"providers", "tests", "targets"} & tops)
    if promptfoo and len(scalar.keys) <= 3 and (isinstance(key, int) or key == "raw") and " " in scalar.value:
        return scalar, None, None
    return None


def _by_place(scalar: Scalar, path: str) -> Entry | None:
    """A template of several lines where prompts are kept: `prompts: - task: x, content: |`, or any file of prompts."""
    words = [key.lower() for key in scalar.keys if isinstance(key, str)]
    if not words or words[-1] not in _TEXT_KEYS or "\n" not in scalar.value.strip():
        return None
    filed = prompt_module(path) or prompt_place(path)
    held = any(map(_HELD.search, words[:-1])) or (filed and names_prompt(words[-1]) >= 0) or words[-1] == "prompt"
    if (
        not held
        or not _HOLE.search(scalar.value)
        or text_shape(scalar.value) in ("sql", "html", "code", "shell", "css")
    ):
        return None
    plain = _HOLE.sub(" ", scalar.value)
    return (scalar, words[-1] if words[-1] in _ROLES else None, None) if _WORD.search(plain) else None


def _by_reading(scalar: Scalar, path: str) -> Entry | None:
    """Its key (or one above it) and its text both say so."""
    words = [key for key in scalar.keys if isinstance(key, str)]
    name = words[-1] if words else None
    if len(words) > 1 and names_prompt(name) in (0, 1) and names_prompt(words[-2]) > 1:
        name = f"{words[-2]}_{words[-1]}"
    above = scalar.keys[-2] if len(scalar.keys) > 1 else None
    owner = above if isinstance(above, str) and above.lower().endswith("prompts") else ""
    if prompt_confidence(name, scalar.value, path, owner) in ("high", "medium"):
        role = name if name in _ROLES else None
        return scalar, role, None
    return None


def _neighbours(scalars: Sequence[Scalar], chosen: dict[int, Entry]) -> Iterator[Scalar]:
    """In a file of prompts, the shorter pieces beside them: a fifth of its sentences must be prompts, and two at least."""
    long = [s for s in scalars if len(s.value.split()) >= _FEWEST_WORDS]
    sure = sum(1 for s in long if s.start in chosen)
    if sure < 2 or sure * 5 < len(long):
        return
    for scalar in long:
        name = next((key for key in reversed(scalar.keys) if isinstance(key, str)), None)
        if (
            scalar.start not in chosen
            and names_prompt(name) >= 0
            and text_shape(scalar.value) is None
            and score(scalar.value) >= 3
        ):
            yield scalar


def element_entries(path: str, elements: Sequence[Scalar]) -> list[Entry]:
    """The elements of an XML text whose name and content say that they are prompts; none inside another one."""
    found: list[Entry] = []
    end = -1
    for element in elements:
        name = element.keys[-1]
        if element.start < end or not isinstance(name, str) or not element.value.strip():
            continue
        confidence = prompt_confidence(name, element.value, path)
        if names_prompt(name) == 3 and confidence in ("high", "medium"):
            found.append((element, name if name in _ROLES else None, None))
            end = element.end
    return found
