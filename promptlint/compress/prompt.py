"""A prompt of a project as the rewrite engine sees it, and its literal text after changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from promptlint.compress.splice import Change, applied
from promptlint.editor import Sent, prompt_sent
from promptlint.facts import Literal, Prompt

Count = Callable[[str], int]


def shortened(
    prompt: Prompt,
    *,
    count: Count,
    counted_by: str,
    contractions: bool = True,
    without: frozenset[str] = frozenset(),
    least: int = 1,
) -> list[Change]:
    """The safe changes of a prompt, in places of `prompt_text`.

    `counted_by` names the encoding that `count` counts with; the other arguments are those of `rewrite`.
    """
    sent = prompt_sent(prompt)
    # `dedent` and `cleandoc` see the lines before they are sent: only words are ours there.
    words_only = prompt.reshaped or prompt.form == "docstring"

    # What a call sends is a prompt whatever it says; what only reads like one has to go on doing so.
    known = None if _certain(prompt) else (prompt.name, prompt.place.path)

    def find() -> tuple[Change, ...]:
        from promptlint.compress.rewrite import LAYERS, rewrite
        from promptlint.compress.standing import recognisable

        made = rewrite(
            sent.text,
            count=count,
            holes=sent.holes,
            syntax=prompt.syntax,
            contractions=contractions,
            layers=LAYERS - {"structure"} if words_only else LAYERS,
            without=without,
            least=least,
        ).changes
        return made if known is None else tuple(recognisable(sent.text, made, name=known[0], path=known[1]))

    said = (sent.text, sent.holes, prompt.syntax, words_only, contractions, sorted(without), least, counted_by, known)
    return _placed(sent, _found(said, find))


def _certain(prompt: Prompt) -> bool:
    """Whether a prompt is one whatever it says: a call sends it, or a message of the code holds it."""
    return bool(prompt.used_by) or prompt.form == "messages_literal"


def folded(prompt: Prompt, *, count: Count, counted_by: str, least: int) -> list[Change]:
    """The changes that put laid out JSON of a prompt on one line, in places of `prompt_text`."""
    sent = prompt_sent(prompt)

    def find() -> tuple[Change, ...]:
        from promptlint.compress import rewrite

        return rewrite.folded(sent.text, count=count, holes=sent.holes, syntax=prompt.syntax, least=least).changes

    return _placed(sent, _found(("folded", sent.text, sent.holes, prompt.syntax, least, counted_by), find))


def _found(said: tuple[object, ...], find: Callable[[], tuple[Change, ...]]) -> tuple[Change, ...]:
    """What was found before for the same, else what is found now."""
    key = hashlib.blake2b(msgspec.msgpack.encode(said), digest_size=12).hexdigest()
    if key not in _remembered:
        _remembered[key] = find()
    return _remembered[key]


def _placed(sent: Sent, changes: Sequence[Change]) -> list[Change]:
    return [replace(c, start=sent.offset(c.start), end=sent.offset(c.end)) for c in changes]


_remembered: dict[str, tuple[Change, ...]] = {}


def remember(changes: dict[str, tuple[Change, ...]]) -> None:
    """Take what was found before, and add to it: then no rule is loaded for prompts that are known."""
    global _remembered  # one table for the process, like that of token counts
    _remembered = changes


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
