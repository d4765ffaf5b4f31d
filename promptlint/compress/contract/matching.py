"""Which sentences of two texts are the same, and which words of the others find each other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from promptlint.compress.contract.canon import akin, by_beginning, forms, stem
from promptlint.compress.contract.model import NEGATING, Unit

_CANDIDATES = 60
_LONGEST_LIST = 40
_ALIKE = 0.5
_MUCH = 0.4
_TOUCHES = 0.4


class Side:
    """The units of one text, those that the other text says word by word set apart, with an index of their words."""

    def __init__(self, units: Sequence[Unit], same: frozenset[int], left_out: int = 0) -> None:
        self.units = units
        self.left_out = left_out
        self.same = same
        self.index: dict[str, list[int]] = defaultdict(list)
        self.words: set[str] = set()
        self.open_words: set[str] = set()
        self.open_raw: set[str] = set()
        self.open_every: set[str] = set()
        self.joined: set[str] = set()
        self.affirmed: set[str] = set()
        self.negated: set[str] = set()
        self.ever_negated: set[str] = set()
        # In how many units each word stands, however common it is, and the open units that have it.
        self.everywhere: Counter[str] = Counter()
        self.holding: dict[str, list[Unit]] = defaultdict(list)
        for unit in units:
            said = vocabulary(unit)
            self.words |= said
            self.everywhere.update(unit.every)
            self.ever_negated |= unit.negated
            if unit.index not in same:
                self.open_words |= said
                self.open_raw |= unit.raw
                self.open_every |= unit.every
                self.joined |= unit.joined
                self.affirmed |= unit.affirmed
                self.negated |= unit.negated
                for word in unit.every:
                    self.holding[word].append(unit)
            for word in sorted(said):
                if len(self.index[word]) < _CANDIDATES or unit.index not in same:
                    self.index[word].append(unit.index)

    @cached_property
    def open_kin(self) -> dict[str, list[str]]:
        """The words of the open units by their beginnings."""
        return by_beginning(self.open_words)

    @cached_property
    def open_written(self) -> dict[str, list[str]]:
        """The stems of all words of the open units, however they steer, by their beginnings."""
        return by_beginning({stem(word) for unit in self.open() for word in unit.written})

    @cached_property
    def alternatives(self) -> list[Unit]:
        """The open units that say "otherwise"."""
        return [u for u in self.open() if any(m.group == "otherwise" for m in u.markers)]

    @cached_property
    def negations(self) -> int:
        """How often the open part says "not", in whatever way."""
        return sum(m.group == "not" for u in self.open() for m in u.markers) + sum(
            len(self.holding.get(word, ())) for word in NEGATING
        )

    def affirming(self, word: str) -> int:
        """How many open units say a word where no negation reaches it."""
        return sum(word in u.affirmed for u in self.holding.get(word, ()))

    def came(self, other: Side) -> frozenset[str]:
        """The words of the open part that the other side does not have, by their stems."""
        return frozenset(self.open_raw | self.open_every) - other.everywhere.keys()

    @cached_property
    def saying(self) -> dict[str, list[Unit]]:
        """The units that have a word, open or not."""
        found: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.units:
            for word in unit.every:
                if len(found[word]) < _CANDIDATES:
                    found[word].append(unit)
        return found

    def open(self) -> list[Unit]:
        """The units that the other side does not have word by word."""
        return self._open

    @cached_property
    def _open(self) -> list[Unit]:
        return [u for u in self.units if u.index not in self.same]

    def label_of(self, item: Unit) -> Unit | None:
        """What stands with a colon before the list that an item is of."""
        above = reversed(self.units[max(0, item.index - _LONGEST_LIST) : item.index])
        first = next((u for u in above if u.kind != "list_item"), None)
        return first if item.kind == "list_item" and first is not None and first.label else None

    def rewritten(self) -> bool:
        """Whether so much was changed that sentences may have moved into each other."""
        return len(self.open()) >= _MUCH * (len(self.units) + self.left_out)

    def says(self, word: str, own: Unit) -> bool:
        """Whether the open part has a word, in whatever form."""
        if word in self.joined or any(word in whole for whole in own.joined & self.open_every):
            # "time stamps", "timestamps"
            return True
        return word in self.open_every or akin(word, self.open_kin)

    def spread(self, word: str) -> int:
        """In how many units a word stands."""
        return len(self.index.get(word, ()))

    def near(self, words: Iterable[str], *, limit: int = 8) -> list[Unit]:
        """The units that share most of some words, open ones first among equals."""
        votes: dict[int, float] = defaultdict(float)
        # In one order, so that sums come out the same in every run.
        for word in sorted(set(words)):
            places = self.index.get(word, ())
            for place in places[:_CANDIDATES]:
                votes[place] += 1 / (1 + len(places)) ** 0.3
        best = sorted(votes, key=lambda i: (-votes[i], i in self.same, i))[:limit]
        return [self.units[i] for i in best]


def gist(unit: Unit) -> frozenset[str]:
    """The vocabulary of a unit without the markers, which are compared on their own."""
    return vocabulary(unit) - forms().markers.keys() - forms().groups


def touches(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sets of words have enough in common to be about one thing."""
    return bool(one & other) and len(one & other) >= _TOUCHES * min(len(one), len(other))


def only_markers(one: Unit, other: Unit) -> bool:
    """Whether two units say the same words, but for markers: "if you are asked, refuse", "you are asked, refuse"."""
    return one.every == other.every


def edited(before: Side, after: Side) -> dict[int, int]:
    """Units of BEFORE that AFTER has with few words changed, and those of AFTER that they became."""
    forward, backward = _closest(before, after), _closest(after, before)
    return {one: other for one, other in forward.items() if backward.get(other) == one}


def _closest(one: Side, other: Side) -> dict[int, int]:
    found = {}
    for unit in one.open():
        said = gist(unit)
        best, closest = 0.0, -1
        for candidate in other.near(said, limit=12):
            if candidate.index in other.same:
                continue
            theirs = gist(candidate)
            alike = len(said & theirs) / (len(said | theirs) or 1)
            if alike > best:
                best, closest = alike, candidate.index
        if best >= _ALIKE:
            found[unit.index] = closest
    return found


def vocabulary(unit: Unit) -> frozenset[str]:
    """The meaningful words and literals of a unit."""
    return frozenset(unit.words) | frozenset(unit.key)


def sides(before: Sequence[Unit], after: Sequence[Unit], left_out: int = 0) -> tuple[Side, Side]:
    """Both sides, with the units set apart that are the same on both; `left_out`: how many of these are not even here."""
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for unit in reversed(after):
        places[unit.key].append(unit.index)
    first, second = set(), set()
    for unit in before:
        if not unit.key:
            first.add(unit.index)
        elif places[unit.key]:
            first.add(unit.index)
            second.add(places[unit.key].pop())
    second |= {u.index for u in after if not u.key}
    return Side(before, frozenset(first), left_out), Side(after, frozenset(second), left_out)
