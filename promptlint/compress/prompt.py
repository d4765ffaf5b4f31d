"""A prompt of a project as the rewrite engine sees it, and its literal text after changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from promptlint.compress.rewrite import LAYERS, rewrite
from promptlint.compress.splice import Change, applied
from promptlint.editor import prompt_sent
from promptlint.facts import Literal, Prompt

Count = Callable[[str], int]


def shortened(
    prompt: Prompt,
    *,
    count: Count,
    contractions: bool = True,
    without: frozenset[str] = frozenset(),
    least: int = 1,
) -> list[Change]:
    """The safe changes of a prompt, in places of `prompt_text`. The other arguments are those of `rewrite`."""
    sent = prompt_sent(prompt)
    done = rewrite(
        sent.text,
        count=count,
        holes=sent.holes,
        syntax=prompt.syntax,
        contractions=contractions,
        # `dedent` and `cleandoc` see the lines before they are sent: only words are ours there.
        layers=LAYERS - {"structure"} if prompt.reshaped or prompt.form == "docstring" else LAYERS,
        without=without,
        least=least,
    )
    return [replace(c, start=sent.offset(c.start), end=sent.offset(c.end)) for c in done.changes]


def literal_tokens(prompt: Prompt, changes: Sequence[Change], count: Count) -> int:
    """The tokens of the literal runs, each counted alone, after changes that touch no hole."""
    total = position = 0
    for segment in prompt.segments:
        if isinstance(segment, Literal):
            end = position + len(segment.text)
            here = [
                replace(c, start=c.start - position, end=c.end - position)
                for c in changes
                if position <= c.start and c.end <= end
            ]
            total += count(applied(segment.text, here))
            position = end
        else:
            position += len(segment.source)
    return total
