"""How surely two markers say the same."""

from __future__ import annotations

from promptlint.compress.contract.canon import forms
from promptlint.compress.contract.lexicon import verbs
from promptlint.compress.contract.model import Marker

_SAME = (
    {"except", "unless"},
    {"if", "when"},
    {"if", "whether"},
    {"not", "un"},
    {"may", "can"},
    {"try", "ifpossible"},
    {"each", "eachof"},
    {"any", "anyof"},
    {"only", "onlyif"},
)
_MOST_OF = 0.5
_LEAST_OF = 0.34


def agreement(one: Marker, other: Marker) -> float:
    """How surely two markers say the same; 0 when they do not."""
    if one.value != other.value and {one.value, other.value} not in _SAME and not _same_end(one, other):
        return _only_again(one, other) if one.group == "only" else 0.0
    if one.group == "number":
        return _counts_the_same(one, other)
    around = _share(one.around, other.around)
    if "whether" in (one.value, other.value) and one.value != other.value and around < _LEAST_OF:
        # "decide whether a fact is new" lays down nothing for "if a fact is new, store it".
        return 0.0
    if not one.heads or not other.heads:
        return 0.1 + around + 0.5 * (one.word == other.word) if around or not one.around or not other.around else 0.0
    if one.value == other.value == "onlyif" and around >= _MOST_OF:
        # "quote a text only if the text is short", "quote a text only if it is short"
        return 0.5 + around
    if one.group == "only":
        mine, others = _worded(one.heads), _worded(other.heads)
        head = mine[0]
        near = head in others[:2] and others[0] in mine[:3]
        # "wines from Italy only" is "only wines from Italy".
        near = near or len(set(mine) & set(others)) >= max(2, 0.6 * min(len(mine), len(others)))
        near = near or _done_only(mine, other, others) or _done_only(others, one, mine)
        if head == others[0] or near:
            return 1.0 + (head == others[0]) + around
        # "Only answer if asked" is "answer only if asked".
        asked = one.clause & other.clause and (one.clause & set(others) or other.clause & set(one.heads))
        return 0.5 + around if asked else 0.0
    shared = set(one.heads) & set(other.heads)
    if not shared and one.group in ("before", "after", "otherwise") and around:
        return 0.1 + around
    if not shared:
        if one.group in ("each", "both") and around:
            return 0.1 + around
        turned = len(one.clause & other.clause) >= 0.5 * min(len(one.clause), len(other.clause))
        return 0.1 + around if one.clause and other.clause and turned else 0.0
    if len(shared) < 0.34 * min(len(set(one.heads)), len(set(other.heads))):
        return 0.0
    return (
        _share(one.heads, other.heads)
        + (one.value == other.value)
        + 0.5 * (one.heads[0] == other.heads[0])
        + 0.3 * around
    )


def _worded(heads: tuple[str, ...]) -> tuple[str, ...]:
    """What is governed without its numbers: "only one number" is "a number only"."""
    return tuple(w for w in heads if w.isalpha()) or heads


def _done_only(heads: tuple[str, ...], other: Marker, others: tuple[str, ...]) -> bool:
    """Whether one `only` stands before the verb that the other stands behind: "only focus on tasks", "focus only on tasks"."""
    act, things = heads[0], heads[1:]
    if act in others or act not in other.around:
        return False
    return things == others or (not things and act in verbs() | forms().verbs)


def _same_end(one: Marker, other: Marker) -> bool:
    """Whether two numbers are the same end of a range: "1 to 5", "from 1 (bad) to 5 (good)", "at least 1, at most 5"."""
    if one.group != "number" or not (one.value[0] == "~" or other.value[0] == "~"):
        return False
    first, second = one.value.removeprefix("~"), other.value.removeprefix("~")
    return first == second or first.split(" ")[-1] == second or second.split(" ")[-1] == first


def _share(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """How much of two sets of words is in both."""
    together = set(one) | set(other)
    return len(set(one) & set(other)) / len(together) if together else 0.0


def _counts_the_same(one: Marker, other: Marker) -> float:
    around = _share(one.around, other.around)
    if set(one.heads) & set(other.heads):
        return 2.0 + around
    if one.heads and other.heads and not forms().collective & {one.heads[0], other.heads[0]}:
        near = one.heads[0] in other.around or other.heads[0] in one.around
        # What another number counts was exchanged: "3 times, 30 seconds".
        exchanged = one.heads[0] in other.clause or other.heads[0] in one.clause
        return 1.0 + around if near and not exchanged else 0.0
    return 1.0 + around if around or not one.around or not other.around else 0.0


def _only_again(one: Marker, other: Marker) -> float:
    """`and nothing else` says of the same thing what `only` says, and never what `only if` says."""
    if "onlyif" in (one.value, other.value):
        return 0.0
    shared = len(set(one.around) & set(other.around))
    return 0.5 + 0.1 * shared if shared or not one.around else 0.0
