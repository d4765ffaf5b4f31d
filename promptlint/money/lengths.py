"""Length words: "at most 3 sentences", "about 100 words", "a short paragraph", "the top 5 keywords".

A number of words in a prompt may be about anything: the input, one field, each question. It counts only where its own
sentence is about the answer, and nowhere where the answer has parts.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import NamedTuple

import msgspec

from promptlint.knowledge.tables import rules_dir

_WORDS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
NUMBERS = {word: i for i, word in enumerate(_WORDS, 1)} | {"a": 1, "single": 1, "couple of": 2}
_N = rf"\d{{1,3}}(?:,\d{{3}})+|\d{{1,5}}|{'|'.join(sorted(NUMBERS.keys() - {'a', 'single', 'couple of'}, key=len, reverse=True))}"
_UNIT = r"(?P<unit>words?|sentences?|paragraphs?|characters?|chars?|tokens?|lines?|bullet[ -]?points?|bullets?)\b"
_ADJECTIVE = r"(?:(?:short|brief|concise|simple|clear|complete|english|plain)[ -])*"
_UP_TO = (
    r"(?:at most|no more than|not more than|maximum(?: of)?|max\.?(?: of)?|under|less than|fewer than|within|up to|below"
    r"|not exceed(?:ing)?|not to exceed|limit(?:ed)? (?:\w+ ){0,3}to|(?:no|not|never)(?: be)? longer than|shorter than|<=?|≤)"
)
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("range", rf"\bbetween\s+(?P<low>{_N})\s+and\s+(?P<n>{_N})[ -]{_ADJECTIVE}{_UNIT}"),
        ("range", rf"\b(?P<low>{_N})\s*(?:-|–|to|or)\s*(?P<n>{_N})[ -]{_ADJECTIVE}{_UNIT}"),
        ("least", rf"\b(?:at least|no (?:fewer|less) than|minimum(?: of)?|min\.?|(?<!no )(?<!not )more than|over)\s+(?P<n>{_N})[ -]{_ADJECTIVE}{_UNIT}"),
        ("most", rf"(?<!\w){_UP_TO}\s*(?P<n>{_N}|a|a single)[ -]{_ADJECTIVE}{_UNIT}"),
        ("most", rf"\b(?P<n>{_N}|a)[ -]{_ADJECTIVE}{_UNIT}\s*(?:or (?:less|fewer|under)|maximum|max\b|at (?:the )?most|tops|limit)"),
        ("about", rf"(?<!\w)(?:about|around|roughly|approximately|approx\.?|circa|~)\s*(?P<n>{_N})[ -]{_ADJECTIVE}{_UNIT}"),
        ("short", r"\b(?:a|one|in a|single)\s+(?:(?:single|short|brief|concise)[ ,]+)*(?:short|brief|concise|single)\s+(?P<unit>paragraph)\b"),
        ("exact", rf"\b(?:in|with|using|exactly|only|just|as|of)\s+(?:exactly |only |just )?(?P<n>{_N}|a single|a)[ -]{_ADJECTIVE}{_UNIT}"),
        # "5 characters" may be people.
        ("exact", rf"\b(?P<n>{_N}|single|a single)[ -]{_ADJECTIVE}(?!char){_UNIT}"),
    )
)  # fmt: skip
_LIST = re.compile(
    rf"\b(?:list|give|provide|name|generate|suggest|return|extract|output|write|identify|find|propose|select|pick|create)\b"
    rf"(?:\s+(?:me|us|the|of|out|a|list|exactly|only|up to|at most|top|best|most|important|relevant|key|main)){{0,6}}"
    rf"[ -](?P<n>{_N})\s+(?:(?!per\b|each\b)[\w-]+\s+){{0,3}}?(?P<noun>keywords?|key phrases?|tags?|labels?|synonyms?|terms?|names?"
    r"|numbers?|questions?|titles?|headlines?|ideas?|bullet points?|bullets?|points?|facts?|reasons?|topics?|items?|examples?"
    r"|suggestions?|steps?|queries|search queries)\b",
    re.IGNORECASE,
)
# Of these each is a text of its own, and nobody said how long.
_OPEN_NOUNS = re.compile(r"^(?:points?|ideas?|facts?|reasons?|items?|examples?|suggestions?|steps?)$", re.IGNORECASE)
# What else is to be made: "Suggest three titles. Then write the article."
_MADE_TOO = re.compile(
    r"^\W*(?:(?:now|then|next|finally|please|and|also|you (?:must|should|will)|your (?:task|job) is to)\W+){0,3}"
    r"(?:fix|rewrite|refactor|implement|translate|compose|draft|solve|complete|continue|correct|improve|edit|revise"
    r"|(?:write|create|generate|produce)\s+(?:a|an|the|your|some|more|new))\b",
    re.IGNORECASE,
)
_SHORT_NOUNS = re.compile(r"keyword|key phrase|tag|label|synonym|term|name|number", re.IGNORECASE)
# The sentence speaks of the answer: an order to answer, or the answer itself.
_ORDER = re.compile(
    r"(?:^|[,;:.(\-–*•#>\d]\s*|\b(?:please|and|then|to|must|should|only|always|you|will|just|never)\s+)"
    r"(?:answer|respond|reply|summari[sz]e|describe|explain|write|give|provide|return|output|generate|produce|translate"
    r"|rewrite|rephrase|paraphrase|state|tell|compose|draft|limit|keep|use|be\b|make it|create|condense|shorten|compress)\b",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"\b(?:answers?|responses?|repl(?:y|ies)|output|summary|it|explanation|translation|abstract)\b", re.IGNORECASE
)
_ALONE = re.compile(
    r"^\W*(?:(?:in|use|using|with|limit|length|answer|size|about|format|style|maximum|max|and|or|less|fewer|only|the|of|to|a)\W*)*$",
    re.IGNORECASE,
)
# The number is of one part, of the input, or of something that the answer is about.
_PART = re.compile(
    r"\b(?:each|every|per|both|individual|also|unless|additionally|questions?|quer(?:y|ies)|titles?|headings?|headers?|names?|fields?|columns?|values?"
    r"|contexts?|documents?|chunks?|inputs?|prompts?|articles?|variables?|functions?|files?|code|comments?|first|last|previous"
    r"|following|above|below the|contains?|containing|include|includes|including|paragraphs? of|examples?|sections?|chapters?"
    r"|history|messages?|rows?|steps?|topics?|keys?|pages?)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-Z\"'(*\-\d])|\n+")


class Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Tokens of one: low and high."""

    low: float
    high: float
    reason: str


class Tables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`rules/need.toml`."""

    unit: dict[str, Unit]
    value: dict[str, Unit]
    about: Unit


class Length(NamedTuple):
    """Tokens, and the words that say so. `high` is None for "at least". `listed`: of so many things, not of the answer."""

    low: int
    high: int | None
    words: str
    listed: bool = False


@cache
def tables() -> Tables:
    """The table, read once. Raises ValueError naming the file."""
    path = rules_dir() / "need.toml"
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Tables, strict=False)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{path}: {error}") from error


def number(text: str) -> int:
    """`7`, `1,000`, `seven`, `a single`."""
    text = text.lower().replace(",", "").removeprefix("a ").strip() or "a"
    return NUMBERS[text] if text in NUMBERS else int(text)


def lengths(text: str) -> list[Length]:
    """The lengths that a text states of its answer, in order; each sentence says one."""
    found = []
    more = False
    for sentence in _SENTENCE.split(text):
        length = _of(sentence.strip()) if sentence.strip() else None
        if length is not None:
            found.append(length)
        elif _MADE_TOO.search(sentence):
            more = True
    return [one._replace(high=None) if one.listed and more else one for one in found]


def _of(sentence: str) -> Length | None:
    for kind, pattern in _PATTERNS:
        match = pattern.search(sentence)
        if match is None:
            continue
        rest = f"{sentence[: match.start()]} {sentence[match.end() :]}"
        if _PART.search(rest) or not (_ORDER.search(sentence) or _ANSWER.search(rest) or _ALONE.match(rest)):
            return None
        return _length(kind, match)
    match = _LIST.search(sentence)
    if match is not None and not re.search(
        r"\b(?:each|every|per|at least|also|additionally|unless)\b", sentence, re.IGNORECASE
    ):
        unit = tables().unit["keyword" if _SHORT_NOUNS.search(match["noun"]) else "item"]
        count = number(match["n"])
        most = re.search(r"up to|at most", match.group(), re.IGNORECASE) is not None
        made = _made(unit, 1 if most else count, count, match.group())
        return made._replace(high=None if _OPEN_NOUNS.match(match["noun"]) else made.high, listed=True)
    return None


def _length(kind: str, match: re.Match[str]) -> Length | None:
    table, words = tables(), match.group().strip()
    if kind == "short":
        return _made(table.unit["short paragraph"], 1, 1, words)
    unit = table.unit[_unit(match["unit"])]
    count = number(match["n"])
    match kind:
        case "range":
            least = number(match["low"])
            return _made(unit, least, count, words) if least <= count else None
        case "least":
            return Length(max(1, round(count * unit.low)), None, words)
        case "about":
            about = table.about
            return Length(
                max(1, int(count * about.low * unit.low)), max(1, round(count * about.high * unit.high)), words
            )
        case "most":
            return Length(1, max(1, round(count * unit.high)), words)
    return _made(unit, count, count, words)


def _made(unit: Unit, low: int, high: int, words: str) -> Length:
    return Length(max(1, int(low * unit.low)), max(1, round(high * unit.high)), words)


def _unit(text: str) -> str:
    name = re.sub(r"[ -]?points?$", "", text.lower()).rstrip("s")
    return {"char": "character", "bullet": "item"}.get(name, name)
