"""Which files linking is going to ask for, told from names alone, so that they are parsed together with the first."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from promptlint.facts import FileFacts, Invocation, Want
from promptlint.link.classes import plain
from promptlint.link.evidence import attribute_chain
from promptlint.link.module import last_name
from promptlint.link.search import REQUEST
from promptlint.link.subclasses import MOST_HEIRS
from promptlint.parse.screen import Users, called_name

_LONG_WAY = 4
_MOST_HANDING = 5


class Foreseen:
    """Files that may call a function with a call that looks like a request, or a function that calls one of those, and files
    that derive from a class. What is foreseen in vain costs little; what is missed costs another linking.

    `users` knows the files that nobody has parsed, `requests` are the names of what sends one.
    """

    def __init__(self, users: Users, requests: Collection[str]) -> None:
        self._users = users
        self._requests = requests
        self._callers: dict[str, set[Want]] = {}
        """Name → the functions that call something by that name."""
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
            calls += [(name, callers[scope]) for name, scope in {(last_name(i), i.scope): None for i in inside}]
            found |= {callers[i.scope] for i in inside if self._looks_like_one(i)}
        for name, caller in calls:
            self._callers.setdefault(name, set()).add(caller)
        asking = {called_name(function) for function in found} - self._asking
        self._asking |= asking
        found |= {caller for name, caller in calls if name in self._asking}
        found |= {caller for name in asking for caller in self._callers.get(name, ())}
        classes = {Want(module=path, name=cls.qualname) for path, one in facts.items() for cls in one.classes}
        found |= self._inherited(found, facts)
        new = (self._users.calling(found, most_handing=_MOST_HANDING) | self._users.deriving(classes)) - self._told
        self._told |= new
        return new

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
        if last_name(invocation) not in self._requests:
            return False
        given = {key for key, _ in invocation.keywords.items}
        if None in given or not REQUEST.isdisjoint(given):
            return True
        return len(attribute_chain(invocation.callee)) >= _LONG_WAY


def _short(name: str) -> str:
    return name.rpartition(".")[2]
