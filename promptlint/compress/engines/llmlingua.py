"""The engine that lets LLMLingua-2 choose words to drop: a small classifier on this machine, free prose only.

Its text is never taken, only its choice of words. What it prints is put together from tokens: newlines are gone, URLs and
code are torn apart, characters that it does not know vanish. Here whole words are taken out of the text as it stands.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol

from promptlint.compress.acceptance import Contract, without_losses
from promptlint.compress.contract import losses
from promptlint.compress.engines import Bill, Settings
from promptlint.compress.engines.asking import said
from promptlint.compress.engines.words import Labels, by_sentence, cuts, dropped, segments, steering
from promptlint.compress.rewrite import Rewrite
from promptlint.compress.splice import Step, applied

_MOST_REASONS = 20

Count = Callable[[str], int]


class Classifier(Protocol):
    """Says of each word of a text, in order, whether to keep it."""

    def label(self, text: str) -> Labels:
        """The words with their labels. Raises `EngineError` when it cannot work, `ValueError` for this text alone."""
        ...


class LLMLingua:
    """Drops words that a classifier does not want, sentence by sentence, where the contract allows it."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier

    def estimate(self, texts: Sequence[str], count: Count) -> Bill | None:
        """Nothing: it runs on this machine."""
        return None

    def bill(self) -> Bill | None:
        """Nothing."""
        return None

    def rewrite(
        self,
        text: str,
        *,
        count: Count,
        holes: Sequence[tuple[int, int]] = (),
        syntax: str | None = None,
        unsafe: bool = False,
        contractions: bool = True,
    ) -> Rewrite:
        """The text without the words that may go. A sentence that would lose something stays as it was."""
        steps: list[Step] = []
        reasons: list[tuple[int, str]] = []
        kept = steering(text, syntax)
        for segment in segments(text, holes, syntax):
            # One segment a call: of a list of texts it drops whole ones.
            part = text[segment[0].start : segment[-1].end]
            try:
                drop = dropped(text, segment, self._classifier.label(part))
            except ValueError as error:
                reasons.append((segment[0].start, str(error)))
                continue
            free = {word for word in drop if kept.find(1, word.start, word.end) < 0}
            for sentence in by_sentence(segment):
                steps += cuts(text, free, sentence)
        return _accepted(text, steps, reasons, syntax, count)


def _accepted(
    text: str, steps: list[Step], reasons: list[tuple[int, str]], syntax: str | None, count: Count
) -> Rewrite:
    """The rewrite of the steps that lose nothing, the whole of it held against the contract once more."""
    good, lost = without_losses(text, steps, Contract(syntax, math.inf)) if steps else ([], 0)
    dropped = len(reasons) + lost
    taken = {step.groups for step in good}
    sentences = sorted({step.groups for step in steps} - taken, key=min)
    for groups in sentences[:_MOST_REASONS]:
        reasons.append(_why(text, [step for step in steps if step.groups == groups], syntax))
    changes = tuple(step.change for step in good)
    result = applied(text, changes)
    before, after = count(text), count(result)
    found = losses(text, result, syntax=syntax)
    if changes and (found or after >= before):
        reasons.append((0, said(found[0]) if found else f"not shorter: {before:,} → {after:,} tokens"))
        dropped, changes = dropped + len(taken), ()
    why = tuple(sorted(reasons)[:_MOST_REASONS])
    return Rewrite(result, changes, before, after, dropped, why) if changes else Rewrite(text, (), before, before, dropped, why)  # fmt: skip


def _why(text: str, steps: Sequence[Step], syntax: str | None) -> tuple[int, str]:
    """Where a sentence stands that was kept, and what it would have lost."""
    found = losses(text, applied(text, [step.change for step in steps]), syntax=syntax)
    reason = said(found[0]) if found else "it loses something together with others"
    return steps[0].change.start, reason


def engine(settings: Settings) -> LLMLingua:
    """The engine, its model not loaded yet. Raises `EngineError` when llmlingua or the model is not there."""
    from promptlint.compress.engines.llmlingua_model import LocalModel

    return LLMLingua(LocalModel(settings))
