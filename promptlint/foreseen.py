"""Which files linking is going to ask for, told from names alone, so that they are parsed together with the first."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from promptlint.facts import FileFacts, Invocation, Want
from promptlint.link.program.importable import Importable
from promptlint.link.program.module import callee_name
from promptlint.link.requests.evidence import attribute_chain
from promptlint.link.requests.search import REQUEST
from promptlint.link.resolve.classes import plain
from promptlint.link.resolve.subclasses import MOST_HEIRS
from promptlint.parse.screen import Users, called_name

# A class of which there are objects: `type[Step]` is none.
_HELD = re.compile(r"(?<!type\[)(?<!Type\[)\b[A-Z]\w+\b(?!\[)")
_LONG_WAY = 4
_LONGEST_WAY = 6
_MOST_HANDING = 5


class Foreseen:
    """Files that may call a function with a call that looks like a request, or a function that calls one of those, and files
    that derive from a class. What is foreseen in vain costs little; what is missed costs another linking.

    `users` knows the files that nobody has parsed, `requests` are the names of what sends one.
    """

    def __init__(self, users: Users, requests: Collection[str], importable: Importable) -> None:
        self._users = users
        self._importable = importable
        self._imports: dict[str, dict[str, str]] = {}
        """Path → what the names that a file imports stand for."""
        self._bases: dict[str, set[tuple[str, str]]] = {}
        """Path → what is looked for there once it is known: bases of classes by their dotted names, with who names them."""
        self._requests = requests
        self._callers: dict[str, set[Want]] = {}
        """Name → the functions that call something by that name."""
        self._contained: set[str] = set()
        """The names of classes that containers hold."""
        self._classes: dict[str, set[Want]] = {}
        """Path → the classes there whose heirs were not looked for yet."""
        self._sought: set[str] = set()
        """What was foreseen for another reason than that the base of a class stands there."""
        self._asking: set[str] = set()
        """The names by which the functions with such a call are called."""
        self._told: set[str] = set()
        self._methods: dict[str, set[str]] = {}
        """Name of a class → its methods that were foreseen to be called."""
        self._heirs: dict[str, set[Want]] = {}
        """Name of a class → the classes that derive from one of that name."""

    def after(self, facts: Mapping[str, FileFacts]) -> set[str]:
        """What these files add to what was foreseen. In whatever portions all files come, the sum is the same,
        but for classes that more and more derive from (`MOST_HEIRS`).
        """
        found: set[Want] = set()
        calls: list[tuple[str, Want]] = []
        for path, one in facts.items():
            inside = [invocation for invocation in one.invocations if invocation.scope]
            callers = {scope: Want(module=path, name=scope) for scope in dict.fromkeys(i.scope for i in inside)}
            calls += [(name, callers[scope]) for name, scope in {(callee_name(i), i.scope): None for i in inside}]
            found |= {callers[i.scope] for i in inside if self._looks_like_one(i)}
        for name, caller in calls:
            self._callers.setdefault(name, set()).add(caller)
        asking = {called_name(function) for function in found} - self._asking
        self._asking |= asking
        found |= {caller for name, caller in calls if name in self._asking}
        found |= {caller for name in asking for caller in self._callers.get(name, ())}
        found |= self._inherited(found, facts)
        owners = {(w.module, w.name.rpartition(".")[0]) for w in found}
        found |= {Want(module=m, name=f"{owner}.__init__") for m, owner in owners if owner}
        self._imports.update(
            {
                path: {entry.local: entry.target for entry in one.imports if not entry.scope}
                for path, one in facts.items()
            }
        )
        for path, one in facts.items():
            self._classes[path] = {Want(module=path, name=cls.qualname) for cls in one.classes}
        new = self._users.calling(found, most_handing=_MOST_HANDING) | self._held(facts)
        new = self._with_heirs(new) | self._above(facts)
        new -= self._told
        self._told |= new
        return new

    def _with_heirs(self, paths: set[str]) -> set[str]:
        """These files, with those that derive from the classes in them and in what was parsed before anything was foreseen.

        What is parsed because a class has its base there brings no other heirs of that base.
        """
        new, edge = set(paths), set(paths)
        while True:
            self._sought |= edge
            counted = [path for path in self._classes if path in self._sought or path not in self._users]
            edge = self._users.deriving(cls for path in counted for cls in self._classes.pop(path)) - new
            if not counted:
                return new
            new |= edge

    def _above(self, facts: Mapping[str, FileFacts]) -> set[str]:
        """The files of the classes that classes derive from, as far as the imports say which."""
        asked: set[tuple[str, str]] = set()
        for path, one in facts.items():
            asked |= self._bases.pop(path, set())
            imports = self._imports[path]
            for cls in one.classes:
                for base in cls.bases:
                    first, *rest = attribute_chain(plain(base)) or ("",)
                    if first in imports:
                        target = self._importable.absolute(path, imports[first])
                        asked.add((path, ".".join((target, *rest))))
        found: set[str] = set()
        for path, name in asked:
            home = self._home(path, name)
            if home is not None and home not in self._imports:
                self._bases.setdefault(home, set()).add((path, name))  # it may only hand on what it is asked for
                found.add(home)
        return {home for home in found if home in self._users}

    def _home(self, path: str, name: str) -> str | None:
        """The file of a dotted name, behind the packages that only hand it on."""
        for _ in range(_LONGEST_WAY):
            found = self._importable.place(name, path)
            if found is None:
                return None
            path, rest = found
            first, _, more = rest.partition(".")
            target = self._imports.get(path, {}).get(first)
            if target is None:
                return path
            name = ".".join(filter(None, (self._importable.absolute(path, target), more)))
        return None

    def _held(self, facts: Mapping[str, FileFacts]) -> set[str]:
        """The files that derive from classes of the project that containers hold, by their annotations: `steps: list[Step]`."""
        names: set[str] = set()
        for path, one in facts.items():
            own = {cls.qualname for cls in one.classes}
            written = {b.annotation for b in one.bindings} | {p.annotation for f in one.functions for p in f.parameters}
            words = {name for text in written if text and "[" in text for name in _HELD.findall(text)}
            imported = words & self._imports[path].keys()
            names |= words & own
            names |= {name for name in imported if self._place(path, self._imports[path][name]) is not None}
        names -= self._contained
        self._contained |= names
        below = (self._users.deriving((Want(module="", name=name),)) for name in names)
        return {path for paths in below if len(paths) <= MOST_HEIRS for path in paths}

    def _place(self, path: str, target: str) -> tuple[str, str] | None:
        return self._importable.place(self._importable.absolute(path, target), path)

    def _inherited(self, found: Collection[Want], facts: Mapping[str, FileFacts]) -> set[Want]:
        """The methods that classes have from others: whoever calls one need not name the class in which it stands."""
        changed: set[str] = set()
        for path, one in facts.items():
            for cls in one.classes:
                for base in cls.bases:
                    named = attribute_chain(plain(base))
                    if named:
                        self._heirs.setdefault(named[-1], set()).add(Want(module=path, name=cls.qualname))
                        changed.add(named[-1])
        new, known = set(found), set(found)
        inherited: set[Want] = set()
        while new or changed:
            for method in new:
                owner, _, name = method.name.rpartition(".")
                if owner:
                    self._methods.setdefault(_short(owner), set()).add(name)
                    changed.add(_short(owner))
            made = {
                Want(module=heir.module, name=f"{heir.name}.{name}")
                for owner in changed & self._methods.keys()
                if len(heirs := self._heirs.get(owner, set())) <= MOST_HEIRS
                for heir in heirs
                for name in self._methods[owner]
            }
            new, changed = made - known, set()
            known |= new
            inherited |= new
        return inherited

    def _looks_like_one(self, invocation: Invocation) -> bool:
        """Whether a call may be a request, by the name, and by what is passed or how long the way is: `a.chat.completions.create`."""
        if callee_name(invocation) not in self._requests:
            return False
        given = {key for key, _ in invocation.keywords.items}
        if None in given or not REQUEST.isdisjoint(given):
            return True
        return len(attribute_chain(invocation.callee)) >= _LONG_WAY


def _short(name: str) -> str:
    return name.rpartition(".")[2]
