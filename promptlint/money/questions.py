"""What a plan asks, because code cannot prove that something is not there: questions with their places, never findings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from promptlint.facts import Call, Literal, Place, Record, Shape
from promptlint.money.cost import CallMeasure, Measures

_ANSWERING = ("chat", "completion", "responses", "http", "embedding")
_LOOPS = ("for", "comprehension", "gather", "map")
_NAME = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")

# How programs come by what a request used: fields of answers, and the packages that note them.
MEASURED = re.compile(
    r"\.usage\b|[\"']usage[\"']|\busage_metadata\b|\btoken_usage\b|\b(?:total|prompt|completion|input|output)_tokens\b"
    r"|\bcompletion_cost\b|\bget_openai_callback\b|\bsuccess_callback\b"
    r"|^[ \t]*(?:from|import)\s+(?:langfuse|langsmith|helicone|traceloop|opentelemetry|openinference|logfire|weave|mlflow|phoenix|agentops)\b",
    re.MULTILINE,
)

Threshold = Callable[[str, str], int]


class Question(Record, frozen=True):
    """`name` for machines, `text` for people; `settles`: what an answer is good for. `places`: the dearest first."""

    name: str
    text: str
    settles: str
    places: tuple[Place, ...]


def questions(
    calls: Sequence[Call], measures: Measures, threshold: Threshold, *, measured: bool
) -> tuple[Question, ...]:
    """All questions that have places, for calls in order of their spend. `measured`: some file reads what calls used."""
    at = [(call, measures.calls[call.site_id]) for call in calls]
    asked = [
        *([] if measured else [_usage(calls)]),
        _answers(at),
        _prefixes(at),
        _equal(calls),
        _tuning(at, threshold),
        _restated(at, threshold),
    ]
    return tuple(question for question in asked if question.places)


def _question(name: str, text: str, settles: str, calls: Iterable[Call]) -> Question:
    places = dict.fromkeys(call.callee_place for call in calls)
    return Question(name=name, text=text, settles=settles, places=tuple(places))


def _usage(calls: Iterable[Call]) -> Question:
    return _question(
        "usage",
        "Does anybody note what these calls use? No file that was read mentions the usage that their answers carry.",
        "With an export of call logs, `promptlint traffic import` makes every figure here a measured one. Measure first.",
        calls,
    )


def _answers(at: Iterable[tuple[Call, CallMeasure]]) -> Question:
    hot = (
        call
        for call, measure in at
        if call.kind in _ANSWERING
        and not call.response_cache
        and measure.volume.repeated_share is None
        and (measure.calls_per_month or call.waits == "yes" or call.loop in _LOOPS or call.caller_loop is not None)
    )
    return _question(
        "response-cache",
        "Is there a cache of answers in front of these calls, and how many requests ask what was asked before?",
        "Say `repeated-share`. Not where answers age, hold something of one person, or are meant to differ.",
        hot,
    )


def _prefixes(at: Iterable[tuple[Call, CallMeasure]]) -> Question:
    def cacheable(call: Call, measure: CallMeasure) -> bool:
        models = measure.models
        return (
            bool(models)
            and not call.opaque
            and measure.volume.cached_share is None
            and (bool(measure.calls_per_month) or call.waits == "yes" or call.loop is not None)
            and all(m.cache_mode == "automatic" and m.cache_minimum for m in models)
            and measure.prefix.low >= max(m.cache_minimum or 0 for m in models)
        )

    return _question(
        "cached-share",
        "How much of these prompts is read from the provider's cache already? It keeps a beginning like theirs by itself.",
        "Say `cached-share`: what they cost may be less than counted here.",
        (call for call, measure in at if cacheable(call, measure)),
    )


def _equal(calls: Iterable[Call]) -> Question:
    return _question(
        "deduplication",
        "Are equal items taken out before these requests are made, one for each item?",
        "Take them out, or say `repeated-share`.",
        (c for c in calls if c.kind == "batch" or (c.loop in _LOOPS and c.loop_item and c.waits == "no")),
    )


def _tuning(at: Iterable[tuple[Call, CallMeasure]], threshold: Threshold) -> Question:
    def candidate(call: Call, measure: CallMeasure) -> bool:
        need = measure.need
        return (
            need is not None
            and need.high is not None
            and need.short
            and need.high <= threshold("PRM506", "max-answer-tokens")
            and measure.static.low >= threshold("PRM506", "min-prompt-tokens")
            and not call.has_tools
        )

    return _question(
        "fine-tuning",
        "Would a small model that was trained on your own examples do here? A long instruction is sent for each label.",
        "It costs a data set, a test and a new one whenever the labels change: only where the volume is high and steady.",
        (call for call, measure in at if candidate(call, measure)),
    )


def _restated(at: Iterable[tuple[Call, CallMeasure]], threshold: Threshold) -> Question:
    def twice(call: Call) -> bool:
        text = "\n".join(s.text for m in call.messages for s in m.segments if isinstance(s, Literal))
        said = set(_fields(call.answer)) if call.answer is not None else set()
        if call.tools is not None:
            said |= {name for d in call.tools.known for word in d.words or () for name in _NAME.findall(word)}
        again = [name for name in said if re.search(rf"(?<![\w.]){re.escape(name)}(?![\w(])", text)]
        return len(again) >= threshold("PRM212", "min-fields")

    return _question(
        "restated-schema",
        "Does the prompt have to say again what the schema or the tools beside it say? They are sent as well.",
        "Where the model does as well without, take it out of the prompt, or the description out of the schema.",
        (call for call, _ in at if twice(call)),
    )


def _fields(shape: Shape) -> Iterator[str]:
    for name, inner in shape.fields:
        yield name
        yield from _fields(inner)
    if shape.element is not None:
        yield from _fields(shape.element)
