"""PRM203 padded-prompt. Its page: `rules/checks/PRM203-padded-prompt.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.edits import replace_text
from promptlint.facts import Literal, Prompt
from promptlint.findings import Edit, Finding, Fix, Impact
from promptlint.money.cost import PromptMeasure
from promptlint.money.tokens import count
from promptlint.registry import Context, check

_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){3,}")
_TRAILING = re.compile(r"[ \t]+(?=\n)")
_FENCE = re.compile(r"```|~~~")


@check("PRM203")
def padded_prompt(prompt: Prompt, measure: PromptMeasure, context: Context) -> Iterator[Finding]:
    """Report blank lines in runs and blanks at the ends of lines, which are sent with every request."""
    if prompt.confidence == "low" or _FENCE.search(prompt.text):
        return
    edits: list[Edit] = []
    saved = 0
    for literal in prompt.segments:
        if not isinstance(literal, Literal):
            continue
        shorter = literal.text
        for edit, pattern, content in _edits(prompt, literal, context.text(prompt.place.path)):
            edits.append(edit)
            shorter = pattern.sub(content, shorter)
        saved += count(literal.text, measure.encoding) - count(shorter, measure.encoding)
    if not edits or saved < context.threshold("PRM203", "min-tokens"):
        return
    first = min(edits, key=lambda e: e.place.span.start)
    yield Finding(
        place=first.place,
        message=f"blank lines and trailing blanks cost {saved} tokens in every request",
        impact=Impact(kind="saving", input_tokens=saved),
        fix=Fix(title="Remove them", applicability="safe", edits=tuple(edits)),
        related=((prompt.place, "the prompt"),),
    )


def _edits(prompt: Prompt, literal: Literal, text: str) -> Iterator[tuple[Edit, re.Pattern[str], str]]:
    """The edits of one run; the last line is never touched: a blank there may be meant."""
    taken: list[tuple[int, int]] = []
    for pattern, content in ((_BLANK_LINES, "\n\n"), (_TRAILING, "")):
        for match in pattern.finditer(literal.text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            if match.end() == len(literal.text):
                continue
            edit = replace_text(prompt, literal, match.start(), match.end(), content, text)
            if edit is not None:
                taken.append((match.start(), match.end()))
                yield edit, pattern, content
