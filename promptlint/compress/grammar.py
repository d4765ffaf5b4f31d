"""Small words that English can do without: the comma before the last `and`, an article that opens a list item, `that`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from promptlint.compress.splice import Draft, Edit

_WORDS = r"[\w'’-]+(?: [\w'’-]+){0,2}"
# Words that begin a clause, not a thing in a list.
_CLAUSE = (
    r"(?:do|don't|does|is|are|was|were|be|not|never|always|then|if|when|while|you|it|they|we|he|she|i|there|this|that|these|those"
    r"|must|should|can|may|will|would|could|please|ensure|so|only|also|make|let|no|which|who|where|each|otherwise|therefore)\b"
)
# Behind a joined list the sentence ends, or goes on with a word that belongs to no item.
_ENDS = (
    r"(?=[.;:)!?\n]|, |\Z| (?:of|to|in|for|from|with|that|which|by|on|at|about|using|when|if|is|are|was|were|must|should|can|may"
    r"|will|do|as|into|based|within|without|before|after|per|without|than|between|through|across|where|while|so)\b)"
)
_LISTED = re.compile(
    rf"(?<=[\w)]), (?P<before>{_WORDS})(?P<comma>,) (?P<word>and|or) (?!{_CLAUSE})(?P<after>{_WORDS}?){_ENDS}"
)
_JOINS = re.compile(r"\b(?:and|or|but|not|nor)\b")

_ITEM = re.compile(r"^[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+(?P<article>The|A|An|the|a|an) (?P<first>[a-z][\w-]*)(?P<rest>[^\n]*)$", re.MULTILINE)
_LABELLED = re.compile(
    r"^[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+[\"`*]{0,2}[\w .-]{1,40}[\"`*]{0,2}(?: \([^()\n]*\))?[ \t]*(?::[*]{0,2}|[ \t][-–—])[ \t]+(?P<article>The|A|An|the|a|an) (?P<first>[a-z][\w-]*)(?P<rest>[^\n]*)$",
    re.MULTILINE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|am|must|should|shall|can|could|may|might|will|would|has|have|had|do|does|did|needs?|gets?|wants?"
    r"|makes?|becomes?|returns?|provides?|includes?|contains?|n't|isn't|aren't|don't|doesn't|'s|'re)\b|n't\b",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"(?:first|second|third|last|next|same|only|other|following|above|below|more|most|least|less|best|worst|latter|former|few|little|lot"
    r"|bit|single|given|provided|user's|\w+est)\b"
)
_THAT = re.compile(
    r"\b(?P<verb>[Ee]nsure|[Ee]nsures|[Ee]nsuring|[Vv]erify|[Cc]onfirm|[Ii]ndicates?|[Mm]eans|[Aa]ssume|[Nn]ote) (?P<that>that )"
    r"(?=(?:the|a|an|all|each|every|your|you|it|they|any|no|there|these|those|its|their|both|we|he|she)\b)"
)


def serial_commas(draft: Draft) -> Iterator[Edit]:
    """`a, b, and c` → `a, b and c`, where both last items are at most three words and hold no conjunction."""
    for match in _LISTED.finditer(draft.text):
        if _JOINS.search(match.group("before")) or _JOINS.search(match.group("after")):
            continue
        if re.match(_CLAUSE, match.group("before")):
            continue
        if draft.guards.free(match.start(), match.end()):
            at = match.start("comma")
            yield Edit(at, at + 1, "", "grammar/serial-comma")


def item_articles(draft: Draft) -> Iterator[Edit]:
    """`- The name of the user` → `- Name of the user`, in noun phrases alone; the same behind a label of an item."""
    for pattern, rule in ((_ITEM, "grammar/item-article"), (_LABELLED, "grammar/label-article")):
        for match in pattern.finditer(draft.text):
            first, rest = match.group("first"), match.group("rest")
            if _CONTRAST.match(first) or _VERB.search(rest) or _VERB.search(first):
                continue
            if pattern is _ITEM and (rest.rstrip().endswith((".", "!", "?")) or len(rest.split()) > 12):
                continue
            start, word = match.start("article"), match.start("first")
            if draft.guards.free(start, word + len(first)):
                capital = match.group("article")[0].isupper() and first.isalpha()
                yield Edit(start, word + 1, first[0].upper() if capital else first[0], rule)


def spare_that(draft: Draft) -> Iterator[Edit]:
    """`ensure that the` → `ensure the`."""
    for match in _THAT.finditer(draft.text):
        if draft.guards.free(match.start(), match.end()):
            yield Edit(match.start("that"), match.end("that"), "", "grammar/that")


SAFE: tuple[Callable[[Draft], Iterator[Edit]], ...] = (serial_commas, item_articles, spare_that)
