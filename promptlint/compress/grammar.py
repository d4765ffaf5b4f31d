"""Small words that English can do without: an article that opens a list item, `that`, a comma behind `First`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from promptlint.compress.commas import serial_commas
from promptlint.compress.following import following
from promptlint.compress.phrases import table
from promptlint.compress.splice import Draft, Edit

_MARKS = tuple("-*+•0123456789")
_ITEM = re.compile(
    r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+(?P<article>The|A|An|the|a|an) (?P<first>[a-z][\w-]*)(?P<rest>[^\n]*)$",
    re.MULTILINE,
)
_LABELLED = re.compile(
    r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+[\"`*]{0,2}(?P<label>[\w .-]{1,40})[\"`*]{0,2}(?: \([^()\n]*\))?[ \t]*(?::[*]{0,2}|[ \t][-–—])[ \t]+(?P<article>The|A|An|the|a|an) (?P<first>[a-z][\w-]*)(?P<rest>[^\n]*)$",
    re.MULTILINE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|am|must|should|shall|can|could|may|might|will|would|has|have|had|do|does|did|needs?|gets?|wants?"
    r"|makes?|becomes?|returns?|provides?|includes?|contains?|'re)\b|n't\b",
    re.IGNORECASE,
)
# Behind these a verb belongs to a clause of its own: "an integer that shows how important it is".
_CLAUSE_OF_NOUN = re.compile(
    rf"\b(?:how|whether|if|where|when|why|you|they|we)\b|\b(?:that|which|who) (?={_VERB.pattern})"
)
_CONTRAST = re.compile(
    r"(?:first|second|third|last|next|same|only|other|following|above|below|more|most|least|less|best|worst|latter|former|few|little|lot"
    r"|bit|single|given|provided|user's|\w+est)\b"
)
_FIRST_WORD, _ACTS = re.compile(r" ([a-z]+)"), re.compile(r"(?:ly|[^su]s)\Z")
_ACTORS = frozenset(
    ("model", "agent", "user", "assistant", "system", "bot", "person", "student", "author", "llm", "customer")
)
_ACTED = re.compile(r"(?:ed|made|took|gave|went|said|did|found|wrote|got|sent)\Z")
_DETERMINER = r"(?:the|a|an|all|each|every|your|any|no|there|these|those|its|their|both|my|our)\b"
_PRONOUN = r"(?:you|it|they|we|he|she|I)\b"
_VERB_THAT = re.compile(
    r"\b(?:[Ee]nsur(?:e|es|ing)|[Vv]erify|[Cc]onfirm|[Ii]ndicat(?:es?|ing)|[Mm]eans?|[Aa]ssum(?:e|ing)|[Nn]ote|[Bb]elieve|[Kk]now"
    r"|[Tt]hink|[Ss]ays?|[Cc]heck)\Z"
)
_THAT = re.compile(r" that (?=[a-zI])")
# `that` before a plural points at nothing: "ensure that tests pass", but "ensure that class works".
_PLURAL = r"(?![a-z]*(?:ss|us|is|as|os) )[a-z]{2,}s (?!(?:is|was|has|does)\b)[a-z]+(?<![^s]s)\b"
_AFTER_VERB = re.compile(rf"{_DETERMINER}|{_PRONOUN}")
_SURE, _AFTER_SURE = re.compile(r"\b(?:[Ee]nsur(?:e|es|ing)|[Vv]erify|[Cc]onfirm)\Z"), re.compile(_PLURAL)
_AFTER_NOUN = re.compile(rf"{_PRONOUN} (?!that\b)[a-z]")
# Behind "so that it is." nothing says what: there `that` is needed.
_AFTER_SO = re.compile(rf"{_PRONOUN}(?! \w+[.,;:!?\n])|(?:the|your|all|each|every|there|its|their)\b")
# A noun is seen by what stands before it: else "identifies that you" could be one.
_NOUN = re.compile(
    r"\b(?:the|an?|any|all|some|each|every|your|their|its|these|those|no|other|new|only|of|which|what)(?: [\w'-]+){0,2}"
    r" (?P<noun>[a-z]{3,})\Z",
    re.IGNORECASE,
)
# What is said, known or found with `that`; and to whom: "the user says that you", "tell the user that it".
_TOLD = re.compile(
    r"(?:sa(?:y|ys|id)|stat(?:e|es|ed)|show[sn]?|showed|know[ns]?|knew|means?|meant|(?:identif|specif|verif|clarif|impl|repl)(?:y|ies|ied)"
    r"|not(?:es?|ed)|finds?|found|sees?|saw|seen|thinks?|thought|feels?|felt|add(?:s|ed)|wish(?:es)?|prov(?:es?|ed|en)|admit(?:s|ted)?"
    r"|(?:believ|indicat|argu|ensur|assum|notic|hop|agre|realiz|conclud|requir|decid)(?:es?|ed)"
    r"|(?:suggest|claim|explain|confirm|report|mention|ask|demand|recommend|request|remember|answer)(?:s|ed)?"
    r"|before|after|above|below|there|here|once|well|both|ones|days?|times?|moment|reasons?|chance)$"
)
_TELLS = re.compile(
    r"\b(?:tell|inform|notify|remind|show|assure|convince|warn|ask|teach|promis|advis|persuad|alert)\w* (?:[\w'-]+ ){1,3}\Z",
    re.IGNORECASE,
)
_SAID_BEFORE = 80
_SO = re.compile(r"\b[Ss]o\Z")
# Behind these `that` begins something else: a purpose, a predicate, a condition.
_NO_NOUN = re.compile(
    r"(?:is|are|was|were|be|being|been|and|but|not|such|than|now|given|except|provided|granted|like|with|from|for|into|onto|upon|the"
    r"|this|all|only|just|fact|idea|way|case|point|evidence|claim|possibility|extent|manner|true|false|clear|likely|important|note"
    r"|critical|crucial|essential|required|necessary|possible|so|if|or|on|of|as|in)$"
)
# Behind "After each step, " the subject or the order begins: the comma parts nothing that could be read together.
_SUBJECT = re.compile(
    r", (?=(?P<subject>you|your|the|they|we|there|there's|this|these|do not|don't|never|always)\b"
    r"|(?:please )?(?:add|analyze|assign|choose|compare|consider|create|define|describe|determine|ensure|explain|extract|generate|identify|include|indicate"
    r"|provide|select|specify|summarize|verify|write)\b)"
)
# Behind a verb the subject could be read as its object: "After reading, the text …", "Before you answer, you …".
_VERB_LAST = re.compile(r"(?:ing|\b[Tt]o [a-z]+|\b(?:you|they|we|he|she|it|I|user|model|agent) [a-z]+)\Z")
# "Given the name, the score, and the text, …" is a list.
_OPENS_THING, _LISTED = frozenset(("the", "your", "this", "these")), re.compile(r"[^.!?:;\n]*,")
_NO_OBJECT = frozenset(("they", "we", "there", "there's", "do not", "don't", "never", "always"))
_INTRO = re.compile(
    r"(?:^[ \t]*(?:(?:[-*+•]|\d{1,3}[.)])[ \t]+)?|[.!?] )(?:(?P<as>As)|For|In|After|During|At|On|By|With|From|Within|Upon|Based on|Given|Using|To|Before"
    r"|Throughout) [^,.;:!?()\n]{3,80}\Z",
    re.MULTILINE,
)
_CONDITION = re.compile(r"\b(?:if|when|once|unless|while|until|because|whenever)\b", re.IGNORECASE)
_REACH = 120
_THEN = re.compile(r", then (?=[a-z])")
_IF = re.compile(r"\b(?:[Ii]f|[Ww]hen|[Oo]nce) [^.,;:?!\n()]{3,160}\Z")
_PAST = re.compile(r"[a-z]+ed\b")
_ETC = re.compile(r", etc\b")
_OPENER = re.compile(
    r"(?:First|Second|Third|Next|Finally|Lastly|Otherwise|Instead|Afterwards?|Also|Additionally|Now"
    r"|For example|For instance|In (?:this|that|such|each) cases?|In general|In particular"
    r"|In short|In this way|After that|Before that|Thus|Hence|Similarly|Usually|Typically|Generally|Ideally|Alternatively|In your (?:answer|response))"
    r", (?=[a-z]+ )"
)
_OPENS = re.compile(r"(?:^[ \t]*(?:(?:[-*+•]|\d{1,3}[.)])[ \t]+)?|[.!?] )\Z", re.MULTILINE)


def item_articles(draft: Draft) -> Iterator[Edit]:
    """`- The name of the user` → `- Name of the user`, in noun phrases alone; the same behind a label of an item.

    All items of a list that begin with an article, or none: they stay alike.
    """
    text = draft.text
    block: list[Edit | None] = []
    end = 0
    for line in draft.lines:
        if line.blank or line.text[line.indent] not in _MARKS:
            continue
        if labelled := _LABELLED.match(text, line.start):
            edit = _without_article(draft, labelled, "grammar/label-article")
            if edit is not None:
                yield edit
        elif match := _ITEM.match(text, line.start):
            if "\n\n" in text[end : line.start + 1]:
                yield from _all_or_none(block)
                block = []
            block.append(_without_article(draft, match, "grammar/item-article"))
            end = line.end
    yield from _all_or_none(block)


def _all_or_none(block: list[Edit | None]) -> Iterator[Edit]:
    edits = [edit for edit in block if edit is not None]
    if len(edits) == len(block):
        yield from edits


def _without_article(draft: Draft, match: re.Match[str], rule: str) -> Edit | None:
    """The edit of one item; None for a sentence, a contrast, or a place that is protected."""
    first, rest = match.group("first"), match.group("rest")
    if _CONTRAST.match(first) or _VERB.search(first) or _sentence(rest):
        return None
    if rule == "grammar/item-article" and _does_something(first, rest):
        return None
    if rule == "grammar/item-article" and (rest.rstrip().endswith((".", "!", "?")) or len(rest.split()) > 12):
        return None
    start, word = match.start("article"), match.start("first")
    if not draft.guards.free(start, word + len(first)):
        return None
    if rule == "grammar/label-article" and _is_order(match.group("label"), rest):
        return None
    capital = match.group("article")[0].isupper() and first[0].isalpha()
    return Edit(start, word + 1, first[0].upper() if capital else first[0], rule)


def _does_something(first: str, rest: str) -> bool:
    """Whether the word behind a noun may be what it does: "the model successfully complies", "the agent moved on"."""
    word = _FIRST_WORD.match(rest)
    if word is None:
        return False
    return _ACTS.search(word.group(1)) is not None or (first in _ACTORS and _ACTED.search(word.group(1)) is not None)


def _is_order(label: str, rest: str) -> bool:
    """Whether what stands before a colon or a dash is an order that goes on: "Keep it short - a sentence, not a page"."""
    return ", not " in rest or (" " in label.strip() and label.split()[0].lower() in table().orders)


def _sentence(rest: str) -> bool:
    """Whether what stands behind a noun has a verb of its own, not one of a clause that the noun has."""
    verbs = list(islice(_VERB.finditer(rest), 2))
    if not verbs:
        return False
    clause = _CLAUSE_OF_NOUN.search(rest)
    return len(verbs) > 1 or clause is None or verbs[0].start() < clause.start()


def spare_that(draft: Draft) -> Iterator[Edit]:
    """`ensure that the` → `ensure the`; `the tools that you have` → `the tools you have`; `so that you` → `so you`."""
    text = draft.text
    for match in _THAT.finditer(text):
        start, end = match.start() + 1, match.end()
        before = text[max(0, start - 31) : start - 1]
        rule = None
        if _SO.search(before):
            rule = "grammar/so-that" if _AFTER_SO.match(text, end) else None
        elif (
            (_VERB_THAT.search(before) and _AFTER_VERB.match(text, end))
            or (_SURE.search(before) and _AFTER_SURE.match(text, end))
            or (_AFTER_NOUN.match(text, end) and _is_noun(text[max(0, start - _SAID_BEFORE) : start - 1]))
        ):
            rule = "grammar/that"
        if rule and draft.guards.free(start - 1 - len(before.rpartition(" ")[2]), end):
            yield Edit(start, end, "", rule)


def _is_noun(before: str) -> bool:
    """Whether a text ends in a noun that `that` may say more of."""
    before = before.rpartition("\n")[2]
    match = _NOUN.search(before)
    if match is None or _NO_NOUN.match(match.group("noun")) or _TOLD.match(match.group("noun")):
        return False
    return _TELLS.search(before[: match.start("noun")]) is None


def spare_marks(draft: Draft) -> Iterator[Edit]:
    """`If a, then b` → `If a, b`; `a, b, etc.` → `a, b etc.`; `First, read` → `First read`."""
    text, free = draft.text, draft.guards.free
    for match in _THEN.finditer(text):
        at, end = match.start(), match.end()
        # "If they wrote it, then asked you, …": that `then` goes on with the condition.
        if _IF.search(text[max(0, at - 170) : at]) and not _PAST.match(text, end) and free(at - 1, end + 1):
            yield Edit(at + 2, end, "", "grammar/if-then")
    for match in _SUBJECT.finditer(text):
        at, subject = match.start(), match.group("subject") or ""
        reach = max(0, at - _REACH)
        if (
            text[at - 2 : at].islower()
            # "For long texts extract the names": a plural could be what extracts.
            and (subject or text[at - 1] != "s")
            and (subject in _NO_OBJECT or not _VERB_LAST.search(text, reach, at))
            and (intro := _INTRO.search(text, reach, at))
            and not _CONDITION.search(intro.group())
            and (subject not in _OPENS_THING or not (intro.group("as") or _LISTED.match(text, match.end())))
            and free(at - 3, match.end() + 1)
        ):
            yield Edit(at, at + 1, "", "grammar/intro")
    for match in _ETC.finditer(text):
        start = match.start()
        if (text[start - 1 : start].isalnum() or text[start - 1 : start] == "_") and free(start - 3, start + 2):
            yield Edit(start, start + 1, "", "grammar/etc")
    for match in _OPENER.finditer(text):
        comma = match.end() - 2
        if _OPENS.search(text[max(0, match.start() - _REACH) : match.start()]) and free(comma - 3, comma + 2):
            yield Edit(comma, comma + 1, "", "grammar/opener")


SAFE: tuple[Callable[[Draft], Iterator[Edit]], ...] = (
    serial_commas, item_articles, spare_that, spare_marks, following,
)  # fmt: skip
