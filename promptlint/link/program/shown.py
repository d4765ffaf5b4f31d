"""What a file writes for people, however much it reads like a prompt: examples of its API, and texts that it only shows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from promptlint.facts import Attribute, Expr, Invocation, Name, Result, Span, Table
from promptlint.link.program.module import Module, callee_name
from promptlint.link.program.parts import dotted_text, last_name, names_used

SHOWS = frozenset(
    ("print", "info", "debug", "warning", "warn", "error", "exception", "critical", "log", "echo", "secho", "write", "fail",
     "skip", "compile", "execute", "markdown", "title", "header", "caption", "input")
)  # fmt: skip
"""What shows its text to a person, or to nobody."""
# What it shows may be read by a program, too, or run.
_MAY_SEND = frozenset(("write", "compile", "execute", "input"))
# What says that something went wrong: `raise ValueError("...")`.
_FAULT = re.compile(r"(?:Error|Exception|Warning)$")
# Parts of the schema that FastAPI and pydantic write of a program. Of some only the examples are surely for people.
_EXTRAS = frozenset(("json_schema_extra", "schema_extra"))
_SCHEMAS = _EXTRAS | {"openapi_extra", "openapi_examples"}
_FRAMEWORKS = frozenset(("fastapi", "pydantic", "sqlmodel", "ninja", "drf_spectacular", "apiflask"))
_EXAMPLES = frozenset(("example", "examples"))
_ROUTES = frozenset(("get", "post", "put", "patch", "delete", "api_route", "add_api_route", "APIRouter", "FastAPI", "include_router"))  # fmt: skip


def is_shown(invocation: Invocation) -> bool:
    """Whether a call shows what it is given, or makes a fault of it."""
    name = callee_name(invocation)
    return name in SHOWS or _FAULT.search(name) is not None


def documented(module: Module) -> Iterator[Span]:
    """Where the examples of an API stand: `Body(examples=[...])`, `json_schema_extra = {...}`, `@app.post("/", responses={...})`."""
    for invocation in module.facts.invocations:
        written = invocation.keyword_spans
        if not _SCHEMAS.isdisjoint(written):
            yield from _of(module, invocation, _SCHEMAS)
        if "responses" in written and callee_name(invocation) in _ROUTES:
            yield from _of(module, invocation, ("responses",))
        if not _EXAMPLES.isdisjoint(written) and _is_of_framework(module, invocation):
            yield from _of(module, invocation, _EXAMPLES)
    for binding in module.facts.bindings:
        name = binding.name.rpartition(".")[2]
        if name in _SCHEMAS:
            yield from _examples(name, binding.value)
        elif isinstance(binding.value, Table) and name.endswith("config"):
            for key, value in binding.value.items:
                yield from _examples(key, value) if key in _SCHEMAS else ()


def _of(module: Module, invocation: Invocation, names: frozenset[str] | tuple[str, ...]) -> Iterator[Span]:
    """Where the values of some keywords are written: in the call, or in a constant of the file."""
    for key, value in invocation.keywords.items:
        if key in names:
            yield from _examples(key, value)
            for binding in module.bindings.get(("", value.name), ()) if isinstance(value, Name) else ():
                yield from _examples(key, binding.value)


def _examples(key: str | None, value: Expr) -> Iterator[Span]:
    if key in _EXTRAS and isinstance(value, Table):
        yield from (inner.span for name, inner in value.items if name in _EXAMPLES)
    else:
        yield value.span


def _is_of_framework(module: Module, invocation: Invocation) -> bool:
    """Whether a file imports what is called, or what that stands in, from a framework that documents programs."""
    if _FRAMEWORKS.isdisjoint(module.roots):
        return False
    first = dotted_text(invocation.callee).partition(".")[0]
    return any(e.local == first and e.target.partition(".")[0] in _FRAMEWORKS for e in module.facts.imports)


class OnlyShown:
    """The variables of each function of a file that it does nothing with but show them, or make faults of them."""

    def __init__(self, module: Module) -> None:
        self._shown: dict[str, set[str]] = defaultdict(set)
        self._used: dict[str, set[str]] = defaultdict(set)
        for invocation in module.facts.invocations:
            into = self._shown if _shows(invocation) or _makes_fault(module, invocation) else self._used
            for expr in (invocation.callee, *invocation.positional, *(value for _, value in invocation.keywords.items)):
                _note(module, invocation.scope, expr, into)
        for function in module.facts.functions:
            for expr in (*function.returns, *((function.yields,) if function.yields is not None else ())):
                _note(module, function.qualname, expr, self._used)
        for binding in module.facts.bindings:
            _note(module, binding.scope, binding.value, self._used)

    def has(self, scope: str, name: str) -> bool:
        """Whether it is so of a variable of a function."""
        return name in self._shown.get(scope, ()) and name not in self._used.get(scope, ())


def _note(module: Module, scope: str, expr: Expr, into: dict[str, set[str]]) -> None:
    """Note what an expression is made from, but for the calls in it, which are noted themselves, for all functions around it."""
    if isinstance(expr, Result):
        return
    found = {used.name for used in names_used(module, expr)}
    while scope and found:
        into[scope] |= found
        scope = scope.rpartition(".")[0]


def _shows(invocation: Invocation) -> bool:
    return is_shown(invocation) and callee_name(invocation) not in _MAY_SEND


def _makes_fault(module: Module, invocation: Invocation) -> bool:
    """Whether a fault says what it is: `super().__init__(text)` in its class."""
    callee = invocation.callee
    if not isinstance(callee, Attribute) or callee.name != "__init__" or not isinstance(callee.base, Result):
        return False
    cls = module.classes.get(module.owner(invocation.scope) or "")
    named = [cls.qualname, *map(last_name, cls.bases)] if cls is not None else []
    return callee_name(module.facts.invocations[callee.base.invocation]) == "super" and any(map(_FAULT.search, named))
