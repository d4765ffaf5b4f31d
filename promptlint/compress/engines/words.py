"""The words of a prompt that a classifier may have its say about, and its choice as edits that leave the rest as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from promptlint.compress.blocks import lines
from promptlint.compress.contract.canon import forms
from promptlint.compress.contract.literals import read
from promptlint.compress.contract.units import units
from promptlint.compress.protect import guards
from promptlint.compress.splice import Change, Step

# A text where all words score alike has none above the threshold: of so few, none is worth a second's work.
_FEWEST_WORDS = 4
# The classifier sees 510 tokens at once, and longer texts are cut anywhere and glued without a blank. A word of prose is
# two or three tokens at most in its vocabulary.
_MOST_WORDS = 150

_WORD = re.compile(r"\S+")
_ENDS_SENTENCE = re.compile(r"[.!?:;][\"')\]*_]*\Z")
# Words with a bracket, a quote, a digit or a stroke are more than words.
_PLAIN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*[.,;:!?]*")
_LINK = re.compile(r"\[[^\[\]\n]{1,300}\](?=[(\[])")
_MARKS = ".,;:!?"
_LONGEST_AUXILIARY = 12
_GOVERN = frozenset(("not", "neednot", "only", "except", "if"))
# Small words that say which way, how many, when or why: "from the list to the table", "the author or the town".
_COURTESY = frozenset(("please", "just", "quite", "truly", "very"))
_RELATE = frozenset(("above", "across", "after", "again", "against", "all", "along", "although", "among", "and", "another", "any", "away", "back", "because", "before", "below", "between", "both", "but", "did", "do", "does", "down", "during", "each", "etc", "even", "explicitly", "few", "finally", "first", "from", "he", "her", "hers", "him", "his", "how", "however", "i", "if", "instead", "into", "like", "more", "most", "next", "no", "nor", "off", "once", "one", "ones", "onto", "or", "other", "others", "out", "over", "own", "per", "rather", "said", "same", "she", "since", "so", "still", "strictly", "such", "than", "though", "through", "to", "together", "toward", "towards", "under", "until", "up", "upon", "via", "vs", "what", "when", "where", "whether", "which", "while", "who", "whom", "whose", "why", "within", "without", "yet"))  # fmt: skip
_AUXILIARY = re.compile(
    r"\b(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|may|might|must)\s+\Z", re.IGNORECASE
)
_CLAUSE = re.compile(r"(?:[^.,;:!?\n]|[.,;:!?](?=\S))*+")
_BLANKS = " \t"
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]")
# What the classifier marks in front of a piece of a word; its words are compared without them.
_PIECE_MARK = "\u2581"

Labels = Sequence[tuple[str, bool]]


class Word(Struct, frozen=True):
    """A word of the prompt as it stands between blanks. `sentence` counts from 1; `first` of its sentence."""

    start: int
    end: int
    sentence: int
    first: bool


def segments(text: str, holes: Sequence[tuple[int, int]], syntax: str | None) -> Iterator[list[Word]]:
    """Runs of words that are free prose, within a line: nothing that is protected, and no `<llmlingua>` tag, is in them."""
    guard = guards(text, holes, syntax)
    for link in _LINK.finditer(text):
        guard.words[link.start() : link.end()] = b"\1" * (link.end() - link.start())
    sentence = 0
    for line in lines(text):
        if _HEADING.match(line.text):
            continue
        run: list[Word] = []
        first = True
        for match in _WORD.finditer(text, line.start, line.end):
            start, end = match.span()
            sentence += first
            if guard.free(start, end):
                run.append(Word(start, end, sentence, first))
            if not guard.free(start, end) or len(run) == _MOST_WORDS:
                yield from _worth(run)
                run = []
            opens = first and not any(map(str.isalnum, match.group()))  # the mark of a list
            first = opens or _ENDS_SENTENCE.search(match.group()) is not None
        yield from _worth(run)


def _worth(run: list[Word]) -> Iterator[list[Word]]:
    if len(run) >= _FEWEST_WORDS:
        yield run


def steering(text: str, syntax: str | None) -> bytearray:
    """A mark on each character that is never dropped: negations, conditions, numbers, modals, names, units.

    What a negation, exception or condition governs stays to the end of its clause: the contract knows only some of it again.
    `force_tokens` of llmlingua is no help: it works by plain replacement, inside words too, and misses `DO NOT` (trap 9).
    """
    mask = bytearray(len(text))
    for unit in units(read(text, syntax)):
        spans = [(start, end) for _, _, start, end in unit.specials]
        for marker in unit.markers:
            clause = _CLAUSE.match(text, marker.end) if marker.group in _GOVERN else None
            helped = _AUXILIARY.search(text, max(0, marker.start - _LONGEST_AUXILIARY), marker.start)
            spans.append((helped.start() if helped else marker.start, clause.end() if clause else marker.end))
        for start, end in spans:
            mask[start:end] = b"\1" * (end - start)
    return mask


def dropped(text: str, segment: Sequence[Word], labels: Labels) -> set[Word]:
    """The plain words of which the classifier keeps no letter.

    Raises ValueError where its words are not those of the text (a character that is not in its vocabulary is left out
    without notice), and where nothing would be left.
    """
    pieces = [(piece.replace(_PIECE_MARK, "").strip(), keep) for piece, keep in labels]
    keeps = [keep for piece, keep in pieces for _ in piece]
    if "".join(piece for piece, _ in pieces) != "".join(text[word.start : word.end] for word in segment):
        raise ValueError("the model does not know all of its characters")
    drop: set[Word] = set()
    at = 0
    for word in segment:
        written = text[word.start : word.end]
        named = written[0].isupper() and not word.first  # "Attention Is All You Need"
        letters = [keep for c, keep in zip(written, keeps[at:], strict=False) if c.isalpha()]
        if not named and _PLAIN.fullmatch(written) and _may_go(written) and not any(letters):
            drop.add(word)
        at += len(written)
    if not any(keeps):
        raise ValueError("the model would leave nothing of it")
    return drop


def _may_go(written: str) -> bool:
    """Whether a word says nothing of its own. What does stays: the contract lets other words say it, and here come none."""
    word = written.rstrip(_MARKS).lower().replace("’", "'")
    if word in _RELATE:
        return False
    return word in forms().stop or (word in forms().filler and (word.endswith("ly") or word in _COURTESY))


def by_sentence(segment: Sequence[Word]) -> list[list[Word]]:
    """The words of each sentence, or of as much of it as stands in the segment."""
    found: list[list[Word]] = []
    for word in segment:
        if not found or found[-1][0].sentence != word.sentence:
            found.append([])
        found[-1].append(word)
    return found


def cuts(text: str, drop: set[Word], sentence: Sequence[Word]) -> Iterator[Step]:
    """Runs of words out of their sentence, as steps that stand or fall together. No sentence goes as a whole."""
    if all(word in drop for word in sentence):
        return
    at = 0
    while at < len(sentence):
        last = at
        while last < len(sentence) and sentence[last] in drop:
            last += 1
        # What stands between capitals may be part of a name: "House of the Sun".
        inside = 0 < at < last < len(sentence) and all(text[sentence[i].start].isupper() for i in (at - 1, last))
        change = _cut(text, sentence, at, last) if last > at and not inside else None
        if change is not None:
            yield Step(change, frozenset((sentence[at].sentence,)))
        at = last + 1


def _cut(text: str, sentence: Sequence[Word], at: int, behind: int) -> Change | None:
    """`sentence[at:behind]` taken out with the blanks on one side; None where that leaves a mark in a wrong place.

    What closes the last word goes to the word before: `it, please.` → `it.`; a capital goes to the word that is first then.
    """
    start, end = sentence[at].start, sentence[behind - 1].end
    marks = len(text[start:end]) - len(text[start:end].rstrip(_MARKS))
    if marks or behind == len(sentence):
        first = start
        while first and text[first - 1] in _BLANKS:
            first -= 1
        if first == 0 or text[first - 1] == "\n" or sentence[at].first:
            return None
        if marks and text[first - 1] in _MARKS:
            if text[first - 1] != ",":
                return None
            first -= 1
        return Change(first, end - marks, "", "llmlingua", False)
    head = sentence[behind].start
    if sentence[at].first and text[start].isupper() and text[head].islower():
        return Change(start, head + 1, text[head].upper(), "llmlingua", False)
    return Change(start, head, "", "llmlingua", False)
