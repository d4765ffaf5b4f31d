"""The engine that asks a language model for a rewrite, holds it against the contract, and asks again with what it lost.

Nothing it answers is taken on trust: a rewrite that loses something, or is not shorter, is never output.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Protocol

from msgspec import Struct

from promptlint.compress.contract import losses
from promptlint.compress.engines import Bill, EngineError, Settings, Tariff
from promptlint.compress.engines.asking import INSTRUCTION, MOST_FEEDBACK, feedback, framed, mark, said, unwrapped
from promptlint.compress.engines.difference import changes
from promptlint.compress.engines.endpoint import Endpoint, Messages, Reply
from promptlint.compress.rewrite import Change, Rewrite
from promptlint.compress.splice import applied

# Tokens of roles, marks and the reply: 3 a message, 3 a reply (OpenAI cookbook), up to 20 for a mark.
_OVERHEAD = 60
# Room for marks, and for a rewrite that is longer than it should be, so that it is seen as such and not as cut off.
_SPARE = 160
# What a model that thinks before it answers gets on top.
_THOUGHT = 8_192
_MOST_NAMED = 5

Count = Callable[[str], int]


class Chat(Protocol):
    """Where a model answers."""

    def ask(self, messages: Messages, room: int) -> Reply:
        """The answer in at most `room` tokens. Raises `EngineError`."""
        ...


class _Verdict(Struct, frozen=True):
    """An answer weighed: the changes it makes, or the problem, in words for the model and in short for people."""

    changes: tuple[Change, ...] = ()
    text: str = ""
    problem: str = ""
    reason: str = ""


class Model:
    """Rewrites by a language model, and the account of what they cost."""

    def __init__(self, settings: Settings, tariff: Tariff, chat: Chat) -> None:
        self._settings = settings
        self._tariff = tariff
        self._chat = chat
        self._requests = self._input = self._output = 0
        self._usd: Decimal | None = Decimal(0)
        self._exact = True

    def estimate(self, texts: Sequence[str], count: Count) -> Bill | None:
        """All tries for all texts, each answer as long as it may be."""
        requests = sent = answered = 0
        usd: Decimal | None = Decimal(0)
        for text in texts:
            if not text.strip():
                continue
            room = self._room(text)
            first = self._tariff.tokens(INSTRUCTION) + self._tariff.tokens(text) + _OVERHEAD
            again = first + room + MOST_FEEDBACK
            for tokens in (first, *[again] * (self._settings.tries - 1)):
                one = self._tariff.usd(tokens, room)
                usd = None if usd is None or one is None else usd + one
                requests, sent, answered = requests + 1, sent + tokens, answered + room
        return Bill(requests, sent, answered, usd)

    def bill(self) -> Bill | None:
        """What the answers so far say they used."""
        return Bill(self._requests, self._input, self._output, self._usd, self._exact)

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
        """The first answer that keeps the contract and is shorter; the same text, and why, when there is none."""
        before = count(text)
        if not text.strip():
            return Rewrite(text, (), before, before, 0)
        tag = mark(text)
        room = self._room(text)
        opening = [{"role": "system", "content": INSTRUCTION}, {"role": "user", "content": framed(text, tag)}]
        messages: Messages = opening
        reasons: list[tuple[int, str]] = []
        for attempt in range(1, self._settings.tries + 1):
            reply = self._chat.ask(messages, room)
            self._pay(messages, reply)
            if end := _ends(reply, room):
                reasons.append((0, end))
                break
            verdict = _weighed(reply.text, text, tag, holes, syntax, count, self._tariff.tokens)
            if verdict.text == text:
                break  # it found nothing to shorten
            if verdict.changes:
                return Rewrite(verdict.text, verdict.changes, before, count(verdict.text), len(reasons), tuple(reasons))
            reasons.append((0, f"try {attempt} of {self._settings.tries}: {verdict.reason}"))
            messages = [
                *opening,
                {"role": "assistant", "content": reply.text},
                {"role": "user", "content": verdict.problem},
            ]
        return Rewrite(text, (), before, before, len(reasons), tuple(reasons))

    def _room(self, text: str) -> int:
        """The most tokens of an answer: as many as the text has, and some."""
        wanted = self._tariff.tokens(text) + _SPARE + (_THOUGHT if self._tariff.thinks else 0)
        return min(self._settings.most_tokens or wanted, self._tariff.most or wanted)

    def _pay(self, messages: Messages, reply: Reply) -> None:
        sent, answered = reply.input_tokens, reply.output_tokens
        if sent is None or answered is None:
            self._exact = False
            sent = sum(self._tariff.tokens(m["content"]) for m in messages) + _OVERHEAD if sent is None else sent
            answered = self._tariff.tokens(reply.text) if answered is None else answered
        one = self._tariff.usd(sent, answered, min(reply.cached_tokens, sent))
        self._usd = None if self._usd is None or one is None else self._usd + one
        self._requests, self._input, self._output = self._requests + 1, self._input + sent, self._output + answered


def _ends(reply: Reply, room: int) -> str:
    """Why it is no use to ask again, or nothing."""
    if reply.cut:
        return (
            f"the answer was cut off at {room:,} tokens: give it room with --answer-tokens, or name a --model that does "
            "not think so long"
        )
    if reply.refused:
        return f"the model refused: {reply.refused}"
    return ""


def _weighed(
    answer: str, text: str, tag: str, holes: Sequence[tuple[int, int]], syntax: str | None, count: Count, own: Count
) -> _Verdict:
    """What an answer is worth: its changes, or what is wrong with it. `own` counts as the model does."""
    made = unwrapped(answer, text, tag)
    if made is None:
        empty = not answer.strip()
        problem = "Your answer is empty." if empty else "Your answer holds more than the rewritten prompt."
        return _Verdict(
            problem=feedback(problem, (), own),
            reason="the answer is empty" if empty else "the answer holds more than a prompt",
        )
    if made == text:
        return _Verdict(text=text)
    lost = losses(text, made, syntax=syntax)
    if lost:
        named = "; ".join(said(loss) for loss in lost[:_MOST_NAMED])
        more = f"; and {len(lost) - _MOST_NAMED} more" if len(lost) > _MOST_NAMED else ""
        return _Verdict(problem=feedback("Your rewrite does not say the same:", lost, own), reason=f"{named}{more}")
    found = changes(text, made, "model", holes, syntax)
    if found is None or applied(text, found) != made:
        problem = "Your rewrite does not copy every placeholder and comment exactly and in order."
        return _Verdict(problem=feedback(problem, (), own), reason="a placeholder or comment is not where it was")
    now, then = count(made), count(text)
    if now >= then:
        problem = f"Your rewrite has {now} tokens, the prompt {then}: it has to be shorter."
        return _Verdict(problem=feedback(problem, (), own), reason=f"not shorter: {then:,} → {now:,} tokens")
    return _Verdict(tuple(found), made)


def engine(settings: Settings) -> Model:
    """The engine. Raises `EngineError` in a hook, and when something that it needs is not named or not installed."""
    # A commit must not wait for a model, or pay one. pre-commit sets the first, git the second for its own hooks.
    if any(os.environ.get(name) for name in ("PRE_COMMIT", "GIT_INDEX_FILE")):
        raise EngineError(
            "--engine model is never run in a hook: it costs money and sends the prompt away; run it by hand"
        )
    if not settings.model:
        raise EngineError(
            "--engine model needs --model NAME, the model that rewrites, and --endpoint URL, where it answers"
        )
    assert settings.tariff is not None
    if settings.endpoint:
        return Model(settings, settings.tariff, Endpoint(settings))
    from promptlint.compress.engines.via_litellm import Litellm

    return Model(settings, settings.tariff, Litellm(settings))
