"""The words of a sentence that steer others, each with what it governs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from msgspec import structs

from promptlint.compress.contract.canon import common, forms, light, meaning, stem, unit, weight
from promptlint.compress.contract.lexicon import verbs
from promptlint.compress.contract.model import LITERALS, Marker, Token

COMPARES = frozenset(("atleast", "atmost", "lessthan", "morethan", "exactly", "about"))
_BORDERS = frozenset(".!?;:()[]|")
# What a negation does not reach across.
_BEYOND = frozenset(("with", "by", "because", "so", "which", "while", "since"))
# "errors that it may contain" permits nothing.
_IS = frozenset(("is", "are", "was", "were"))
_ENDS = frozenset(".;:?!")
# "within {tags}" is a place, not a limit.
_PLACES = frozenset(("within", "under", "over", "above", "below"))
_RELATIVE = frozenset(("that", "which", "who"))
_PERFECT = frozenset(("have", "has", "had", "having"))
# "must not be below orange"
_PREDICATE = frozenset(("be", "is", "are"))
# "try again" is no half-hearted order.
_TRIED = frozenset(("again", "something", "another", "it", "this", "a", "an", "the", "different"))
_JOINS = frozenset(("and", "or", "but", "if", "when", "then"))
_STRONGER = frozenset(("atmost", "atleast"))
# Behind these a comma may stand, and cuts nothing off.
_ASIDE = frozenset(("rarely", "try"))
_OWNED = frozenset(("the", "your", "my", "our", "its", "their", "his", "her"))
_NAMED_BEFORE = frozenset(("those", "these", "them", "ones"))
# Markers that steer the next words only.
_NARROW = frozenset(("each", "per", "any", "some", "both"))


def group_of(word: str) -> str | None:
    """The group of markers that a canonical word belongs to."""
    return forms().markers.get(word)


def markers(tokens: Sequence[Token], index: int, content: tuple[str, ...]) -> tuple[Marker, ...]:
    """The markers of a sentence in canonical form; `index` is the number of its unit, `content` its meaningful words."""
    return tuple(_apart(tuple(_markers(tokens, index, content))))


def _markers(tokens: Sequence[Token], index: int, content: tuple[str, ...]) -> Iterator[Marker]:
    for at, token in enumerate(tokens):
        if token.text == "or" and (at + 1 == len(tokens) or tokens[at + 1].text in _ENDS):
            # What is left of "or not".
            yield Marker("not", "or", (), content, token.start, token.end, index)
        if token.kind == "number" and _enumerates(tokens, at):
            continue
        if token.kind == "number":
            yield _number(tokens, at, index, content)
            continue
        if token.kind == "hole":
            # "at most {n}"
            limit = _number(tokens, at, index, content)
            counts = at + 1 < len(tokens) and unit(tokens[at + 1].text) in forms().counted | forms().units
            if at and (counts or tokens[at - 1].text not in _PLACES) and limit.value.split(" ")[0] in COMPARES:
                yield limit
            continue
        group = group_of(token.text) if token.kind == "word" else None
        if group is None or not _steers(group, tokens, at):
            continue
        few = group in _NARROW or (token.text == "no" and not any(t.text in ("or", "nor") for t in tokens[at : at + 6]))
        heads = _governed(tokens, at + 1, group, 2 if few else 5)
        told = group in ("before", "after") and at + 1 < len(tokens) and tokens[at + 1].text in ("that", "this", "it")
        if not heads and not told and group not in ("if", "except", "any", "some"):
            heads = _preceding(tokens, at)
        if group == "only" and at and tokens[at - 1].text in _OWNED and at + 1 < len(tokens):
            # "your only goal": it says which goal, not what of.
            heads = (meaning(tokens[at + 1].text),)
        if group == "exactly" and at + 1 < len(tokens) and tokens[at + 1].kind == "punct":
            # "extract the text exactly, as a table"
            heads = _preceding(tokens, at) or heads
        if group == "only" and at + 1 < len(tokens) and tokens[at + 1].text in _NAMED_BEFORE:
            # "never all columns, only those that are needed"
            things = (t for t in reversed(tokens[:at]) if t.kind == "word" and weight(t.text) and t.text.endswith("s"))
            heads = (*(meaning(t.text) for t in islice(things, 1)), *heads)
        floating = group == "both" and at > 0 and group_of(tokens[at - 1].text) in ("must", "should", "may")
        if floating:
            # "name and date should both be given"
            heads = _preceding(tokens, at)
        if token.text == "un" and at + 1 < len(tokens):
            heads = (meaning(tokens[at + 1].text),)
        if group == "each" and at + 1 < len(tokens) and group_of(tokens[at + 1].text) == "if":
            # "for each, whether": it stands for what was named before.
            heads = ()
        if not heads and group in ("any", "some"):
            continue
        clause = _clause(tokens, at) if group == "not" else frozenset()
        possible = group == "may" and (
            any(t.text in _RELATIVE for t in tokens[max(0, at - 2) : at])
            or (at > 0 and at + 1 < len(tokens) and tokens[at + 1].text == "be" and tokens[at - 1].text != "you")
        )
        value = (
            "can"
            if possible
            else token.text
            if token.text in ("onlythis", "when", "whether", "un", "can", "eachof", "anyof", "ifpossible")
            or group == "except"
            else "bothand"
            if group == "both" and any(t.text == "and" for t in (tokens[:at] if floating else tokens[at + 2 : at + 8]))
            else "onlyif"
            if group == "only" and at + 1 < len(tokens) and group_of(tokens[at + 1].text) == "if"
            else group
        )
        yield Marker(group, value, heads, content, token.start, token.end, index, clause, token.text)


def _enumerates(tokens: Sequence[Token], at: int) -> bool:
    """Whether a number only counts the parts of a sentence: "Check: 1. the table; 2. the text"."""
    behind = tokens[at + 1 : at + 3]
    opens = not at or tokens[at - 1].text in (":", ";", ",", "(")
    closed = bool(behind) and behind[0].text in (".", ")") and behind[0].start == tokens[at].end
    return opens and closed and (len(behind) == 1 or behind[1].start > behind[0].end)


def _steers(group: str, tokens: Sequence[Token], at: int) -> bool:
    """Whether a word that may steer does so here."""
    token = tokens[at]
    nearby = [group_of(t.text) for t in tokens[max(0, at - 5) : at] if t.kind == "word"]
    following = tokens[at + 1 : at + 4]
    match group:
        case "atleast" | "atmost" | "lessthan" | "morethan":
            counted = (*tokens[max(0, at - 4) : at], *tokens[at + 1 : at + 5])
            predicate = at > 0 and tokens[at - 1].text in _PREDICATE
            predicate = predicate and bool(following) and following[0].kind == "word"  # not "are under /home/user"
            predicate = predicate and following[0].text not in _JOINS  # "the game is over and"
            return (token.text in COMPARES or predicate) and not any(t.kind in ("number", "hole") for t in counted)
        case "exactly":
            # "exactly 3" is "3".
            return _exacts(tokens, at) and not any(t.kind in ("number", "hole") for t in following[:2])
        case "about":
            return False
        case "may" if (
            ("not" in nearby or _excludes(tokens, at)) and at and tokens[at - 1].text not in ("you", "it", "but")
        ):
            # "none of them may be left out" is "not".
            return False
        case "may" if any(group_of(t.text) == "only" for t in following):
            # "You may submit only one word" limits.
            return False
        case "must" | "should":
            return True
        case "may":
            # "may not exceed" is "at most", "may not" is "not": the force is in the other word.
            at_once = [t.text for t in following if t.text != "be"][:1]
            return not any(group_of(t.text) == "not" for t in following[:2]) and not _STRONGER.intersection(at_once)
        case "only" if at and tokens[at - 1].text in _IS and following and following[0].kind == "number":
            # "the reader is only twelve"
            return False
        case "only" if token.text == "just":
            # "just translate it" is no limit; "not the reasons, just the code" limits no more than its negation does.
            limits = not following or meaning(following[0].text) not in forms().verbs
            denied = "not" in map(group_of, _words((*tokens[:at], *tokens[at + 1 : at + 8])))
            return limits and not denied and not _recently(tokens, at)
        case "if" if token.text == "while":
            # "while keeping it polite" is "and keep it polite".
            return not (following and following[0].text.endswith("ing"))
        case "any":
            return "not" not in nearby
        case "before" | "after" if at and tokens[at - 1].text == "from":
            # "from before" is a time, no order.
            return False
        case "each" if not following or following[0].kind == "punct" or following[0].text in forms().stop:
            # "four stanzas of four lines each"
            opens = at > 0 and tokens[at - 1].kind == "punct" and following and following[0].text in ("a", "an", "with")
            return bool(opens) or not any(t.kind == "number" for t in tokens[max(0, at - 3) : at])
        case "try":
            return not following or following[0].text not in _TRIED
        case "most" | "then" | "some" | "many":
            return group != "most"
        case _:
            return True


def _excludes(tokens: Sequence[Token], at: int) -> bool:
    """Whether what may be is what may not: "no extra fields are allowed"."""
    return any(t.text == "onlythis" for t in tokens[max(0, at - 5) : at])


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    return (token.text for token in tokens if token.kind == "word")


def _exacts(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word asks that something be no more and no less: "fits perfectly", not "a perfectly formatted text"."""
    if tokens[at].text == "exactly":
        return True
    done = tokens[at + 1].text if at + 1 < len(tokens) else "."
    return not done.endswith("ed") and (_act(done) or (at > 0 and _act(tokens[at - 1].text)))


def _act(word: str) -> bool:
    return stem(word) in verbs() or meaning(word) in forms().verbs


def _recently(tokens: Sequence[Token], at: int) -> bool:
    """Whether a `just` says when: "you have just read a page", "it was just written"."""
    return bool(_PERFECT.intersection(t.text for t in tokens[max(0, at - 2) : at]))


def _governed(tokens: Sequence[Token], start: int, group: str, most: int) -> tuple[str, ...]:
    """The words behind a marker, up to the end of its clause: those with a meaning of their own, else the others."""
    strong: list[str] = []
    pale: list[str] = []
    weak: list[str] = []
    aside = False
    for at, token in enumerate(tokens[start : start + 14], start):
        if token.text == ")" and aside:
            aside = False
            continue
        if aside or (token.text == "(" and (strong or pale) and any(t.text == ")" for t in tokens[at + 1 : at + 8])):
            aside = True
            continue
        if group in _ASIDE and token.text in ",:" and not (strong or pale or weak):
            # "will, possibly, not see it"
            continue
        if token.kind == "punct" and (
            token.text in _BORDERS or (token.text == "," and (not _lists(tokens, at, group) or _opens(tokens, at + 1)))
        ):
            break
        if group in _NARROW and token.text in ("and", "or") and not strong:
            break
        done = group in ("before", "after") and token.text == "and" and (strong or pale or weak)
        done = done or (token.text == "but" and (strong or pale or weak))
        if done or (token.text == "-" and token.start > tokens[at - 1].end):
            break
        other = group_of(token.text) if token.kind == "word" else None
        if other in ("if", "except", "only", "before", "after") and (strong or pale or weak):
            break
        ended = (other in ("not", "must", "should", "may") and token.text != "un") or token.text in _BEYOND
        # "lines without a title are no block"
        ended = ended or (token.text in _IS and tokens[start - 1].text == "without")
        if group == "not" and (((strong or pale or weak) and ended) or (strong and token.text in _RELATIVE)):
            # "no tags that assume a structure" forbids no structure.
            break
        if token.kind in LITERALS or token.kind == "number":
            strong.append(token.text)
        elif token.kind == "word" and weight(token.text):
            (pale if light(token.text) and group != "number" else strong).append(meaning(token.text))
        elif token.kind == "word" and common(token.text):
            weak.append(meaning(token.text))
        if len(strong) + len(pale) >= most:
            break
    strong = [*strong, *pale][:most]
    if group in ("if", "except", "any", "some") or strong:
        return tuple(strong)
    # "Prices must never be shown": what is governed stands before.
    if group == "neednot":
        return _preceding(tokens, start - 1) or tuple(weak)
    passive = group == "not" and start > 1 and group_of(tokens[start - 2].text) in ("must", "should", "may")
    return (_preceding(tokens, start - 1) if passive else ()) or tuple(weak)


def _clause(tokens: Sequence[Token], at: int) -> frozenset[str]:
    words: set[str] = set()
    for part in (reversed(tokens[max(0, at - 10) : at]), tokens[at + 1 : at + 11]):
        for token in part:
            if (token.kind == "punct" and token.text in ",.!?;:()") or token.text in ("and", "but", "or", "then", "if"):
                break
            if token.kind == "word" and (weight(token.text) or token.text in forms().generic):
                words.add(meaning(token.text))
    return frozenset(words)


def _opens(tokens: Sequence[Token], at: int) -> bool:
    """Whether a new negation begins: "only the name, no text or labels"."""
    return at < len(tokens) and group_of(tokens[at].text) in ("not", "only", "if", "except")


def _lists(tokens: Sequence[Token], comma: int, group: str) -> bool:
    """Whether a comma stands between what a marker governs: "no greetings, comments or notes"."""
    if group in ("if", "except", "before", "after"):
        return False
    return any(t.text in ("or", "nor", ",") for t in tokens[comma + 1 : comma + 6])


def _preceding(tokens: Sequence[Token], at: int) -> tuple[str, ...]:
    found = []
    for token in reversed(tokens[max(0, at - 8) : at]):
        if token.kind == "punct" and token.text in _BORDERS:
            break
        if token.kind in LITERALS or (token.kind == "word" and weight(token.text)):
            found.append(token.text if token.kind in LITERALS else meaning(token.text))
    return tuple(found[:4])


def _apart(markers: tuple[Marker, ...]) -> Iterator[Marker]:
    """Each number with what the other numbers of its sentence count, each `only` with its sentence's conditions."""
    counted = [m.heads[0] for m in markers if m.group == "number" and m.heads]
    conditions = frozenset(head for m in markers if m.group == "if" for head in m.heads)
    for marker in markers:
        if marker.group == "number" and len(counted) > 1:
            yield structs.replace(marker, clause=frozenset(h for h in counted if h not in marker.heads[:1]))
        elif marker.group == "only" and conditions:
            yield structs.replace(marker, clause=conditions)
        else:
            yield marker


def _number(tokens: Sequence[Token], at: int, index: int, content: tuple[str, ...]) -> Marker:
    """A number with its comparator and what it counts."""
    token = tokens[at]
    comparator = ""
    for before in reversed(tokens[max(0, at - 3) : at]):
        group = group_of(before.text) if before.kind == "word" else None
        if group in COMPARES or group in ("before", "after"):
            comparator = group or ""
            break
        if before.kind != "word" or before.text not in ("the", "of", "a", "be", "is", "to"):
            break
    later = tokens[at + 1 : at + 4]
    for following in later:
        if following.text in ("ormore", "orless"):
            comparator = "atleast" if following.text == "ormore" else "atmost"
        elif group_of(following.text) in _STRONGER and not any(t.kind == "number" for t in tokens[at + 1 : at + 5]):
            comparator = group_of(following.text) or ""
        elif following.text == "+" and following.start == token.end:
            comparator = "atleast"
    heads = tuple(
        unit(t.text) if unit(t.text) in forms().counted | forms().units | forms().placed else meaning(t.text)
        for t in later
        if (t.kind == "word" and (weight(t.text) or unit(t.text) in forms().counted) and group_of(t.text) is None)
        or t.text == "%"
    )
    if comparator == "exactly":
        comparator = ""
    if token.text == "1" and comparator in ("", "atmost") and singly(tokens, at):
        comparator = "single"
    ranged = _ranged(tokens, at)
    if comparator in _STRONGER and ranged == "atleast":
        # "at least 2-3" is not "2-3".
        comparator = f"{comparator}~"
    if not comparator:
        comparator = "atmost" if _limited(tokens, at) else (ranged and f"~{ranged}") or _named_limit(tokens, at)
    start = next(
        (t.start for t in tokens[max(0, at - 3) : at] if comparator and group_of(t.text) == comparator.rstrip("~")),
        token.start,
    )
    end = later[0].end if later and later[0].kind == "word" else token.end
    return Marker("number", f"{comparator} {token.text}".strip(), heads, content, start, end, index)


def singly(tokens: Sequence[Token], at: int) -> bool:
    """Whether what begins here comes one by one: "ask a question at a time"."""
    near = [t.text if t.kind == "word" else "" for t in tokens[at + 1 : at + 6]]
    return "atatime" in near and "" not in near[: near.index("atatime")]


def _limited(tokens: Sequence[Token], at: int) -> bool:
    """Whether a number ends what "limit the answer to" begins."""
    earlier = tokens[max(0, at - 9) : at]
    return (
        bool(earlier)
        and earlier[-1].text in ("to", "on", "in", "into", "of")
        and any(stem(t.text) in forms().limits for t in earlier)
    )


def _named_limit(tokens: Sequence[Token], at: int) -> str:
    """The comparator of "the maximum number of rows is 10"."""
    if not at or tokens[at - 1].text not in ("is", "be", ":", "=", "of"):
        return ""
    named = (
        group_of(t.text)
        for t in reversed(tokens[max(0, at - (4 if tokens[at - 1].text == "of" else 8)) : at])
        if t.kind == "word"
    )
    return next((group for group in named if group in ("atmost", "atleast")), "")


def _ranged(tokens: Sequence[Token], at: int) -> str:
    """A range is what its ends say: "2 to 5", "2-5", "between 2 and 5"."""
    if at + 2 < len(tokens) and tokens[at + 2].kind == "number":
        between = any(t.text == "between" for t in tokens[max(0, at - 5) : at])
        if tokens[at + 1].text in ("to", "-") or (between and tokens[at + 1].text == "and"):
            return "atleast"
    if at > 1 and tokens[at - 2].kind == "number":
        between = any(t.text == "between" for t in tokens[max(0, at - 7) : at - 2])
        if tokens[at - 1].text in ("to", "-") or (between and tokens[at - 1].text == "and"):
            return "atmost"
    return ""
