"""How long an answer a request asks for, read from its own words. Unknown is None: a wrong need is worse than none."""

from __future__ import annotations

import re

from promptlint.facts import Call, Hole, Literal, Record

_NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_NUMBER = r"(?P<number>\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten)"
_ONLY = r"(?:answer|respond|reply|output|return|say)(?:\s+(?:only|just|strictly|simply|with|in|using|either))*"
_YES_NO = re.compile(
    rf"\b{_ONLY}\s+(?:a\s+)?(?:single\s+word\s*[:,]?\s*)?[\"'`(]*(?:yes|true)[\"'`]*\s*(?:or|/)\s*[\"'`]*(?:no|false)\b",
    re.IGNORECASE,
)
_ONE_WORD = re.compile(
    rf"\b(?:{_ONLY}\s+|in\s+)(?:exactly\s+)?(?:one|a single|1)\s+word\b(?!\s+(?:per|for each))", re.IGNORECASE
)
_ENUM = re.compile(
    rf"\b{_ONLY}\s+(?:exactly\s+)?(?:with\s+)?(?:exactly\s+)?one\s+of(?:\s+the\s+following(?:\s+(?:labels|words|values|options|categories))?|\s+these(?:\s+\w+)?)?\s*:?\s*"
    r"(?P<list>[\"'`\[(]?[\w -]{1,30}[\"'`\])]?(?:\s*(?:,|\||/|\bor\b)\s*(?:or\s+)?[\"'`]?[\w -]{1,30}[\"'`\])]?)+)",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    rf"\b(?:in|at most|no more than|maximum(?: of)?|max|under|less than|fewer than|within|up to|not exceed(?:ing)?|limit(?:ed)? to)\s+{_NUMBER}\s*(?:-\s*\d+\s*)?"
    r"(?P<unit>words?|sentences?|paragraphs?|characters?|tokens?)\b",
    re.IGNORECASE,
)
_TOKENS = {
    "word": (1.0, 2.0),
    "sentence": (8.0, 45.0),
    "paragraph": (30.0, 250.0),
    "character": (0.2, 0.6),
    "token": (1.0, 1.0),
}
_EXPLAINS = re.compile(r"\b(?:explain|reason(?:ing)?|step by step|justify|why|rationale|think)\b", re.IGNORECASE)


class Need(Record, frozen=True):
    """Tokens an answer needs. `kind`: yes_no | enum | length. `words`: the words this was read from."""

    low: int
    high: int
    kind: str
    words: tuple[str, ...]


def need(call: Call) -> Need | None:
    """The need of a call whose whole text is known, from the last instruction that states a length."""
    if not call.messages_known or call.kind not in ("chat", "completion", "responses", "http") or call.has_tools:
        return None
    text = "\n".join(
        "".join(s.text if isinstance(s, Literal) else " … " for s in m.segments)
        for m in call.messages
        if m.role != "assistant"
    )
    if not text.strip() or _only_holes(call):
        return None
    return read(text)


def _only_holes(call: Call) -> bool:
    """Whether a message is nothing but a hole in a role that instructs: the words that count may be there."""
    return any(
        m.role in ("system", "developer") and all(isinstance(s, Hole) for s in m.segments) for m in call.messages
    )


def read(text: str) -> Need | None:
    """The need that a text states. Two different statements, or a wish for reasons, leave it unknown."""
    if _EXPLAINS.search(text):
        return None
    found: list[Need] = []
    for match in _YES_NO.finditer(text):
        found.append(Need(low=1, high=4, kind="yes_no", words=(match.group().strip(),)))
    for match in _ONE_WORD.finditer(text):
        found.append(Need(low=1, high=6, kind="enum", words=(match.group().strip(),)))
    for match in _ENUM.finditer(text):
        longest = max(len(part) for part in re.split(r",|\||/|\bor\b", match.group("list")))
        found.append(Need(low=1, high=4 + longest // 2, kind="enum", words=(match.group().strip(),)))
    if not found:
        for match in _LENGTH.finditer(text):
            number = _number(match.group("number"))
            _, high = _TOKENS[match.group("unit").lower().rstrip("s")]
            found.append(Need(low=1, high=max(1, round(number * high)), kind="length", words=(match.group().strip(),)))
        if len({n.high for n in found}) > 1:
            return None
    return max(found, key=lambda n: n.high) if found else None


def _number(text: str) -> int:
    return _NUMBERS.get(text.lower()) or int(text)
