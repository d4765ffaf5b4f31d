"""Sentences in canonical form: contractions opened, phrases exchanged, negations turned round."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from promptlint.compress.contract.canon import Phrase, forms, weight
from promptlint.compress.contract.model import LITERALS, Token

_NOT = re.compile(
    r"(?:(?P<verb>\w+)n't|(?P<typed>do|does|did|is|are|was|were|has|have|had|ca|wo|would|should|could|must)nt)$"
)
# "unfamiliar" is "not familiar"; "under", "unit" and "unless" are themselves.
_UN = re.compile(r"un(?!der|i|less|til|to$|cle|an|locked?$|pack|subscrib|do$|dergo)[a-z]{4,}")
_TAILS = {"re": "are", "ve": "have", "ll": "will", "m": "am", "d": "would"}
_IS = frozenset(("it", "that", "there", "here", "what", "who", "where", "how", "he", "she", "let"))
_VERBS = {"ca": "can", "wo": "will", "sha": "shall", "ai": "is"}
_TURNED = {"morethan": "atmost", "lessthan": "atleast", "otherthan": "onlythis", "otherwhat": "only"}
_TURNED_ALL = {**_TURNED, "over": "atmost", "above": "atmost", "under": "atleast", "below": "atleast"}
_BETWEEN = frozenset(("any", "must", "should", "may", "can"))
# "Do not name shops that have fewer than 10" says nothing of at least 10.
_RELATIVE = frozenset(("that", "which", "who", "whose", "where", "with"))
# What may stand behind a particle that belongs to a verb before it.
_BEHIND = frozenset(("and", "or", "but", "if", "when", "for", "from", "in", "into", "to", "with", "by", "at", "on", "as", "before", "after"))  # fmt: skip
_LEAVE = frozenset(("leave", "leaves", "leaving", "left", "keep", "keeps", "keeping"))
_LEFT = {"out": "omit"} | dict.fromkeys(
    ("unchanged", "untouched", "unmodified", "unaltered", "alone", "intact"), "not change"
)
_CHOOSES = frozenset(("prefer", "favor", "favour", "prioritize", "prioritise", "choose"))
_THAN = frozenset((("rather", "than"), ("instead", "of")))
_GOES = frozenset(("be", "is", "are", "go", "fall", "drop", "rise", "not", "never", "no"))
_MANNERS = frozenset(("manner", "fashion"))
_TAKE = frozenset(("take", "takes", "taking", "taken"))
_ACCOUNT = frozenset(("account", "consideration"))
_DIGITS = re.compile(r"-?\d+(?:[.,:/]\d+)*$")


def words(tokens: Iterable[Token]) -> list[Token]:
    """Tokens of one sentence in canonical form: contractions opened, phrases exchanged."""
    opened = list(_closed_up(list(_alternative(list(_added_up(list(_opened(_unhyphened(tokens)))))))))
    return list(_asked(_negated(list(_mannered(_phrases(opened))))))


def _asked(tokens: Iterable[Token]) -> Iterator[Token]:
    """In a condition `no other` limits nothing: "if no other name fits"."""
    condition = False
    for token in tokens:
        condition = token.kind != "punct" and (condition or token.text in ("if", "when", "unless"))
        if condition and token.text == "onlythis":
            token = Token("word", "not", token.start, token.end)
        yield token


def _unhyphened(tokens: Iterable[Token]) -> Iterator[Token]:
    """Words joined by hyphens are words: "step-by-step"; a letter before one is a part of its word: "e-mail"."""
    pieces = list(_lettered(list(_freed(list(tokens)))))
    for before, token, after in zip((None, *pieces), pieces, (*pieces[1:], None), strict=False):
        if (
            token.text == "-"
            and before is not None
            and after is not None
            and before.kind in ("word", "number")
            and after.kind == "word"
        ):
            if before.end == token.start and token.end == after.start:
                continue
        yield token


def _lettered(tokens: list[Token]) -> Iterator[Token]:
    at = 0
    while at < len(tokens):
        token, joined = tokens[at], tokens[at : at + 3]
        if (
            len(joined) == 3
            and token.kind == joined[2].kind == "word"
            and len(token.text) == 1
            and not token.upper
            and joined[1].text == "-"
            and token.end == joined[1].start
            and joined[1].end == joined[2].start
        ):
            yield Token("word", token.text + joined[2].text, token.start, joined[2].end)
            at += 3
            continue
        yield token
        at += 1


def _freed(tokens: list[Token]) -> Iterator[Token]:
    """`nut-free` is `without nut`."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        joined = (
            at + 2 < len(tokens) and token.end == tokens[at + 1].start and tokens[at + 1].end == tokens[at + 2].start
        )
        if joined and token.kind == "word" and tokens[at + 1].text == "-" and tokens[at + 2].text == "free":
            yield Token("word", "without", token.start, token.start)
            yield token
            at += 3
            continue
        yield token
        at += 1


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
        elif token.kind == "word" and token.text in _TAKE:
            # "take the length into account" is "consider the length".
            for behind in range(at + 1, min(at + 10, len(tokens) - 1)):
                if tokens[behind].text in ".!?;:":
                    break
                if tokens[behind].text == "into" and tokens[behind + 1].text in _ACCOUNT:
                    left[at], left[behind], left[behind + 1] = "consider", "", ""
                    break
        elif token.text in _CHOOSES:
            # "prefer A rather than B" is "prefer A over B".
            for behind in range(at + 2, min(at + 50, len(tokens) - 1)):
                if tokens[behind].text in ".!?;:":
                    break
                if (tokens[behind].text, tokens[behind + 1].text) in _THAN:
                    left[behind], left[behind + 1] = "over", ""
                    break
        elif token.kind == "word" and (particles := forms().separable.get(token.text)):
            # "make an answer up" is "make up an answer".
            for behind in range(at + 2, min(at + 6, len(tokens))):
                if tokens[behind].kind == "punct":
                    break
                if tokens[behind].text in particles and _closes(tokens, behind):
                    left[at], left[behind] = particles[tokens[behind].text], ""
                    break
    for at, token in enumerate(tokens):
        if at in left:
            yield from _split(token, *left[at].split())
        else:
            yield token


def _alternative(tokens: list[Token]) -> Iterator[Token]:
    """`if not, …` and `else …` are `otherwise …`."""
    at = 0
    while at < len(tokens):
        token, behind = tokens[at], tokens[at + 1 : at + 3]
        texts = [t.text for t in behind]
        before = tokens[at - 1] if at else None
        if token.text == "if" and texts[:1] == ["not"] and texts[1:] in ([","], [":"], ["then"]):
            yield Token("word", "otherwise", token.start, behind[0].end)
            at += 2
            continue
        opens = before is None or before.kind in ("punct", "number", *LITERALS)
        if token.text == "else" and opens and behind:
            token = Token("word", "otherwise", token.start, token.end)
        yield token
        at += 1


def _mannered(tokens: list[Token]) -> Iterator[Token]:
    """`in a clear and concise manner` is `clearly and concisely`; `in a manner that` says how in other words."""
    at = 0
    while at < len(tokens):
        manner = _manner(tokens, at)
        if manner is None:
            yield tokens[at]
            at += 1
        else:
            yield from tokens[at + 2 : manner]
            at = manner + 1


def _manner(tokens: list[Token], at: int) -> int | None:
    """Where the manner stands that an "in a" opens, if nothing but qualities stands between."""
    if at + 3 >= len(tokens) or tokens[at].text != "in" or tokens[at + 1].text not in ("a", "an"):
        return None
    for behind in range(at + 2, min(at + 9, len(tokens))):
        token = tokens[behind]
        if token.text in _MANNERS:
            follows = tokens[behind + 1].text if behind + 1 < len(tokens) else "."
            return behind if behind > at + 2 and follows not in _RELATIVE and follows != "of" else None
        if token.kind != "word" and token.text not in (",", "-"):
            return None
        if token.kind == "word" and token.text != "and" and token.text in forms().markers and token.text != "un":
            return None
    return None


def _added_up(tokens: list[Token]) -> Iterator[Token]:
    """`two hundred and fifty` is one number."""
    at = 0
    while at < len(tokens):
        end, total, current, last = at, 0, 0, _LARGEST
        while (value := _value(tokens, end)) is not None:
            if value in _SCALES and current:
                total, current, last = (
                    (total, current * value, value) if value == 100 else (total + current * value, 0, value)
                )
            elif value >= min(last, 100) or (current % 100 and (current % 100 < 20 or value > 9)):
                break
            else:
                current, last = current + value, min(last, _LARGEST if value >= 20 else 10)
            end += 1
            if end + 1 < len(tokens) and tokens[end].text == "and" and value in _SCALES and _value(tokens, end + 1):
                end += 1
        if end <= at + 1:
            yield tokens[at]
            at += 1
        else:
            yield Token("number", str(total + current), tokens[at].start, tokens[end - 1].end)
            at = end


_LARGEST = 1_000_000_000
_SCALES = (100, 1000, 1_000_000)


def _value(tokens: list[Token], at: int) -> int | None:
    """What a number says that is written as a word."""
    if at >= len(tokens) or tokens[at].kind != "number" or not tokens[at].text.isdecimal():
        return None
    worded = tokens[at].end - tokens[at].start != len(tokens[at].text)
    return int(tokens[at].text) if worded else None


def _closes(tokens: list[Token], at: int) -> bool:
    """Whether a particle ends its clause: "make it up", not "make the follow up question" or "into up to four"."""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if tokens[at].text == "up" and following is not None and following.text == "to":
        return False
    return following is None or following.kind != "word" or following.text in _BEHIND


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
            verb = found.group("verb") or found.group("typed")
            yield from _split(token, _VERBS.get(verb, verb), "not")
        else:
            base, mark, tail = text.partition("'")
            if mark and (tail in _TAILS or (tail == "s" and base in _IS)):
                yield from _split(token, base, _TAILS.get(tail, "is"))
                continue
            if mark and tail in ("s", ""):
                text = base
            if _UN.match(text) and text not in forms().single and not token.upper:
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
        # "no box may hold more than 2" is "each box holds at most 2".
        between = [t for t in tokens[at + 1 : behind] if t.text not in ("any", "may")]
        if token.text == "no" and any(t.text == "may" for t in tokens[at + 1 : behind]):
            yield Token("word", "each", token.start, token.end)
        yield from between
        again = _excepted(tokens, behind) if tokens[behind].text == "otherthan" else None
        turned = _TURNED_ALL[tokens[behind].text] if again is None else "only"
        yield Token("word", turned, token.start, tokens[behind].end)
        if again is not None:
            # "no other format other than the table" is "only the table".
            yield from tokens[behind + 1 : again]
        at = behind + 1 if again is None else again + 1


def _excepted(tokens: list[Token], at: int) -> int | None:
    """Where "any other format" is followed up by what it is other than."""
    for behind in range(at + 1, min(at + 4, len(tokens))):
        token = tokens[behind]
        if token.text == "except":
            return behind
        if token.kind != "word" or token.text in forms().markers:
            return None
    return None


def _turned(tokens: list[Token], at: int) -> int | None:
    """Where the word stands that a negation turns round, if nothing but its verb stands between."""
    said = 0
    for behind in range(at + 1, min(at + 8, len(tokens))):
        token = tokens[behind]
        if token.text in _RELATIVE:
            return None
        counts = behind + 1 < len(tokens) and tokens[behind + 1].kind == "number"
        # "Do not name a shop over 10 euros" forbids a shop.
        # "must never be below orange"
        counts = counts or (behind + 1 < len(tokens) and tokens[behind - 1].text in _GOES and not said)
        if token.kind == "word" and (token.text in _TURNED or (counts and said < 2 and token.text in _TURNED_ALL)):
            return behind
        if token.kind in LITERALS:
            continue
        if token.kind != "word" or (token.text in forms().markers and token.text not in _BETWEEN):
            return None
        said += weight(token.text) > 0
        if said > 3:
            return None
    return None


def _split(token: Token, *texts: str) -> Iterable[Token]:
    return (Token("word", text, token.start, token.end) for text in texts)


_MORE = frozenset(("but", "also", "too"))


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
        if token.text == "limited" and at + length < len(tokens) and tokens[at + length].kind == "number":
            # "limited to the text", "limited to 2 sentences"
            canonical = ("atmost",)
        if token.text == "not" and canonical == ("also",) and not any(t.text in _MORE for t in tokens[at + length :]):
            # "do not just repeat it" forbids, "not just the name but the age" does not
            canonical = ("not",)
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


def _longest(tokens: Sequence[Token], at: int, choices: Iterable[Phrase]) -> tuple[int, tuple[str, ...]]:
    """The longest phrase that begins at a word, and what it stands for; 0 when none does."""
    for phrase, canonical in choices:
        there = tokens[at : at + len(phrase)]
        if len(there) == len(phrase) and all(
            t.text == w and t.kind == "word" for t, w in zip(there, phrase, strict=True)
        ):
            return len(phrase), canonical
    return 0, ()
