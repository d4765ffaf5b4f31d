"""Clauses of a sentence that can stand closer: the comma between two orders, or before what only adds to the first; `that are`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from promptlint.compress.phrases import table
from promptlint.compress.splice import Draft, Edit

_JOINED = re.compile(r", (?:and|or) (?:then )?(?P<verb>[a-z]+) ")
_ADDED = re.compile(
    r", (?=(?:if|when|while|until|after|before|using|based on|including|especially|following|along with|in order to) (?!any\b|so\b|not\b|at all\b)[\w`\"'{])"
)
_SENTENCE_END = re.compile(r"[.!?:;\n]")
# A dot within `e.g.` or `3.5` ends nothing.
_SENTENCE_START = re.compile(r"(?:[.!?:;]\s|\n)")
_MARKER = re.compile(r"[ \t>]*(?:(?:[-*+•]|\(?\d{1,3}[.)])[ \t]+)?[*_]{0,2}")
_FIRST = re.compile(r"[A-Za-z]+(?= )")
_REACH = 300
# With one of these the comma may say how far it reaches.
_REACHES = re.compile(
    r"[,()]|n't\b|\b(?:not|never|no|none|nor|neither|without|except|unless|only|if|when|whenever|where|while|until|once|because|since"
    r"|either|both|whether|and|or|but|than|as|is|are|was|were|has|have|it's|that|which|who)\b",
    re.IGNORECASE,
)
_WIDEST_MARK = 40
_LATER = re.compile(r",|\b(?:and|or|but)\b")

# Behind these the sentence goes on with a verb of its own, and `you` is its subject: "You must read it, but may skip the title".
_GOES_ON = re.compile(
    r"[^.!?\n]*\b(?:and|or|but|yet) (?:\w+ly )?(?:may|must|can|cannot|can't|should|shall|will|could|would|might|are|is|have|need|do|don't)\b"
)
_YOU_MUST = re.compile(r"You must (?P<verb>[a-z]+)(?= (?!only\b|just\b|merely\b|necessarily\b)[a-z`\"'{(])")
_OPENS = re.compile(r"(?:^[ \t>]*(?:(?:[-*+•]|\(?\d{1,3}[.)])[ \t]+)?|[.!?] )\Z", re.MULTILINE)

_RELATIVE = re.compile(
    r" (?:that|which) (?:is|are) (?:(?:most|more|less|highly|directly|clearly|closely|already) )?(?P<word>[a-z]+) "
    r"(?:to|in|by|for|on|from|with|as|about) "
)
_RELATIVES = ("that is", "that are", "which is", "which are")
_PARTICIPLE = re.compile(
    r"[a-z]{2,}(?:ed|wn|iven|itten|aken|ound|uilt|elated)\Z|relevant\Z|necessary\Z|specific\Z|available\Z|similar\Z|important\Z"
    r"|useful\Z|suitable\Z|appropriate\Z|present\Z|essential\Z|different\Z|unique\Z|common\Z"
)
_NOUN_BEFORE = re.compile(
    r"\b(?:the|an?|any|all|some|each|every|your|these|those|no|of|other|new|only)(?: [\w'-]+){1,3}\Z", re.IGNORECASE
)
_SEVERAL = re.compile(r"(?:[a-z]{2,}(?<![sui])s|criteria|people|data|children|indices)\Z", re.IGNORECASE)
# `that` behind these is no relative: "ensure that is related", "everything that is", "so that".
_NO_NOUN = re.compile(
    r"\b(?:ensure|make|makes|say|says|know|so|such|sure|is|are|was|were|be|and|or|but|like|than|as|with|for|from|in|on|to|of|only|all"
    r"|those|these|one|that|which|it|them|something|anything|everything|nothing)\Z",
    re.IGNORECASE,
)
# Behind it the sentence ends: a comma more, and it would read like a list.
_APPOSED = re.compile(r"(?<=[\w)`\"'}]), which (?:is|are) (?=an? [a-z][^.,;:!?\n]*[.\n])")


def spare_commas(draft: Draft) -> Iterator[Edit]:
    """`Read the text, and return a list` → `Read the text and return a list`; `…, using the tools` → `… using the tools`.

    Only in an order with this one comma, and nothing whose reach the comma could mark: a denial, a condition, a choice.
    """
    orders = table().orders
    for match in _JOINED.finditer(draft.text):
        if match.group("verb") in orders and _plain_order(draft, match.start(), match.end("verb"), orders):
            yield Edit(match.start(), match.start() + 1, "", "grammar/two-orders")
    for match in _ADDED.finditer(draft.text):
        if _plain_order(draft, match.start(), match.end(), orders):
            yield Edit(match.start(), match.start() + 1, "", "grammar/added-clause")


def _plain_order(draft: Draft, comma: int, behind: int, orders: frozenset[str]) -> bool:
    """Whether a sentence opens with an order, and holds up to its end no other comma or joint."""
    text = draft.text
    window = text[max(0, comma - _REACH) : comma]
    starts = list(_SENTENCE_START.finditer(window))
    if not starts and comma > _REACH:
        return False
    start = comma - len(window) + (starts[-1].end() if starts else 0)
    marker = _MARKER.match(text, start)
    first = _FIRST.match(text, marker.end() if marker else start)
    if first is None or first.group().lower() not in orders or _REACHES.search(text, first.end(), comma):
        return False
    end = _SENTENCE_END.search(text, behind)
    rest = text[behind : end.start() if end else len(text)]
    return not _LATER.search(rest) and draft.guards.free(comma - 1, behind)


def relatives(draft: Draft) -> Iterator[Edit]:
    """`the files that are relevant to it` → `the files relevant to it`; `x, which is a list` → `x, a list`."""
    text = draft.text
    if not any(words in text for words in _RELATIVES):
        return
    for match in _RELATIVE.finditer(text):
        before = text[max(0, match.start() - 60) : match.start()].rpartition("\n")[2]
        if _PARTICIPLE.match(match.group("word")) is None or _NO_NOUN.search(before):
            continue
        plural = _SEVERAL.search(before) is not None
        # "changes to the code which are supposed to work": that is said of what stands further off.
        if _NOUN_BEFORE.search(before) is None or plural is not (" are " in match.group()):
            continue
        start = match.start()
        end = text.index(" ", text.index(" ", start + 1) + 1)
        if draft.guards.free(start - 1, match.end()):
            yield Edit(start, end, "", "grammar/relative")
    for match in _APPOSED.finditer(text):
        sentence = _SENTENCE_END.split(text[max(0, match.start() - _REACH) : match.start()])[-1]
        if "," not in sentence and draft.guards.free(match.start(), match.end() + 1):
            yield Edit(match.start() + 2, match.end(), "", "grammar/apposition")


def duties(draft: Draft, *, contractions: bool = True) -> Iterator[Edit]:
    """`You must return a list` → `Return a list`; `You must not guess` → `Don't guess`: an order says as much."""
    if "You must " not in draft.text:
        return
    orders, never = table().orders, "Don't" if contractions else "Do not"
    for match in _YOU_MUST.finditer(draft.text):
        start, verb = match.start(), match.group("verb")
        end = match.end() if verb == "not" else match.start("verb") + 1
        if (
            (verb == "not" or verb in orders)
            and _OPENS.search(draft.text, max(0, start - _WIDEST_MARK), start)
            and draft.guards.free(start, match.end())
            and not _GOES_ON.match(draft.text, match.end())
        ):
            yield Edit(start, end, never if verb == "not" else verb[0].upper(), "grammar/you-must")


SAFE: tuple[Callable[[Draft], Iterator[Edit]], ...] = (spare_commas, relatives)
