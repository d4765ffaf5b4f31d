"""Who derives from whom: what the subclasses of a class, and the classes that follow a protocol, say in its stead."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from promptlint.facts import Function, Want
from promptlint.link.program.parts import last_name
from promptlint.link.program.speaking import speaks_for
from promptlint.link.resolve.classes import defines, plain
from promptlint.link.resolve.values import ClassValue, Context, FunctionValue, ObjectValue, each

if TYPE_CHECKING:
    from promptlint.link.program.module import Module
    from promptlint.link.resolve.names import Names

MOST_HEIRS = 50
"""Where more classes derive from one, its methods are called everywhere: that a file names one of them says nothing, nor does
a call of one say which is run.
"""
_PROTOCOLS = frozenset(("typing.Protocol", "typing_extensions.Protocol"))

# Path and name of a class → the classes that derive directly from it.
Derived = dict[tuple[str, str], list[ClassValue]]


class Subclasses:
    """Looks downwards. Remembers what was asked, so that it is known whether more files would change an answer."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._table: Derived | None = None
        self._subs: dict[tuple[str, str], list[ClassValue]] = {}
        self._asked: dict[tuple[str, str], tuple[ClassValue, set[str]]] = {}
        self._followers: dict[tuple[str, str], tuple[ClassValue, list[ClassValue]]] = {}
        self._promises: dict[tuple[int, int, bool, bool], frozenset[int]] = {}

    def below(self, cls: ClassValue, name: str) -> list[ClassValue]:
        """The classes of the project that derive from this one, however far, and define `name` themselves.

        Or have it from a base that is none of this class: a mixin.
        """
        self.names.modules.open_ends += 1
        if self._table is None:
            self._table = self._derived()
        self._asked.setdefault(_key(cls), (cls, set()))[1].add(name)
        if _key(cls) not in self._subs:
            self._subs[_key(cls)] = list(_below(self._table, cls))
        return [sub for sub in self._subs[_key(cls)] if self._brings(sub, cls, name)]

    def _brings(self, sub: ClassValue, cls: ClassValue, name: str) -> bool:
        """Whether a subclass gives an attribute a meaning, by itself or by a base that `cls` does not have."""
        if defines(sub, name):
            return True
        if len(sub.cls.bases) < 2:
            return False
        own = {id(owner.cls) for owner in self.names.classes.lineage(cls)}
        return any(defines(owner, name) for owner in self.names.classes.lineage(sub) if id(owner.cls) not in own)

    def heirs(self, methods: Collection[Want]) -> frozenset[Want]:
        """The methods that subclasses have from these: a file may call them there and never name the class they stand in."""
        table = self._derived() if self._table is None else self._table
        found: set[Want] = set()
        for want in methods:
            owner, _, name = want.name.rpartition(".")
            cls = self.names.modules.at(want.module).classes.get(owner)
            if cls is None:
                continue
            below = list(islice(_below(table, ClassValue(self.names.modules.at(want.module), cls)), MOST_HEIRS + 1))
            if len(below) <= MOST_HEIRS:
                own = (sub for sub in below if not defines(sub, name))
                found.update(Want(module=sub.module.path, name=f"{sub.cls.qualname}.{name}") for sub in own)
        return frozenset(found)

    def overrides(self, function: FunctionValue) -> list[FunctionValue]:
        """What stands in the subclasses, or in the classes that follow a protocol, for a method that says nothing itself."""
        owner = function.function.owner
        cls = function.module.classes.get(owner) if owner is not None else None
        receiver = function.receiver
        if cls is None or (isinstance(receiver, ObjectValue) and receiver.made is not None):
            return []
        promise = ClassValue(function.module, cls)
        below = ClassValue(receiver.module, receiver.cls) if isinstance(receiver, ObjectValue) else promise
        name = function.function.qualname.rpartition(".")[2]
        found = []
        for sub in [*self.below(below, name), *self.followers(promise)]:
            method = sub.module.functions.get(f"{sub.cls.qualname}.{name}")
            if method is not None:
                found.append(FunctionValue(sub.module, method, ObjectValue(sub.module, sub.cls), Context(sub.module)))
        return found

    def keeping(self, function: Function, called: FunctionValue, *, own: bool) -> int:
        """How many functions do what a method that is called only says, where `function` is one of them; else 0.

        `own`: a class calls it on itself; then a subclass that has another one runs that, whatever it says.
        """
        receiver = called.receiver
        known = isinstance(receiver, ObjectValue) and receiver.made is not None
        key = (id(called.function), id(receiver.cls) if isinstance(receiver, ObjectValue) else 0, known, own)
        self.names.modules.open_ends += 1
        if key not in self._promises:
            kept = self.overrides(called) if own or _is_promise(called) else []
            self._promises[key] = frozenset(id(override.function) for override in _few(kept))
        return len(self._promises[key]) if id(function) in self._promises[key] else 0

    def keepers(self, called: FunctionValue) -> list[FunctionValue]:
        """What runs where a method is called that only says what subclasses do."""
        return _few(self.overrides(called)) if _is_promise(called) else []

    def followers(self, protocol: ClassValue) -> list[ClassValue]:
        """The classes of the project that have all methods of a `Protocol`, whether they name it or not."""
        if not any(path in _PROTOCOLS for path in self.names.classes.foreign_bases(protocol)):
            return []
        self.names.modules.open_ends += 1
        key = (protocol.module.path, protocol.cls.qualname)
        if key not in self._followers:
            self._followers[key] = self._following(protocol)
        return self._followers[key][1]

    def callable_protocols(self, module: Module) -> list[ClassValue]:
        """The protocols of a module whose objects are called."""
        owners = [name.rpartition(".")[0] for name in module.functions if name.endswith(".__call__")]
        found = [ClassValue(module, module.classes[owner]) for owner in owners if owner in module.classes]
        return [cls for cls in found if any(path in _PROTOCOLS for path in self.names.classes.foreign_bases(cls))]

    def _following(self, protocol: ClassValue) -> tuple[ClassValue, list[ClassValue]]:
        start = f"{protocol.cls.qualname}."
        promised = [
            f.qualname[len(start) :] for f in protocol.module.functions.values() if f.owner == protocol.cls.qualname
        ]
        found = [
            ClassValue(module, cls)
            for module in self.names.modules
            for cls in (module.classes.values() if speaks_for(module.path, protocol.module.path) else ())
            if cls is not protocol.cls
            and all(f"{cls.qualname}.{name}" in module.functions for name in promised)
            and not any(path in _PROTOCOLS for path in self.names.classes.foreign_bases(ClassValue(module, cls)))
        ]
        return protocol, found if promised else []

    def _derived(self) -> Derived:
        """The classes that derive directly from each class of the project; what a test derives stands for none of the program.

        Meanwhile none does.
        """
        self._table = table = {}
        self._subs.clear()
        found: Derived = {}
        with self.names.afresh():
            for module in self.names.modules:
                for candidate in module.classes.values():
                    if "<locals>" in candidate.qualname:
                        continue
                    for base in candidate.bases:
                        for value in each(self.names.resolve(plain(base), Context(module))):
                            if isinstance(value, ClassValue) and speaks_for(module.path, value.module.path):
                                found.setdefault(_key(value), []).append(ClassValue(module, candidate))
        table.update(found)
        self._subs.clear()  # what was asked meanwhile found none
        return table

    @property
    def asked(self) -> Iterator[Want]:
        """The classes whose subclasses matter, those that are known among these: files that may hold more are worth parsing."""
        table = self._table or {}
        for cls, _ in (*self._asked.values(), *self._followers.values()):
            for one in (cls, *_below(table, cls)):
                yield Want(module=one.module.path, name=one.cls.qualname)

    def stands(self) -> bool:
        """Whether every answer on subclasses would be the same with the files that were read since."""
        table, fresh = self._table or {}, self._derived() if self._asked else {}
        for cls, names in self._asked.values():
            before, after = list(_below(table, cls)), list(_below(fresh, cls))
            if not all(
                _same(*([s for s in subs if self._brings(s, cls, n)] for subs in (before, after))) for n in names
            ):
                return False
        return all(_same(found, self._following(cls)[1]) for cls, found in self._followers.values())


def _key(cls: ClassValue) -> tuple[str, str]:
    return cls.module.path, cls.cls.qualname


def _below(table: Derived, cls: ClassValue) -> Iterator[ClassValue]:
    """The classes that derive from this one, however far."""
    queue, seen = [cls], {id(cls.cls)}
    while queue:
        for sub in table.get(_key(queue.pop(0)), ()):
            if id(sub.cls) not in seen:
                seen.add(id(sub.cls))
                queue.append(sub)
                yield sub


def _few(kept: list[FunctionValue]) -> list[FunctionValue]:
    """Of many, nobody can say which is meant."""
    return kept if len(kept) <= MOST_HEIRS else []


def _is_promise(called: FunctionValue) -> bool:
    """Whether nothing is returned by a method, and nothing called but an error."""
    module, method = called.module, called.function
    if method.owner is None or method.returns:
        return False
    inside = (module.facts.invocations[i] for i in module.calls_in.get(method.qualname, ()))
    return all(last_name(i.callee) == "NotImplementedError" for i in inside)


def _same(before: Sequence[ClassValue], after: Sequence[ClassValue]) -> bool:
    return [value.cls for value in before] == [value.cls for value in after]
