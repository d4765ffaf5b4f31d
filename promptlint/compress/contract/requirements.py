"""Each requirement of one text must still have a counterpart in the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

from promptlint.compress.contract.canon import akin, forms, kin, meaning, stem
from promptlint.compress.contract.lexicon import alternatives, qualities, verbs
from promptlint.compress.contract.matching import Side, gist, touches, vocabulary
from promptlint.compress.contract.model import NEGATING, Unit
from promptlint.compress.contract.restating import restated
from promptlint.compress.contract.steering import MAY_GO

_READ, _EXAMPLE = stem("read"), stem("example")
_STARTS = frozenset(("start", "begin", "go", "ready"))
_ENOUGH = 0.5
# So much of a sentence must be there where a word of it is missing.
_REST = 0.6
# Below this a sentence has nothing to do with another.
_LIKE = 0.3
# An announcement names what is announced, once in the words of its label.
_UNNAMED = 1
_LONG = 3
_CLAUSE = 3
# A sentence that says so much may lose a word that says how.
_RICH = 4
_FEW = 2
_POINTS = frozenset(("it", "its", "they", "them", "their", "this", "these", "that", "those"))


def uncovered(before: Side, after: Side, *, least: int = 0) -> Iterator[tuple[Unit, tuple[str, ...]]]:
    """Units of BEFORE that AFTER does not have, each with the words that are missing: at least so many that say something."""
    came = after.came(before)
    for unit in before.open():
        missing = _missing(unit, before, after, came, added=least > 0) if unit.words else ()
        if least:
            missing = tuple(w for w in missing if w not in after.words)
        turned = any(_opposed(word, after.words) for word in missing)
        alone = not any(_like(gist(unit), gist(other)) for other in after.near(gist(unit)))
        if missing and (len(set(missing) - unit.faint) >= least or turned or alone):
            yield unit, missing


def _missing(unit: Unit, before: Side, after: Side, came: frozenset[str], *, added: bool) -> tuple[str, ...]:
    """The words of a unit that found no place: all of them, or a phrase of it."""
    said = gist(unit)
    near = after.near(said, limit=12)
    counterparts = [u for u in near if u.index not in after.same and touches(said, gist(u))]
    if announces(unit) and len(said - unit.faint - after.words) <= _UNNAMED:
        return ()
    if restated(unit, before, after):
        return ()
    if gone_members := list(_gone_members(unit, before, after)):
        return tuple(gone_members)
    for pair in unit.pairs:
        said_there = [after.says(word, unit) or word in after.words for word in pair]
        if sum(said_there) == 1:
            # "abbreviations and numbers": of two things that are joined both were meant.
            return (pair[said_there.index(False)],)
    if len(unit.plain) == 1 and unit.plain[0] in _STARTS:
        # "Start!"
        return ()
    cargo = [w for w in unit.words if w not in unit.faint]
    if not cargo and (unit.kind == "heading" or forms().qualities.issuperset(unit.words)):
        return ()
    if not cargo and unit.label and not unit.specials and not unit.markers:
        # "Extract the following fields:"
        return ()
    if not cargo and _READ in unit.words:
        # "Read the text below."
        return ()
    if unit.kind == "list_item" and not added:
        # Where words are few, those that stand nowhere else decide, however common they are.
        rare = [w for w in unit.every if before.everywhere[w] == 1 and w not in forms().collective | forms().limits]
        whole = len(said) >= _FEW and any(said <= vocabulary(u) for u in counterparts)
        if rare and not whole and not any(_said_in(w, u, unit) for w in rare for u in after.open()):
            return unit.words
    gone_words = [w for w in cargo if not (_kept(w, unit, before, after) or _put(w, unit, came))]
    if gone_words == [_EXAMPLE] and any(_literals(unit) and _literals(unit) <= frozenset(u.key) for u in counterparts):
        # What the example is stands there.
        gone_words = []
    if gone_words and not (_spare(unit).issuperset(gone_words) and _carried(unit, gone_words, before, after)):
        return tuple(gone_words)
    cargo = [w for w in cargo if w not in gone_words]
    if any(before.spread(w) == 1 for w in cargo):
        return ()
    if not counterparts:
        if any(2 * len(said & vocabulary(u)) >= len(said) and u.index not in after.same for u in near):
            return ()
        return () if any(_repeated(unit, said, other) for other in near) else unit.words
    together = {word for other in counterparts[:8] for word in vocabulary(other)}
    together |= {word for other in counterparts[:2] for word in _pointed_at(other, unit, after)}
    topics = {w for w in _subject(unit, before, after) if before.spread(w) > 1 and w in after.words}
    telling = said - (topics - together)
    telling = telling - unit.faint or telling
    found = len(telling & together)
    # Items of a list say much alike.
    if found < _ENOUGH * len(telling) or (unit.kind == "list_item" and found == _ENOUGH * len(telling)):
        if not any(_mostly(said, unit, gist(other)) for other in counterparts):
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


def _literals(unit: Unit) -> frozenset[str]:
    return frozenset(word for kind, word, _, _ in unit.specials if kind in ("quote", "code", "name"))


def _mostly(said: frozenset[str], unit: Unit, there: frozenset[str]) -> bool:
    """Whether a unit is all there but for a word that says little."""
    return said - unit.faint <= there and len(said & there) >= max(_FEW, _REST * len(said))


def _spare(unit: Unit) -> frozenset[str]:
    """The words of a unit that it can lose, one of them, when a rewritten sentence has all else: no member of a row."""
    row = {word for at, chunk in enumerate(unit.chunks) if at in unit.listed for word in chunk}
    return (
        frozenset(unit.words)
        - (row - verbs())
        - unit.members
        - NEGATING
        - qualities()
        - forms().counted
        - forms().units
    )


def _pointed_at(other: Unit, unit: Unit, after: Side) -> frozenset[str]:
    """What the sentence before a counterpart says, where this points at it and the unit does not: "if they do not"."""
    if _POINTS.isdisjoint(other.written - unit.written) or not other.index:
        return frozenset()
    return vocabulary(after.units[other.index - 1])


def _carried(unit: Unit, gone: Sequence[str], before: Side, after: Side) -> bool:
    """Whether one sentence has the rest of what a sentence says, so that a spare word may be gone."""
    rest = gist(unit) - set(gone)
    near = [u for u in after.near(rest) if u.index not in after.same]
    best = max(near, key=lambda u: len(rest & vocabulary(u)), default=None)
    if best is None or len(set(gone)) > 1:
        return False
    if _cut(unit, best) or (not unit.spare.issuperset(gone) and _shortened(unit, best)):
        return False
    known = before.words | before.everywhere.keys()
    came = {w for w in best.words if w not in known and not akin(w, before.open_kin)}
    if came - (verbs() if verbs().issuperset(gone) else best.faint):
        return False
    there = rest & vocabulary(best)
    return len(there) >= _REST * len(rest) and bool(there - unit.faint)


def _shortened(unit: Unit, other: Unit) -> bool:
    """Whether all that a sentence says stands in another in the same order."""
    left = iter(unit.said)
    return all(word in left for word in other.said)


def _cut(unit: Unit, other: Unit) -> bool:
    """Whether nothing was done to a sentence but to take a word out."""
    return len(unit.said) - len(other.said) <= 1 and _shortened(unit, other) and other.written <= unit.written


def _gone_members(unit: Unit, before: Side, after: Side) -> Iterator[str]:
    """The words of those members of a row that the other text has neither with the others nor, if nowhere else, at all."""
    if any(m.group in ("announce", "given") for m in unit.markers):
        return
    for row in unit.rows:
        every = {word for member in row for word in member}
        sharing = list({u.index: u for word in sorted(every) for u in after.holding.get(word, ())}.values())
        for member in row:
            words = set(member)
            others = every - words
            words = {w for w in words if meaning(w) not in set(map(meaning, others))} or words
            rare = [w for w in words if before.everywhere[w] == 1]
            near = sharing if len(rare) == len(words) else [u for u in sharing if not others.isdisjoint(u.every)]
            if not any(_said_in(word, u, unit) for word in words for u in near or sharing):
                yield from member


def _said_in(word: str, unit: Unit, own: Unit) -> bool:
    if word in unit.joined or any(word in whole for whole in own.joined & unit.every):
        return True
    every = unit.every
    if word in every or meaning(word) in every or any(kin(word, w) for w in every):
        return True
    # What says nothing by itself may say it here: "specific", "specifically".
    return any(word == stem(w) for w in unit.written)


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
    if after.says(word, unit):
        return True
    if word.startswith("un "):
        return any(
            m.group == "not" and word[3:] in m.heads for u in after.open() for m in u.markers
        ) or not after.open_every.isdisjoint(opposites.get(word[3:], ()))
    if any(f"un {other}" in after.open_words for other in opposites.get(word, ())):
        return True
    negated = any(m.group == "not" and word in (*m.heads, *m.clause) for m in unit.markers)
    return negated and not after.open_every.isdisjoint(opposites.get(word, ()))


def _put(word: str, unit: Unit, came: frozenset[str]) -> bool:
    """Whether a word that came may stand for one that is gone."""
    written = {word} | {root for root in unit.raw if meaning(root) == word}
    return not all(came.isdisjoint(alternatives(root)) for root in written)


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


def announces(unit: Unit) -> bool:
    """Whether a sentence only says what comes later, such as "you will be given a text"."""
    groups = {m.group for m in unit.markers}
    return "announce" in groups and groups <= MAY_GO


def _like(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _LIKE * len(one | other)


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
