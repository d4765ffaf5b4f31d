"""Each requirement of one text must still have a counterpart in the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from difflib import SequenceMatcher

from promptlint.compress.contract.canon import forms, kin, meaning, stem
from promptlint.compress.contract.leftovers import NEGATING
from promptlint.compress.contract.matching import Side, gist, vocabulary
from promptlint.compress.contract.model import Unit
from promptlint.compress.contract.steering import MAY_GO

_READ = stem("read")
_ENOUGH = 0.5
_VERBATIM = 0.7
_FEWEST = 2
_TOUCHES = 0.4
# Below this a sentence has nothing to do with another.
_LIKE = 0.3
_LONG = 3
_FEW = 20
_CLAUSE = 3
# A sentence that says so much may lose a word that says how.
_RICH = 4


def uncovered(before: Side, after: Side, *, least: int = 0) -> Iterator[tuple[Unit, tuple[str, ...]]]:
    """Units of BEFORE that AFTER does not have, each with the words that are missing: at least so many that say something."""
    for unit in before.open():
        missing = _missing(unit, before, after) if unit.words else ()
        if least:
            missing = tuple(w for w in missing if w not in after.words)
        turned = any(_opposed(word, after.words) for word in missing)
        alone = not any(_like(gist(unit), gist(other)) for other in after.near(gist(unit)))
        if missing and (len(set(missing) - unit.faint) >= least or turned or alone):
            yield unit, missing


def _missing(unit: Unit, before: Side, after: Side) -> tuple[str, ...]:
    """The words of a unit that found no place: all of them, or a phrase of it."""
    said = gist(unit)
    near = after.near(said, limit=12)
    counterparts = [u for u in near if u.index not in after.same and _touches(said, gist(u))]
    if _announces(unit) and (said <= unit.faint or said & after.words):
        return ()
    if gone_members := list(_gone_members(unit, before, after)):
        return tuple(gone_members)
    cargo = [w for w in unit.words if w not in unit.faint]
    if not cargo and (unit.kind == "heading" or forms().qualities.issuperset(unit.words)):
        return ()
    if not cargo and _READ in unit.words:
        # "Read the text below."
        return ()
    if unit.kind == "list_item":
        # Where words are few, those that stand nowhere else decide, however common they are.
        rare = [w for w in unit.every if sum(w in u.every for u in before.units) == 1]
        if rare and not any(_said_in(w, u) for w in rare for u in after.open()):
            return unit.words
    gone_words = [w for w in cargo if not _kept(w, unit, before, after)]
    if gone_words:
        return tuple(gone_words)
    if any(before.spread(w) == 1 for w in cargo):
        return ()
    if not counterparts:
        return () if any(_repeated(unit, said, other) for other in near) else unit.words
    together = {word for other in counterparts[:8] for word in vocabulary(other)}
    topics = {w for w in _subject(unit, before, after) if before.spread(w) > 1 and w in after.words}
    telling = said - (topics - together)
    telling = telling - unit.faint or telling
    found = len(telling & together)
    # Items of a list say much alike.
    if found < _ENOUGH * len(telling) or (unit.kind == "list_item" and found == _ENOUGH * len(telling)):
        return unit.words
    there = together | topics
    gone = [at for at, chunk in enumerate(unit.chunks) if not any(word in there for word in chunk)]
    # Quotes and holes tell more than words.
    telling_enough = len(said) >= _LONG or any(word not in unit.words for word in said & there)
    most = telling_enough and len(said & there) >= _ENOUGH * len(said)
    theirs = gist(counterparts[0])
    if _exchanged_word(unit, counterparts[0], before) and not (
        said - theirs <= there
        or (said - theirs <= unit.faint and not any(_opposed(word, theirs) for word in said - theirs))
    ):
        return tuple(said - theirs)
    if gone_member := unit.members - there:
        return tuple(gone_member)
    if clause := _clause(unit, gone):
        return clause
    style = len(telling) >= _RICH and len(telling - there) <= 1
    for at in gone:
        chunk = unit.chunks[at]
        if unit.faint.issuperset(chunk):
            continue
        # One word less in a sentence that is all there is style; a list without one of its members is not.
        if at in unit.listed or (at in unit.how and not style) or not most or chunk[0] in forms().opposites:
            return chunk
    return ()


def _gone_members(unit: Unit, before: Side, after: Side) -> Iterator[str]:
    """The words of those members of a row that the other text has neither with the others nor, if nowhere else, at all."""
    if any(m.group == "announce" for m in unit.markers):
        return
    for row in unit.rows:
        every = {word for member in row for word in member}
        sharing = [u for u in after.open() if not every.isdisjoint(u.every)]
        for member in row:
            words = set(member)
            others = every - words
            words = {w for w in words if meaning(w) not in set(map(meaning, others))} or words
            rare = [w for w in words if sum(w in u.every for u in before.units) == 1]
            near = sharing if len(rare) == len(words) else [u for u in sharing if not others.isdisjoint(u.every)]
            if not any(_said_in(word, u) for word in words for u in near or sharing):
                yield from member


def _said_in(word: str, unit: Unit) -> bool:
    return word in unit.every or meaning(word) in unit.every or any(kin(word, other) for other in unit.every)


def _kept(word: str, unit: Unit, before: Side, after: Side) -> bool:
    if word in after.open_words or word in after.open_raw or (before.spread(word) > 1 and word in after.words):
        return True
    opposites = forms().opposites
    if word in NEGATING and any(
        m.group == "not" and not set(unit.words).isdisjoint(m.heads) for u in after.open() for m in u.markers
    ):
        return True
    if any(word in literal.lower() for kind, literal, _, _ in unit.specials if kind in ("quote", "code", "name")):
        return True
    if word == "brief" and any(m.group == "number" and m.value.startswith("atmost") for m in unit.markers):
        # Said again by the limit.
        return True
    if any(kin(word, other) for other in after.open_words):
        return True
    if word.startswith("un "):
        return any(
            m.group == "not" and word[3:] in m.heads for u in after.open() for m in u.markers
        ) or not after.open_every.isdisjoint(opposites.get(word[3:], ()))
    negated = any(m.group == "not" and word in (*m.heads, *m.clause) for m in unit.markers)
    return negated and not after.open_every.isdisjoint(opposites.get(word, ()))


def _clause(unit: Unit, gone: Sequence[int]) -> tuple[str, ...]:
    """Neighbouring phrases that are all gone and say more than a sentence can lose."""
    run: list[str] = []
    last = -2
    for at in gone:
        if at != last + 1:
            run = []
        last = at
        run += [word for word in unit.chunks[at] if word not in unit.faint]
        if len(run) >= _CLAUSE:
            return tuple(run)
    return ()


def _opposed(word: str, others: Set[str]) -> bool:
    """Whether others have the opposite of a word."""
    return not others.isdisjoint(forms().opposites.get(word, frozenset()))


def _exchanged_word(unit: Unit, other: Unit, before: Side) -> bool:
    """Whether a sentence differs from its counterpart by one word, which is new or stands exactly in place of another."""
    said, theirs = gist(unit), gist(other)
    if len(said - theirs) != 1 or not said - theirs <= set(unit.words):
        return False
    pairs = zip(unit.key, other.key, strict=False)
    in_place = len(unit.key) == len(other.key) and sum(one != two for one, two in pairs) == 1
    return in_place or (len(theirs - said) == 1 and not theirs - said <= before.words)


def _announces(unit: Unit) -> bool:
    """Whether a sentence only says what comes later, such as "you will be given a text"."""
    groups = {m.group for m in unit.markers}
    return "announce" in groups and groups <= MAY_GO


def _like(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _LIKE * len(one | other)


def _touches(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one & other) and len(one & other) >= _TOUCHES * min(len(one), len(other))


def _subject(unit: Unit, before: Side, after: Side) -> Iterable[str]:
    """The words of a unit that may only say what the whole prompt is about: "The summary must be short"."""
    if before.rewritten() or after.rewritten():
        return unit.words
    return unit.chunks[0] if unit.chunks else ()


def _repeated(unit: Unit, said: frozenset[str], other: Unit) -> bool:
    """Whether a unit that is gone only repeated another one."""
    if not said <= vocabulary(other):
        return False
    only_here = unit.raw - other.raw - {stem(word) for word in said}
    return len(said) > len(only_here)


def exchanged(before: Side, after: Side) -> Iterator[tuple[Unit, str, str]]:
    """Words that came back as their opposites."""
    opposites = forms().opposites
    here, there = before.open_words | before.open_raw, after.open_words | after.open_raw
    for unit in before.open():
        for word in sorted(unit.raw.union(unit.words)):
            # "do not include" is "omit".
            turned = any(m.group == "not" and word in m.clause for m in unit.markers)
            if word not in there and not turned:
                yield from ((unit, word, other) for other in sorted(opposites.get(word, frozenset()) & there - here))


def replaced(before: Side, after: Side) -> Iterator[tuple[Unit, str, str]]:
    """Words in whose sentence a specific word came that the text did not have: "decline" that became "invoice"."""
    known = before.words | {word for unit in before.units for word in unit.raw}
    there = after.words | {word for unit in after.units for word in unit.raw}
    for unit in after.open():
        new = [w for w in unit.words if w not in (*unit.faint, *NEGATING, *known) and not _akin(w, known)]
        if len(new) != 1:
            continue
        closest = next((u for u in before.near(gist(unit)) if u.index not in before.same), None)
        if closest is not None and _touches(gist(closest), gist(unit)):
            places = _neighbours(unit)[new[0]]
            gone = [
                w
                for w, around in _neighbours(closest).items()
                if w not in there and not _akin(w, there) and any(a == b for a, b in zip(around, places, strict=True))
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
            if any(kin(one, two) for one in old for two in new):
                continue
            one_for_one = len(old) == len(new) == 1 and not telling.isdisjoint((*old, *new))
            # A verb may stand for another, a noun hardly in a sentence that is otherwise the same.
            verbs = forms().verbs
            if (one_for_one or verbatim) and not verbs.issuperset(old) and not verbs.issuperset(new):
                yield unit, old[0], new[0]


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


def _akin(word: str, others: Set[str]) -> bool:
    return word.startswith("un ") or any(kin(word, other) for other in others)


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
    special = {word for kind, word, _, _ in unit.specials if kind != "direction"}
    bare = [k.split(" ")[-1] if k.startswith(("to ", "from ")) else k for k in unit.key]
    around = zip(("", *bare), bare, (*bare[1:], ""), strict=False)
    return {word: (left, right) for left, word, right in around if word in special and bare.count(word) == 1}
