"""`rules/contract.toml`, and the one form that different wordings of the same are brought to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from msgspec import Struct

from promptlint.compress.contract.model import Token
from promptlint.knowledge import RulesError, rules_dir

_SUFFIXES = ("ations", "ation", "ments", "ment", "ingly", "edly", "ities", "ness", "ings", "ions", "able", "ible", "ally", "ure", "ing", "ied", "ies", "ion", "ity", "ive", "ers", "ed", "es", "ly", "er", "or", "al", "s", "e", "y")  # fmt: skip
# Behind an ending that was taken off, an "s" is a part of the word: "parsed", "pars".
_INNER_SUFFIXES = tuple(s for s in _SUFFIXES if s not in ("s", "es"))
_NOT = re.compile(r"(?P<verb>\w+)n't$")
# "unfamiliar" is "not familiar"; "under", "unit" and "unless" are themselves.
_UN = re.compile(r"un(?!der|i|less|til|to$|cle|an|locked?$|pack|subscrib|do$|dergo)[a-z]{4,}")
_TAILS = {"re": "are", "ve": "have", "ll": "will", "m": "am", "d": "would"}
_IS = frozenset(("it", "that", "there", "here", "what", "who", "where", "how", "he", "she", "let"))
_VERBS = {"ca": "can", "wo": "will", "sha": "shall", "ai": "is"}
_TURNED = {"morethan": "atmost", "lessthan": "atleast", "otherthan": "onlythis"}
_TURNED_ALL = {**_TURNED, "over": "atmost", "above": "atmost", "under": "atleast", "below": "atleast"}
_LEAVE = frozenset(("leave", "leaves", "leaving", "left", "keep", "keeps", "keeping"))
_LEFT = {"out": "omit"} | dict.fromkeys(
    ("unchanged", "untouched", "unmodified", "unaltered", "alone", "intact"), "not change"
)
_BETWEEN = frozenset(("any", "must", "should", "may", "can"))
_DIGITS = re.compile(r"-?\d+(?:[.,:/]\d+)*$")


_Phrase = tuple[tuple[str, ...], tuple[str, ...]]


class Forms(Struct, frozen=True):
    """The tables of `contract.toml`, indexed."""

    phrases: dict[tuple[str, str], tuple[_Phrase, ...]]
    openings: frozenset[tuple[str, str]]
    single: dict[str, tuple[str, ...]]
    synonyms: dict[str, str]
    markers: dict[str, str]
    groups: frozenset[str]
    stop: frozenset[str]
    generic: frozenset[str]
    filler: frozenset[str]
    light: frozenset[str]
    rowed: frozenset[str]
    answering: frozenset[str]
    collective: frozenset[str]
    limits: frozenset[str]
    numbers: dict[str, str]
    units: frozenset[str]
    placed: frozenset[str]
    counted: frozenset[str]
    same_unit: dict[str, str]
    languages: frozenset[str]
    capital_languages: dict[str, str]
    opposites: dict[str, frozenset[str]]


@cache
def forms() -> Forms:
    """The tables, read once."""
    path = rules_dir() / "contract.toml"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        return _index(raw)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise RulesError(f"{path}: {error}") from error


def _index(raw: dict[str, Any]) -> Forms:  # Any: as the file has it
    phrases: dict[tuple[str, str], list[_Phrase]] = {}
    single: dict[str, tuple[str, ...]] = {}
    for phrase, canonical in raw["phrases"].items():
        parts = tuple(phrase.split())
        if len(parts) == 1:
            single[phrase] = tuple(canonical.split())
        else:
            phrases.setdefault((parts[0], parts[1]), []).append((parts, tuple(canonical.split())))
    words = raw["words"]
    numbers = {word: str(n) for n, word in enumerate(words["number_words"])} | {
        k: str(v) for k, v in words["tens"].items()
    }
    opposites: dict[str, set[str]] = {}
    synonyms = {member: head for head, members in raw["synonyms"].items() for member in members}
    for one, other in raw["opposites"]["pairs"]:
        opposites.setdefault(stem(one), set()).add(stem(other))
        opposites.setdefault(stem(other), set()).add(stem(one))
    return Forms(
        phrases={k: tuple(sorted(v, key=lambda pair: -len(pair[0]))) for k, v in phrases.items()},
        openings=frozenset(phrases),
        single=single,
        generic=frozenset(words["generic"]) | {m for m, head in synonyms.items() if head in words["generic"]},
        # A word as it is written goes before its stem: "conversation" has the stem of "conversion".
        synonyms={
            **{stem(m): stem(h) for m, h in synonyms.items()},
            **{stem(h): stem(h) for h in raw["synonyms"]},
            **{m: stem(h) for m, h in synonyms.items()},
            **{h: stem(h) for h in raw["synonyms"]},
        },
        markers={word: group for group, members in raw["markers"].items() for word in members},
        groups=frozenset(raw["markers"]),
        stop=frozenset(words["stop"]),
        filler=frozenset(words["filler"]),
        light=frozenset(words["light"]),
        rowed=frozenset(words["rowed"]),
        answering=frozenset(words["answering"]),
        limits=frozenset(words["limits"]),
        collective=frozenset(stem(w) for w in words["collective"]),
        numbers=numbers,
        units=frozenset(raw["units"]["plain"]),
        placed=frozenset(raw["units"]["placed"]),
        counted=frozenset(raw["units"]["counted"]),
        same_unit=raw["units"]["same"],
        languages=frozenset(raw["languages"]["names"]),
        capital_languages=raw["languages"]["capital"],
        opposites={k: frozenset(v) for k, v in opposites.items()},
    )


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without its endings: `explaining` and `explains` are one word."""
    for suffixes in (_SUFFIXES, _INNER_SUFFIXES):
        for suffix in suffixes:
            if word.endswith(suffix) and len(word) - len(suffix) >= (
                2 if suffix == "s" else 3 if len(suffix) < 3 else 4
            ):
                word = word[: -len(suffix)]
                break
        else:
            break
    if len(word) > 3 and word[-1] == "i":
        word = word[:-1]
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lse":
        word = word[:-1]
    return word


@lru_cache(maxsize=20_000)
def meaning(word: str) -> str:
    """What a word counts as: the first of its synonyms, or its stem."""
    known = forms().synonyms
    return known.get(word) or known.get(stem(word)) or stem(word)


@lru_cache(maxsize=20_000)
def weight(word: str) -> float:
    """How much a word says: 1, a little for what is said in every prompt, or nothing."""
    tables = forms()
    if word in tables.stop or word in tables.filler or word in tables.markers or not word[:1].isalnum():
        return 0.0
    said_anywhere = stem(word) in tables.collective or any(base in tables.generic for base in _bases(word))
    return 0.0 if said_anywhere else 1.0


@lru_cache(maxsize=20_000)
def light(word: str, *, in_row: bool = False) -> bool:
    """Whether a word says little without its neighbours: "the process of", "ability"; in a row of things some say more."""
    return any(base in forms().light and not (in_row and base in forms().rowed) for base in _bases(word))


def _bases(word: str) -> Iterator[str]:
    """A word, and what it may be an inflection of."""
    yield word
    for ending in ("s", "es", "d", "ed", "ing"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            yield word.removesuffix(ending)
    if word.endswith("ing"):
        yield word[:-3] + "e"


def unit(word: str) -> str:
    """The name of a unit in the singular."""
    tables = forms()
    if word in tables.same_unit:
        return tables.same_unit[word]
    single = word[:-1] if word.endswith("s") and len(word) > 3 else word
    return tables.same_unit.get(single, single)


def words(tokens: Iterable[Token]) -> list[Token]:
    """Tokens of one sentence in canonical form: contractions opened, phrases exchanged."""
    return list(_negated(_phrases(list(_closed_up(list(_opened(_unhyphened(tokens))))))))


def _closed_up(tokens: list[Token]) -> Iterator[Token]:
    """`leave … out` is `omit`, `leave … unchanged` is `not change`, whatever stands between."""
    left: dict[int, str] = {}
    for at, token in enumerate(tokens):
        if token.kind == "word" and token.text in _LEAVE:
            for behind in range(at + 2, min(at + 10, len(tokens))):
                if tokens[behind].text in ".!?;:":
                    break
                if tokens[behind].text in _LEFT and (tokens[behind].text != "out" or token.text.startswith("le")):
                    left[at], left[behind] = _LEFT[tokens[behind].text], ""
                    break
    for at, token in enumerate(tokens):
        if at in left:
            yield from _split(token, *left[at].split())
        else:
            yield token


def _unhyphened(tokens: Iterable[Token]) -> Iterator[Token]:
    """Words joined by hyphens are words: "step-by-step"."""
    pieces = list(tokens)
    for before, token, after in zip((None, *pieces), pieces, (*pieces[1:], None), strict=False):
        if token.text == "-" and before is not None and after is not None and before.kind == after.kind == "word":
            if before.end == token.start and token.end == after.start:
                continue
        yield token


def _opened(tokens: Iterable[Token]) -> Iterable[Token]:
    numbers = forms().numbers
    for token in tokens:
        if token.kind == "number":
            yield Token(
                "number",
                token.text.replace(",", "") if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", token.text) else token.text,
                token.start,
                token.end,
            )
            continue
        if token.kind != "word":
            yield token
            continue
        text = token.text
        if text == "cannot":
            yield from _split(token, "can", "not")
        elif (found := _NOT.match(text)) is not None:
            verb = found.group("verb")
            yield from _split(token, _VERBS.get(verb, verb), "not")
        else:
            base, mark, tail = text.partition("'")
            if mark and (tail in _TAILS or (tail == "s" and base in _IS)):
                yield from _split(token, base, _TAILS.get(tail, "is"))
                continue
            if mark and tail in ("s", ""):
                text = base
            if _UN.match(text) and text not in forms().single:
                yield from _split(token, "un", text[2:])
            elif text in numbers and text != "one":
                yield Token("number", numbers[text], token.start, token.end)
            else:
                yield Token("word", text, token.start, token.end, token.capital, token.upper)


def _negated(tokens: list[Token]) -> Iterator[Token]:
    """`not … more than` is `at most`, `not … anything else` is `only`, whatever verb stands between."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        behind = (
            _turned(tokens, at)
            if token.kind == "word" and token.text in ("not", "no", "never", "without", "avoid")
            else None
        )
        if behind is None:
            yield token
            at += 1
            continue
        yield from (t for t in tokens[at + 1 : behind] if t.text != "any")
        yield Token("word", _TURNED_ALL[tokens[behind].text], token.start, tokens[behind].end)
        at = behind + 1


def _turned(tokens: list[Token], at: int) -> int | None:
    """Where the word stands that a negation turns round, if nothing but its verb stands between."""
    said = 0
    for behind in range(at + 1, min(at + 8, len(tokens))):
        token = tokens[behind]
        counts = behind + 1 < len(tokens) and tokens[behind + 1].kind == "number"
        if token.kind == "word" and (token.text in _TURNED or (counts and token.text in _TURNED_ALL)):
            return behind
        if token.kind != "word" or (token.text in forms().markers and token.text not in _BETWEEN):
            return None
        said += weight(token.text) > 0
        if said > 3:
            return None
    return None


def _split(token: Token, *texts: str) -> Iterable[Token]:
    return (Token("word", text, token.start, token.end) for text in texts)


def _phrases(tokens: list[Token]) -> list[Token]:
    known, openings, single = forms().phrases, forms().openings, forms().single
    done: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        length = 0
        canonical: tuple[str, ...] = ()
        if token.kind == "word":
            follows = tokens[at + 1] if at + 1 < len(tokens) else None
            if follows is not None and follows.kind == "word" and (token.text, follows.text) in openings:
                length, canonical = _longest(tokens, at, known[token.text, follows.text])
            if not length and token.text in single:
                length, canonical = 1, single[token.text]
        if not length:
            done.append(token)
            at += 1
            continue
        end = tokens[at + length - 1].end
        done.extend(
            Token(
                "number" if _DIGITS.match(word) else "word",
                word,
                token.start,
                end,
                *((token.capital, token.upper) if length == 1 and word == token.text else ()),
            )
            for word in canonical
        )
        at += length
    return done


def _longest(tokens: Sequence[Token], at: int, choices: Iterable[_Phrase]) -> tuple[int, tuple[str, ...]]:
    """The longest phrase that begins at a word, and what it stands for; 0 when none does."""
    for phrase, canonical in choices:
        there = tokens[at : at + len(phrase)]
        if len(there) == len(phrase) and all(
            t.text == w and t.kind == "word" for t, w in zip(there, phrase, strict=True)
        ):
            return len(phrase), canonical
    return 0, ()
