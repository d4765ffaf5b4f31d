"""Which call of one revision is which of another. What cannot be told for sure is one removed and one added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable

from promptlint.money.state import CallState, PromptState, State

Pair = tuple[CallState | None, CallState | None]


def signature(call: CallState) -> tuple[Hashable, ...]:
    """All that its cost depends on, place and names left out."""
    r = call.request
    beside = tuple(defined.digest for defined in r.beside)
    return call.text, r.models, r.cap, r.limit, r.fallback, r.answers, r.static, r.complete, r.kind, beside


def pairs(before: State, after: State) -> list[Pair]:
    """Each call once, with what it was before, or None where it is new or gone."""
    matching = _Matching(before.calls, after.calls)
    matching.by_place()
    # The same request elsewhere: a file or function that was moved, renamed, or put into a helper.
    matching.alike(lambda c: (c.function, _last(c.callee), *signature(c)))
    matching.alike(lambda c: signature(c) if c.text else None)
    # A renamed file, changed as well: the old one is gone, and the new one was not there.
    gone = _paths(before) - _paths(after)
    new = _paths(after) - _paths(before)
    matching.only(
        lambda c: (c.function, _last(c.callee), c.request.kind),
        lambda old, then: old.path in gone and then.path in new and (_same_text(old, then) or _same_terms(old, then)),
    )
    matching.only(lambda c: (c.path, _last(c.callee), c.text) if c.text else None, lambda old, then: True)
    # The same text sent by the same function of another file, or by another function of a file that was renamed.
    matching.only(lambda c: (c.function, *_sent(c)) if c.text and c.function else None, lambda old, then: True)
    matching.only(lambda c: _sent(c) if c.text else None, lambda old, then: old.path in gone and then.path in new)
    return matching.result()


def _sent(call: CallState) -> tuple[str, str, str]:
    return _last(call.callee), call.request.kind, call.text


def _paths(state: State) -> set[str]:
    return {c.path for c in state.calls} | {p.path for p in state.prompts}


def _last(callee: str) -> str:
    return callee.rpartition(".")[2]


def _same_text(old: CallState, then: CallState) -> bool:
    return bool(old.text) and old.text == then.text


def _same_terms(old: CallState, then: CallState) -> bool:
    a, b = old.request, then.request
    return bool(a.models) and (a.models, a.cap, a.limit) == (b.models, b.cap, b.limit)


class _Matching:
    """Calls that are not matched yet, and the pairs found."""

    def __init__(self, before: Iterable[CallState], after: Iterable[CallState]) -> None:
        self._before = list(before)
        self._after = list(after)
        self._pairs: list[Pair] = []

    def by_place(self) -> None:
        """In each function, the calls of one callee: equal ones first, since an id counts and a new call shifts it."""
        groups: dict[Hashable, tuple[list[CallState], list[CallState]]] = defaultdict(lambda: ([], []))
        for i, calls in enumerate((self._before, self._after)):
            for call in calls:
                groups[call.path, call.function, _last(call.callee), call.request.kind][i].append(call)
        for old, then in groups.values():
            self._zip(old, then, signature)
            self._zip(old, then, lambda c: c.text or None)
            if len(old) == len(then):
                self._zip(old, then, lambda c: c.site_id)
            self._zip(old, then, lambda c: (c.request.models, c.request.limit) if c.request.models else None)
            self._zip(old, then, lambda c: True)

    def alike(self, key: Callable[[CallState], Hashable | None]) -> None:
        """Calls that are equal in all that costs: any of them will do."""
        self._zip(list(self._before), list(self._after), key)

    def _zip(self, old: list[CallState], then: list[CallState], key: Callable[[CallState], Hashable | None]) -> None:
        """Pair calls of the same key in order, and take them out of both lists."""
        waiting: dict[Hashable, list[CallState]] = defaultdict(list)
        for call in old:
            waiting[key(call)].append(call)
        for call in list(then):
            name = key(call)
            if name is not None and waiting.get(name):
                first = waiting[name].pop(0)
                self._pair(first, call)
                old.remove(first)
                then.remove(call)

    def only(self, key: Callable[[CallState], Hashable | None], holds: Callable[[CallState, CallState], bool]) -> None:
        """Calls whose key nobody else has on either side."""
        old, then = _by(self._before, key), _by(self._after, key)
        for name, found in old.items():
            others = then.get(name, [])
            if name is not None and len(found) == len(others) == 1 and holds(found[0], others[0]):
                self._pair(found[0], others[0])

    def _pair(self, old: CallState, then: CallState) -> None:
        self._pairs.append((old, then))
        self._before = [c for c in self._before if c is not old]
        self._after = [c for c in self._after if c is not then]

    def result(self) -> list[Pair]:
        """The pairs, then what is gone, then what is new."""
        return [*self._pairs, *((old, None) for old in self._before), *((None, then) for then in self._after)]


def _by(calls: Iterable[CallState], key: Callable[[CallState], Hashable | None]) -> dict[Hashable, list[CallState]]:
    found: dict[Hashable, list[CallState]] = defaultdict(list)
    for call in calls:
        found[key(call)].append(call)
    return found


def prompt_pairs(
    before: Iterable[PromptState], after: Iterable[PromptState]
) -> list[tuple[PromptState | None, PromptState | None]]:
    """Prompts by file and name, then by their very text; the rest is gone or new."""
    old, then = list(before), list(after)
    found: list[tuple[PromptState | None, PromptState | None]] = []
    keys: tuple[Callable[[PromptState], Hashable | None], ...] = (
        lambda p: (p.path, p.digest),
        lambda p: p.key,
        lambda p: p.digest,
        lambda p: (p.path.rpartition("/")[2], p.name) if p.name or not p.path.endswith(".py") else None,
    )
    for key in keys:
        waiting: dict[Hashable, list[PromptState]] = defaultdict(list)
        for prompt in old:
            waiting[key(prompt)].append(prompt)
        for prompt in list(then):
            name = key(prompt)
            if name is not None and waiting.get(name):
                first = waiting[name].pop(0)
                found.append((first, prompt))
                old.remove(first)
                then.remove(prompt)
    return [*found, *((p, None) for p in old), *((None, p) for p in then)]
