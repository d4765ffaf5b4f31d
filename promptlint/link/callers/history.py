"""Conversations that a request sends as a whole and nothing shortens."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import (
    Attribute,
    Binary,
    Binding,
    Expr,
    Hole,
    Invocation,
    Item,
    Items,
    Name,
    Place,
    Repeated,
    Span,
    Table,
    Text,
    Unknown,
)
from promptlint.link.callers.circumstances import builds_on
from promptlint.link.callers.waiting import questions
from promptlint.link.program.module import Module, callee_name
from promptlint.link.program.parts import dotted_text
from promptlint.link.requests.sites import Site
from promptlint.link.resolve.handed import loops_around
from promptlint.link.resolve.names import Names

_ADDS = ("append", "extend", "add", "insert")
# These look at a list and leave it as it is. `len` is not one of them: who counts may act on it.
# Screens keep the values of a session between two turns: the program runs anew on each.
_SESSION = "session_state"
_SESSIONS = ("st.session_state.", "streamlit.session_state.")
_LOOKS = frozenset(("print", "pprint", "dumps", "dump", "append", "info", "debug"))


def growing(names: Names, site: Site, sent: list[Expr], waits: str) -> Place | None:
    """Where something is added, on each turn of a person's chat, to the messages that are sent; nothing takes any away."""
    span = _chat(site)
    for name in dict.fromkeys(name for expr in sent for name in _whole(site.module, expr)):
        found = None
        if span is not None:
            found = _only_added(site, name, span, None)
        elif waits != "yes":
            continue
        elif name.startswith("self."):
            owner = site.module.owner(site.invocation.scope)
            found = _only_added(site, name, None, owner) if owner else None
        elif name.startswith(_SESSIONS):
            found = _in_session(site, name)
        elif site.function is not None and _of_module(names, site, name):
            found = _only_added(site, name, None, None)
        if found is not None:
            return Place(path=site.module.path, span=found.span)
    for name in dict.fromkeys(name for expr in sent for name in _written_in(expr)):
        found = _longer_text(site, name, span) if span is not None else None
        if found is not None:
            return Place(path=site.module.path, span=found.span)
    return None


def _written_in(expr: Expr) -> Iterator[str]:
    """The variables that stand in the text of a request as they are."""
    match expr:
        case Name(name=name):
            yield name
        case Items(values=values):
            for value in values:
                if isinstance(value, Table):
                    yield from (name for key, told in value.items if key == "content" for name in _written_in(told))
        case Binary(left=left, operator="+", right=right):
            yield from _written_in(left)
            yield from _written_in(right)
        case Text(segments=segments):
            for segment in segments:
                if isinstance(segment, Hole) and segment.value is not None:
                    yield from _written_in(segment.value)


def _longer_text(site: Site, name: str, loop: Span) -> Binding | None:
    """The first addition to a text that holds the conversation: it begins as a text, and is only ever made longer."""
    bindings = [b for b in site.module.bindings_by_name.get(name, ()) if _sees(site, b.scope, name, None)]
    texts = all(_is_text(b.value) for b in bindings)
    added = _only_added(site, name, loop, None) if bindings and texts else None
    return added if added is not None and all(b.operation in ("set", "add") for b in bindings) else None


def _is_text(value: Expr) -> bool:
    """A text, or a sum with one in it; a count is none."""
    return isinstance(value, Text) or (
        isinstance(value, Binary) and value.operator == "+" and (_is_text(value.left) or _is_text(value.right))
    )


def _whole(module: Module, expr: Expr) -> Iterator[str]:
    """The names of lists that are sent from their first to their last entry: `[system, *history]`, one entry after another."""
    match expr:
        case Name() | Attribute():
            yield dotted_text(expr)
        case Repeated(chosen=False):
            yield from _each_of(module, expr)
        case Items(values=values, starred=starred):
            for i, value in enumerate(values):
                if i in starred:
                    yield from _whole(module, value)
                elif isinstance(value, Repeated) and not value.chosen:
                    yield from _each_of(module, value)
        case Binary(left=left, operator="+", right=right):
            yield from _whole(module, left)
            yield from _whole(module, right)


def _each_of(module: Module, repeated: Repeated) -> Iterator[str]:
    """The list that a comprehension goes through: `[{"role": m["role"], ...} for m in history]`."""
    element = repeated.element
    held = [value for _, value in element.items] if isinstance(element, Table) else [element]
    roots = [value.base if isinstance(value, (Item, Attribute)) else value for value in held]
    for root in roots:
        if isinstance(root, Name):
            for binding in module.bindings.get((root.scope, root.name), ()):
                inside = repeated.span.start <= binding.span.start < repeated.span.end
                if inside and isinstance(binding.value, Item) and isinstance(binding.value.key, Unknown):
                    yield dotted_text(binding.value.base)


def _in_session(site: Site, name: str) -> Binding | None:
    """The first addition to a list of a session, which is made once, where there is none yet, and never shortened."""
    bindings = site.module.bindings_by_name.get(name, [])
    made = [b for b in bindings if b.operation == "set"]
    added = [b for b in bindings if b.operation in _ADDS]
    once = len(made) == 1 and isinstance(made[0].value, Items) and made[0].block != 0
    if not once or not added or len(made) + len(added) < len(bindings) or _handed_on(site, name, None):
        return None
    key = name.rpartition(".")[2]
    resets = (i for i in site.module.facts.invocations if callee_name(i) in ("clear", "pop") and _SESSION in i.text)
    return None if any(True for _ in resets) or not key else added[0]


def _of_module(names: Names, site: Site, name: str) -> bool:
    """Whether a list is one of the file's own, made once and known to no other file."""
    bindings = site.module.bindings
    if "." in name or any(b.operation == "set" for b in bindings.get((site.invocation.scope, name), ())):
        return False
    if (site.invocation.scope, name) in site.module.parameters:
        return False
    made = [b for b in bindings.get(("", name), ()) if b.operation == "set"]
    shared = (entry.target.endswith(f".{name}") for module in names.modules for entry in module.facts.imports)
    return len(made) == 1 and isinstance(made[0].value, Items) and not any(shared)


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
    for binding in module.bindings_by_name.get(name, ()):
        if not _sees(site, binding.scope, name, owner):
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
        if other is site.invocation or callee_name(other) in _LOOKS:
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
