"""Conversations that a request sends as a whole and nothing shortens."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Binding, Expr, Invocation, Place, Span
from promptlint.link.circumstances import builds_on
from promptlint.link.modules import last_name
from promptlint.link.settings import dotted_text
from promptlint.link.sites import Site
from promptlint.link.uses import loops_around
from promptlint.link.waiting import questions

_ADDS = ("append", "extend", "add", "insert")
# These look at a list and leave it as it is. `len` is not one of them: who counts may act on it.
_LOOKS = frozenset(("print", "pprint", "dumps", "dump", "append", "info", "debug"))


def growing(site: Site, sent: list[Expr], waits: str) -> Place | None:
    """Where something is added, on each turn of a person's chat, to the messages that are sent; nothing takes any away."""
    for expr in sent:
        name = dotted_text(expr)
        span = _chat(site)
        if name.startswith("self.") and span is None and waits == "yes":
            owner = site.module.owner(site.invocation.scope)
            found = _only_added(site, name, None, owner) if owner else None
        elif name and span is not None:
            found = _only_added(site, name, span, None)
        else:
            found = None
        if found is not None:
            return Place(path=site.module.path, span=found.span)
    return None


def _chat(site: Site) -> Span | None:
    """The `while` loop round a call in which a person is asked for the next turn."""
    loops = [loop for loop in loops_around(site.module, site.invocation) if loop.repeats]
    if not loops or loops[-1].kind != "while":
        return None
    span = loops[-1].span
    return span if any(_within(span, question.span) for question in questions(site.module)) else None


def _only_added(site: Site, name: str, loop: Span | None, owner: str | None) -> Binding | None:
    """The first addition in the loop, or in the method of the call, if nothing in the program shortens the list."""
    module, function = site.module, site.function
    around = loop or (function.span if function is not None else site.span)
    added = None
    for binding in module.facts.bindings:
        if binding.name != name or not _sees(site, binding.scope, name, owner):
            continue
        repeated = _within(around, binding.span)
        more = binding.operation in _ADDS or (binding.operation == "set" and builds_on(binding.value, name))
        started = binding.operation in ("set", "declare") and not repeated and _starts(binding, owner)
        if not more and not started and not (binding.operation == "item" and binding.key is not None):
            return None
        if more and repeated:
            added = added or binding
    return None if added is None or _handed_on(site, name, owner) else added


def _sees(site: Site, scope: str, name: str, owner: str | None) -> bool:
    """Whether a name means the same list in another scope: no parameter or variable of that scope hides it."""
    module, own = site.module, site.invocation.scope
    if owner is not None:
        return module.owner(scope) == owner
    if scope == own or own.startswith(f"{scope}.") or not scope:
        return True
    hidden = (scope, name) in module.parameters or any(
        b.operation == "set" for b in module.bindings.get((scope, name), ())
    )
    return not hidden


def _starts(binding: Binding, owner: str | None) -> bool:
    """Whether the list is made here, and only once: in the constructor, or before the loop."""
    return owner is None or binding.scope in (owner, f"{owner}.__init__")


def _handed_on(site: Site, name: str, owner: str | None) -> bool:
    """Whether something else is given the list, and may shorten it."""
    for other in site.module.facts.invocations:
        if other is site.invocation or last_name(other) in _LOOKS:
            continue
        if not _sees(site, other.scope, name, owner):
            continue
        if any(dotted_text(expr) == name for expr in _arguments(other)):
            return True
    return False


def _arguments(invocation: Invocation) -> Iterator[Expr]:
    yield from invocation.positional
    yield from (value for _, value in invocation.keywords.items)


def _within(around: Span, inner: Span) -> bool:
    return around.start <= inner.start and inner.end <= around.end
