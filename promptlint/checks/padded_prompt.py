"""PRM203 padded-prompt. Its page: `rules/checks/PRM203-padded-prompt.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from promptlint.editor import prompt_fix, prompt_text
from promptlint.edits import source_span
from promptlint.facts import Literal, Place, Prompt
from promptlint.findings import Finding
from promptlint.money.cost import PromptMeasure, prompt_saving
from promptlint.money.tokens import count
from promptlint.registry import Context, check

_PADDING = re.compile(r"(?P<lines>\n(?:[ \t]*+\r?\n){3,}+)|(?<![ \t])[ \t]++(?=\r?\n)")
_FENCE = re.compile(r"```|~~~")


@check("PRM203")
def padded_prompt(prompt: Prompt, measure: PromptMeasure, context: Context) -> Iterator[Finding]:
    """Report blank lines in runs and blanks at the ends of lines, which are sent with every request."""
    if prompt.confidence == "low" or _FENCE.search(prompt.text):
        return
    changes: list[tuple[int, int, str]] = []
    place, saved = prompt.place, 0
    for position, run in _runs(prompt):
        text = "".join(segment.text for segment in run)
        found = _movable(prompt, position, list(_changes(text)))
        if found and not changes:
            place = _place(prompt, run, found[0][0], found[0][1])
        changes += [(position + start, position + end, content) for start, end, content in found]
        saved += count(text, measure.encoding) - count(_shorter(text, found), measure.encoding)
    if not changes or saved < context.threshold("PRM203", "min-tokens"):
        return
    text = context.text(prompt.place.path)
    fix, refused = prompt_fix(prompt, changes, text, title="Remove them", applicability="safe")
    yield Finding(
        place=place,
        message=f"blank lines and trailing blanks cost {saved} tokens in every request{refused}",
        impact=prompt_saving(prompt, context.measures, saved),
        fix=fix,
        related=((prompt.place, "the prompt"),),
    )


def _runs(prompt: Prompt) -> Iterator[tuple[int, list[Literal]]]:
    """The literals that are joined with nothing filled in between, and where each run begins."""
    position = 0
    for literal, group in groupby(prompt.segments, key=lambda segment: isinstance(segment, Literal)):
        segments = list(group)
        if literal:
            yield position, [segment for segment in segments if isinstance(segment, Literal)]
        position += sum(len(s.text if isinstance(s, Literal) else s.source) for s in segments)


def _place(prompt: Prompt, run: Sequence[Literal], start: int, end: int) -> Place:
    """Where a part of a run stands, as far as it can be told."""
    for segment in run:
        if start < len(segment.text):
            span = source_span(segment, start, min(end, len(segment.text)))
            return Place(path=prompt.place.path, span=span) if span is not None else prompt.place
        start, end = start - len(segment.text), end - len(segment.text)
    return prompt.place


def _changes(text: str) -> Iterator[tuple[int, int, str]]:
    """What to take out of one run of text; its end is never touched: a blank there may be meant."""
    for match in _PADDING.finditer(text):
        if match.end() < len(text):
            yield match.start(), match.end(), "\n\n" if match.group("lines") else ""


def _movable(prompt: Prompt, position: int, found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Those changes of a run that touch no diff and no code, where a blank says something."""
    if not found:
        return found
    from promptlint.compress.protect import guards

    movable = guards(prompt_text(prompt)).movable
    return [c for c in found if movable(position + c[0], position + c[1])]


def _shorter(text: str, found: Sequence[tuple[int, int, str]]) -> str:
    parts, position = [], 0
    for start, end, content in found:
        parts += [text[position:start], content]
        position = end
    return "".join([*parts, text[position:]])
