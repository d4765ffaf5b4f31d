"""Words that came in place of others: opposites, nouns for nouns, and names that changed places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache
from itertools import pairwise

from promptlint.compress.contract.canon import akin, by_beginning, forms, kin, meaning
from promptlint.compress.contract.lexicon import alike
from promptlint.compress.contract.matching import Side, gist, touches
from promptlint.compress.contract.model import NEGATING, Unit

_VERBATIM = 0.7
_FEWEST = 2
_FEW = 20


def exchanged(before: Side, after: Side) -> Iterator[tuple[Unit, str, str]]:
    """Words that came back as their opposites."""
    opposites = forms().opposites
    here, there = before.open_words | before.open_raw, after.open_words | after.open_raw
    came = there - here
    for unit in before.open():
        for word in sorted(unit.raw.union(unit.words)):
            # "do not include" is "omit".
            turned = any(m.group == "not" and word in m.clause for m in unit.markers)
            if word not in there and not turned:
                yield from ((unit, word, other) for other in sorted(opposites.get(word, frozenset()) & came))


def replaced(before: Side, after: Side) -> Iterator[tuple[Unit, str, str]]:
    """Words in whose sentence a specific word came that the text did not have: "decline" that became "invoice"."""
    known = before.words | {word for unit in before.units for word in unit.raw}
    there = after.words | {word for unit in after.units for word in unit.raw}
    known_kin, there_kin = by_beginning(known), by_beginning(there)
    said = known.union(NEGATING)
    for unit in after.open():
        new = [
            w
            for w in unit.words
            if w not in said and w not in unit.faint and w not in before.joined and not _akin(w, known_kin)
        ]
        if len(new) != 1:
            continue
        closest = next((u for u in before.near(gist(unit)) if u.index not in before.same), None)
        if closest is not None and touches(gist(closest), gist(unit)):
            places = _neighbours(unit)[new[0]]
            gone = [
                w
                for w, around in _neighbours(closest).items()
                if w not in there
                and not _akin(w, there_kin)
                and not alike(w, new[0])
                and any(a == b for a, b in zip(around, places, strict=True))
            ]
            yield from ((closest, word, new[0]) for word in gone[:1])


def in_place(before: Side, after: Side, became: dict[int, int]) -> Iterator[tuple[Unit, str, str]]:
    """Words that stand exactly where another stood, between the same words: "decline the offer", "accept the offer"."""
    for unit in before.open():
        if unit.index not in became:
            continue
        other = after.units[became[unit.index]]
        verbatim = _VERBATIM * max(len(unit.said), len(other.said)) <= len(set(unit.said) & set(other.said))
        telling = (set(unit.words) - unit.faint) | (set(other.words) - other.faint)
        for old, new in _replacements(unit.said, other.said):
            if not set(old).isdisjoint(other.every) or not set(new).isdisjoint(unit.every):
                continue
            if any(kin(one, two) or alike(one, two) for one in old for two in new):
                continue
            if all(len(after.holding[word]) <= len(before.holding[word]) for word in new):
                # A sentence that became a part of this one said it.
                continue
            one_for_one = len(old) == len(new) == 1 and not telling.isdisjoint((*old, *new))
            # A verb may stand for another, a noun hardly in a sentence that is otherwise the same.
            verbs = forms().verbs
            if _verbs().issuperset(new) and not verbs.issuperset(old) and telling.isdisjoint(new):
                # "your report should have", "include": a verb that every prompt has stands for no thing.
                continue
            nouns = not verbs.issuperset(old) and not verbs.issuperset(new)
            if (one_for_one or verbatim) and (nouns or _only_this(unit, other)):
                yield unit, old[0], new[0]


@cache
def _verbs() -> frozenset[str]:
    """The verbs of the tables, by what they count as too."""
    return forms().verbs.union(map(meaning, forms().verbs))


def _only_this(one: Unit, other: Unit) -> bool:
    """Whether two sentences differ in one word, with no negation that would make it the same."""
    differ = sum(first != second for first, second in zip(one.said, other.said, strict=False))
    groups = [sum(m.group == "not" for m in u.markers) for u in (one, other)]
    return len(one.said) == len(other.said) > _FEWEST and differ == 1 and groups[0] == groups[1]


def inverted(before: Side, after: Side, became: dict[int, int]) -> Iterator[tuple[Unit, str, str]]:
    """What is wanted and what is not, exchanged: "plain text, not LaTeX", "LaTeX, not plain text"."""
    denied = after.negated - after.affirmed
    wanted = after.affirmed - after.negated
    for unit in before.open():
        telling = unit.faint | NEGATING
        mine, theirs = unit.negated - telling, unit.affirmed - telling
        lost, come = (mine - before.affirmed) & wanted, (theirs - before.negated) & denied
        if unit.index in became and not (lost and come):
            other = after.units[became[unit.index]]
            lost = (mine - unit.affirmed) & (other.affirmed - other.negated)
            come = (theirs - unit.negated) & (other.negated - other.affirmed)
        if lost and come:
            yield unit, min(lost), min(come)
    yield from _inverted_beside(before, after)


def _inverted_beside(before: Side, after: Side) -> Iterator[tuple[Unit, str, str]]:
    """The same of two sentences that became one: "You do not talk to the user. You talk to the system."."""
    faint = forms().verbs | NEGATING
    for unit, following in pairwise(before.open()):
        denied, said = unit.negated | following.negated, unit.affirmed | following.affirmed
        if following.index != unit.index + 1 or denied <= said:
            continue
        for other in after.near((denied | said) - faint, limit=3):
            lost = (denied - said) & (other.affirmed - other.negated) - faint
            come = (said - denied) & (other.negated - other.affirmed) - faint
            if lost and come and other.index not in after.same:
                yield unit, min(lost), min(come)
                break


def _replacements(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """What stands in place of what, between words that both have."""
    for kind, start, end, start_there, end_there in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        inner = start > 0 and start_there > 0 and (end < len(one)) == (end_there < len(other))
        if kind == "replace" and inner and end - start <= _FEWEST and end_there - start_there <= _FEWEST:
            yield one[start:end], other[start_there:end_there]


def _neighbours(unit: Unit) -> dict[str, tuple[str, str]]:
    """The words before and behind each word of a unit."""
    edges = f"<{unit.index}", f">{unit.index}"
    return {
        word: (left, right)
        for left, word, right in zip((edges[0], *unit.words), unit.words, (*unit.words[1:], edges[1]), strict=False)
    }


def _akin(word: str, others: dict[str, list[str]]) -> bool:
    return word.startswith("un ") or akin(word, others)


def swapped(before: Side, after: Side, became: dict[int, int]) -> Iterator[tuple[Unit, str, str]]:
    """Literals, languages and names that changed places: "the letter in Polish, the summary in English"."""
    for unit in before.open():
        if unit.index not in became:
            continue
        mine, theirs = _places(unit), _places(after.units[became[unit.index]])
        both = [word for word in mine if word in theirs][:_FEW]
        for at, one in enumerate(both):
            for other in both[at + 1 :]:
                for side in (0, 1):
                    here, there = mine[one][side], mine[other][side]
                    if here and there and here != there and (here, there) == (theirs[other][side], theirs[one][side]):
                        yield unit, one, other


def _places(unit: Unit) -> dict[str, tuple[str, str]]:
    """What stands before and behind each special word of a unit that occurs once."""
    special = {word for kind, word, _, _ in unit.specials if kind != "direction"} | set(filter(str.isdigit, unit.key))
    bare = [k.split(" ")[-1] if k.startswith(("to ", "from ")) else k for k in unit.key]
    around = zip(("", *bare), bare, (*bare[1:], ""), strict=False)
    return {word: (left, right) for left, word, right in around if word in special and bare.count(word) == 1}
