"""Requests that are made first and sent later: `urlopen(Request(url, data))`, `client.send(client.build_request(...))`.

The call is where it is sent: what repeats a request stands round that, and so does what waits for it.
"""

from __future__ import annotations

from msgspec.structs import replace

from promptlint.facts import Attribute, Expr, Invocation, Result
from promptlint.link.program.module import Module, callee_name
from promptlint.link.resolve.changed import sources
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.values import Context

BUILDS = frozenset(("Request", "build_request"))
SENDS = frozenset(("urlopen", "open", "send"))
_DEEPEST = 6


def prepared(names: Names, invocation: Invocation, context: Context) -> tuple[Invocation, str] | None:
    """The request that a call sends, as if it was made there, and the name of what made it, which says what its arguments are.

    None where it sends none that the file has made.
    """
    made = _sent(names, invocation, context)
    if made is None:
        return None
    key = (id(invocation), "prepared")
    if key not in names.kept.unwritten:
        names.kept.unwritten[key] = replace(
            invocation,
            positional=made.positional,
            starred=made.starred,
            keywords=made.keywords,
            keyword_spans=made.keyword_spans,
        )
    return names.kept.unwritten[key], callee_name(made)


def is_sent(names: Names, module: Module, invocation: Invocation) -> bool:
    """Whether the file sends a request that is made here somewhere."""
    known = names.kept.sent
    if module.path not in known:
        senders = [module.facts.invocations[i] for name in SENDS for i in module.calls_by_name.get(name, ())]
        made = (_sent(names, sender, Context(module)) for sender in senders)
        known[module.path] = frozenset(id(one) for one in made if one is not None)
    return id(invocation) in known[module.path]


def _sent(names: Names, invocation: Invocation, context: Context) -> Invocation | None:
    return _request(names, invocation.positional[0], context) if invocation.positional else None


def _request(names: Names, expr: Expr, context: Context, depth: int = 0) -> Invocation | None:
    """The call that makes what is sent, in the same file, through names, functions and `prepare()`."""
    module = context.module
    if depth > _DEEPEST:
        return None
    if isinstance(expr, Result):
        invocation = module.facts.invocations[expr.invocation]
        last = callee_name(invocation)
        if last in BUILDS:
            return invocation
        if last == "prepare_request" and invocation.positional:
            return _request(names, invocation.positional[0], context, depth + 1)
        if last == "prepare" and isinstance(invocation.callee, Attribute):
            return _request(names, invocation.callee.base, context, depth + 1)
    found = (
        _request(names, source, where, depth + 1)
        for source, where in sources(names, expr, context)
        if where.module is module
    )
    return next((made for made in found if made is not None), None)
