"""Wordy phrases → short ones: the table `rules/phrases/en.toml`, compiled into one search, applied to free prose only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from promptlint.compress.patterns import Form, Forms, expand
from promptlint.compress.protect import lowered
from promptlint.compress.splice import Draft, Edit
from promptlint.knowledge.tables import RulesError, rules_dir


class Phrase(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row; `rules/phrases/en.toml` says what the fields mean."""

    words: str
    short: str = ""
    at: str | None = None
    next: str | None = None
    not_next: str | None = None
    previous: str | None = None
    not_previous: str | None = None
    glue: bool = False
    manners: bool = False
    keep: tuple[str, ...] = ()


class Dropped(Struct, frozen=True, forbid_unknown_fields=True):
    """A row that saves nothing or is not always right, and why."""

    words: str
    short: str
    reason: str


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """All rows of one language by class."""

    safe: tuple[Phrase, ...]
    contraction: tuple[Phrase, ...]
    unsafe: tuple[Phrase, ...]
    none: tuple[Dropped, ...]
    imperative: dict[str, str]
    orders: frozenset[str]


class Row(Struct, frozen=True):
    """A phrase made ready: its class and compiled conditions."""

    phrase: Phrase
    kind: str
    at: str
    next: re.Pattern[str] | None
    not_next: re.Pattern[str] | None
    previous: re.Pattern[str] | None
    not_previous: re.Pattern[str] | None


class Matcher(Struct, frozen=True):
    """One search for the longest form at a place, and the rows of each form."""

    forms: Forms
    rows: dict[str, tuple[tuple[Row, Form], ...]]
    imperative: dict[str, str]


_MARKER = r"(?:[ \t>]*(?:(?:[-*+•–]|\(?\d{1,3}[.):]|\(?[a-zA-Z][.)])[ \t]+)?(?:\[[ xX]\][ \t]+)?(?:[*_]{1,2})?)"
_START = re.compile(rf"\A(?:{_MARKER}|{_MARKER}[\w'-]+(?: [\w'-]+)?:[*_]{{0,2}}\s+)\Z|[.!?][\"'”)\]*_]{{0,3}}\s+\Z")
_ORDER = re.compile(r"(?:[,;:(—–]\s*|\b(?:and|or|but|then|so|also)\s+)\Z", re.IGNORECASE)
_CLAUSE = re.compile(
    r"\b(?:if|when|whenever|unless|because|since|once|while|until|whether|before|after|that|as)\s+\Z", re.IGNORECASE
)
_ARTICLE = re.compile(r"(?:(?<=\s)|\A)(an?)(\s+)\Z", re.IGNORECASE)
_NEXT_WORD = re.compile(r"\s*([\w']+)")
_PLAIN_WORD = re.compile(r"[a-z]+(?=[\s,.;:!?)]|-[a-z]|\Z)")
_LAST_WORD = re.compile(r"([\w']+)[ \t]*\Z")
# How the sound of a word differs from its first letter.
_VOWEL = re.compile(
    r"(?:[aeiou](?!ne?\b|ni[tvqf]|se[drf]?\b|sual|til|ur[oe]|wa)|hour|honest|heir|honou?r)", re.IGNORECASE
)
_KNOWN_BY_NAME = frozenset(("json", "ai", "i"))
_CONTEXT = 120
# What the last word of a phrase may open again further on in its sentence: "your job is to read it, and if asked, to write".
_OPENED_AGAIN = {
    word: re.compile(
        rf"(?:,|\b(?:and|or|but|nor|then|not|than))\s+(?:(?:not|also|then|only|never)\s+)?{word}\b", re.IGNORECASE
    )
    for word in ("to", "that", "of")
}
_SENTENCE_END = re.compile(r"[.!?:;](?=\s|\Z)|\n\s*(?:\n|[-*+•]|\d{1,3}[.)])|\Z")
_LONGEST_SENTENCE = 600
_CONTRACTED = {"n't": " not", "'ll": " will", "'re": " are", "let's": "let us"}


@cache
def table() -> Table:
    """The rows of English. Raises `RulesError` when the file is not valid."""
    return read(rules_dir() / "phrases" / "en.toml")


def read(path: Path) -> Table:
    """A phrase table. Raises `RulesError` with file and key."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Table)
    except (OSError, msgspec.DecodeError) as error:
        raise RulesError(f"{path}: {error}") from error


@cache
def matcher(kinds: frozenset[str]) -> Matcher:
    """The compiled rows of some classes: safe | contraction | unsafe."""
    source = table()
    rows: dict[str, list[tuple[Row, Form]]] = {}
    for kind in ("safe", "contraction", "unsafe"):
        for phrase in getattr(source, kind) if kind in kinds else ():
            full = "contraction" not in kinds
            row = _row(replace(phrase, short=written_out(phrase.short)) if full else phrase, kind)
            for form in expand(phrase.words):
                rows.setdefault(form.text.lower(), []).append((row, form))
    return Matcher(Forms(rows), {text: tuple(each) for text, each in rows.items()}, source.imperative)


def _row(phrase: Phrase, kind: str) -> Row:
    def compiled(pattern: str | None, *, ending: bool = False) -> re.Pattern[str] | None:
        if pattern is None:
            return None
        return re.compile(rf"(?:{pattern.removesuffix('$')})\Z" if ending else pattern, re.IGNORECASE)

    return Row(
        phrase,
        kind,
        phrase.at or ("any" if phrase.short else "start"),
        # A pattern for lower case must not take capitals.
        re.compile(phrase.next) if phrase.next else None,
        compiled(phrase.not_next),
        compiled(phrase.previous, ending=True),
        compiled(phrase.not_previous, ending=True),
    )


def written_out(short: str) -> str:
    """`don't` → `do not`: what stands for a phrase where contractions are not wanted."""
    for ending, word in _CONTRACTED.items():
        short = short.replace(ending, word)
    return short


@cache
def rule_name(form: str) -> str:
    """The name of the rule for one form of a phrase: `phrase/in-order-to`."""
    return "phrase/" + re.sub(r"[^\w']+", "-", form.lower()).strip("-")


def phrases(draft: Draft, kinds: frozenset[str]) -> Iterator[Edit]:
    """The edits of every phrase that stands in free prose and meets its conditions, in order."""
    ready = matcher(kinds)
    text = draft.text
    low = lowered(text)
    position = 0
    while (found := ready.forms.search(low, position)) is not None:
        start, end = found
        edit = next(_edits_at(draft, ready, low, start, end), None) if draft.guards.free(start, end) else None
        if edit is None:
            position = start + 1
            continue
        yield edit
        position = max(edit.end, start + 1)


def _edits_at(draft: Draft, ready: Matcher, low: str, start: int, end: int) -> Iterator[Edit]:
    """What the forms at a place would do, the longest first."""
    while end > start:
        for row, form in ready.rows.get(low[start:end], ()):
            edit = _edit(draft, ready, row, form, start, end)
            if edit is not None:
                yield edit
        end = max(low.rfind(" ", start, end), low.rfind(",", start, end), low.rfind(":", start, end), start)


def _edit(draft: Draft, ready: Matcher, row: Row, form: Form, start: int, end: int) -> Edit | None:
    text = draft.text
    found = text[start:end]
    if row.phrase.manners and draft.guards.manners:
        return None
    if (not found[1:].islower() and _stressed(found)) or not _met(text, row, start, end):
        return None
    short = _filled(row, form, found, ready.imperative)
    if _leaves_hanging(text, found, short, end):
        return None
    if found[:1].isupper() and short[:1].isalpha():
        short = short[0].upper() + short[1:]
    if row.phrase.glue:
        start = len(text[:start].rstrip(" \t")) if start else start
    if not short:
        deletion = _deletion(text, start, end, capital=found[:1].isupper())
        if deletion is None:
            return None
        end, short = deletion
    return _agreeing(draft, Edit(start, end, short, rule_name(form.text), safe=row.kind != "unsafe"))


def _leaves_hanging(text: str, found: str, short: str, end: int) -> bool:
    """Whether a later part of the sentence hangs on the last word of a phrase, which goes."""
    last = found.rpartition(" ")[2].lower()
    again = _OPENED_AGAIN.get(last)
    if again is None or short.lower().rpartition(" ")[2] == last:
        return False
    sentence_end = _SENTENCE_END.search(text, end, end + _LONGEST_SENTENCE)
    return again.search(text, end, sentence_end.start() if sentence_end else end + _LONGEST_SENTENCE) is not None


def _stressed(found: str) -> bool:
    """Whether a word stands in capitals, or one behind the first begins with one: emphasis or a title."""
    for i, word in enumerate(re.findall(r"[^\W\d_']+", found)):
        if word.lower() in _KNOWN_BY_NAME or word == "s":
            continue
        if (len(word) > 1 and word.isupper()) or (i and word[0].isupper()):
            return True
    return False


def _met(text: str, row: Row, start: int, end: int) -> bool:
    """Whether place and neighbours are as the row wants them."""
    if (row.next is not None and row.next.match(text, end) is None) or (
        row.not_next is not None and row.not_next.match(text, end) is not None
    ):
        return False
    if row.at == "any" and row.previous is None and row.not_previous is None:
        return True
    before = context(text, start)
    if row.at != "any" and not _stands_at(row.at, before):
        return False
    bare = before.rstrip()
    return not (
        (row.previous is not None and row.previous.search(bare) is None)
        or (row.not_previous is not None and row.not_previous.search(bare) is not None)
    )


def context(text: str, start: int) -> str:
    """What stands before a place on its line; of a wrapped sentence also the line above. Empty where a sentence starts."""
    window = text[max(0, start - _CONTEXT) : start]
    newline = window.rfind("\n")
    if window.rstrip().endswith(("%}", "#}")) and text[start : start + 1].isupper():
        return ""  # a tag of jinja writes nothing itself
    line = window[newline + 1 :]
    if newline < 0:
        return line if start <= _CONTEXT else "x" + line
    if line.strip(" \t>"):
        return line
    above = window[:newline].rstrip(" \t\r")
    if not above or above[-1] in "\n.!?:;>}|" or text[start : start + 1].isupper():
        return ""
    return "x" + above.rpartition("\n")[2] + " "


def _stands_at(place: str, before: str) -> bool:
    if _START.search(before):
        return True
    if place == "start":
        return False
    if _ORDER.search(before):
        return True
    return place == "clause" and _CLAUSE.search(before) is not None


def _filled(row: Row, form: Form, found: str, imperative: dict[str, str]) -> str:
    r"""The short form with `\1` put in as it was written, and `\1!` as an imperative."""
    short = row.phrase.short
    if "\\" not in short:
        return short
    for number, (at, until) in form.groups.items():
        part = found[at:until]
        short = short.replace(f"\\{number}!", imperative.get(part.lower(), part)).replace(f"\\{number}", part)
    return re.sub(r"\\\d!?", "", short)


def _deletion(text: str, start: int, end: int, *, capital: bool) -> tuple[int, str] | None:
    """Where a deletion ends and what is put there: the next word takes the capital. None when it can't."""
    rest = end
    while text[rest : rest + 1] in (" ", "\t"):
        rest += 1
    if rest == end and text[end : end + 1] not in ("", "\n"):
        return None
    if text[rest : rest + 1] in ("", "\n"):
        # The blanks before go instead, where there is a line to end.
        return end, ""
    if not capital or not text[rest].isalpha():
        return rest, ""
    word = _PLAIN_WORD.match(text, rest)
    if text[rest].isupper():
        return rest, ""
    return (rest + 1, text[rest].upper()) if word else None


def _agreeing(draft: Draft, edit: Edit) -> Edit | None:
    """The edit with `a` or `an` before it made right; None where a word would stand twice."""
    text = draft.text
    before = text[max(0, edit.start - 30) : edit.start]
    behind = text[edit.end : edit.end + 40]
    first = _NEXT_WORD.match(edit.content + behind)
    last = _LAST_WORD.search(before)
    words = edit.content.split()
    follower = _NEXT_WORD.match(behind)
    if last and first and last.group(1).lower() == first.group(1).lower() and edit.content[:1].isalpha():
        return None
    if words and follower and behind[:1] == " " and words[-1].lower() == follower.group(1).lower():
        return None
    article = _ARTICLE.search(before)
    if article is None or first is None:
        return edit
    wanted = "an" if _VOWEL.match(first.group(1)) else "a"
    if article.group(1).lower() == wanted:
        return edit
    start = edit.start - len(article.group())
    if not draft.guards.free(start, edit.start):
        return None
    wanted = wanted.capitalize() if article.group(1)[0].isupper() else wanted
    return replace(edit, start=start, content=wanted + article.group(2) + edit.content)
