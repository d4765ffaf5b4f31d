"""Compound statements: which branches exclude each other, what comes round again, and how often."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from promptlint.facts import Entered, Expr, Item, Loop, Name, Result, Test, Unknown
from promptlint.parse.bindings import bind
from promptlint.parse.calls import mark
from promptlint.parse.conditions import asked, denied, matched
from promptlint.parse.endless import is_endless, until_success
from promptlint.parse.fallbacks import tested_name
from promptlint.parse.names import last_name
from promptlint.parse.walk import Walk

_MOST_ARMS = 40


def body(walk: Walk, lines: list[ast.stmt]) -> None:
    """Read statements in order. What follows an unconditional `return`, `raise` or `break` ends a loop's turn."""
    outer = walk.loops
    leaves = max((i for i, line in enumerate(lines) if _leaves(line)), default=-1)
    for i, line in enumerate(lines):
        walk.loops = _once(outer) if i <= leaves else outer
        walk.statement(line)
    walk.loops = outer


def branch(walk: Walk, lines: list[ast.stmt], group: int, tests: Sequence[Test | None] = (None,)) -> None:
    """Read one arm of a statement that chooses."""
    outer = walk.block
    walk.block = walk.new_block(outer, group, group > 0 and _ends(lines), tests)
    body(walk, lines)
    walk.block = outer


def if_(walk: Walk, node: ast.If) -> None:
    """`if`, `elif` and `else` are arms of one group."""
    _arms(walk, node, walk.new_group())


def _arms(walk: Walk, node: ast.If, group: int, passed: tuple[Test | None, ...] = ()) -> None:
    """`passed`: the tests of the arms before, which must all have failed."""
    if _is_main(node.test):
        walk.entry_point = True
    walk.expr(node.test)
    outer, walk.lacking = walk.lacking, tested_name(walk, node.test)
    test = asked(walk, node.test)
    branch(walk, node.body, group, (*passed, test))
    walk.lacking = outer
    failed = _failed(passed, test)
    match node.orelse:
        case [ast.If() as more] if walk.source.startswith("elif", walk.span(more).start):
            _arms(walk, more, group, failed)
        case [_, *_]:
            branch(walk, node.orelse, group, failed)


def _failed(passed: tuple[Test | None, ...], test: Test | None) -> tuple[Test | None, ...]:
    """What has failed where one more arm is not taken; behind many arms nobody can tell."""
    return (*passed, denied(test)) if len(passed) < _MOST_ARMS else (None,) * _MOST_ARMS


def for_(walk: Walk, node: ast.For | ast.AsyncFor) -> None:
    """The iterable is read once, outside the loop."""
    iterable = walk.expr(node.iter)
    outer = walk.loops
    kind = "retry" if _retries(walk, iterable) else "for"
    gives = isinstance(walk.around, ast.AsyncFunctionDef) and any(map(_gives, node.body))
    loop = Loop(kind=kind, span=walk.span(node), iterable=iterable, fallback=walk.failed, gives=gives)
    walk.loops = (*outer, loop)
    bind(walk, node.target, Item(base=iterable, key=Unknown(reason="loop", span=iterable.span), span=iterable.span))
    branch(walk, node.body, 0)
    walk.loops = outer
    if node.orelse:
        branch(walk, node.orelse, 0)


def _retries(walk: Walk, iterable: Expr) -> bool:
    """Whether a loop is over the attempts of tenacity: `for attempt in Retrying(...)`, there or under a name."""
    if isinstance(iterable, Name):
        bound = (binding for binding in reversed(walk.bindings) if binding.name == iterable.name)
        iterable = next((binding.value for binding in bound if walk.scope.startswith(binding.scope)), iterable)
    return isinstance(iterable, Result) and last_name(walk.made_by(iterable).callee) in ("Retrying", "AsyncRetrying")


def while_(walk: Walk, node: ast.While) -> None:
    """The condition is read on every turn."""
    outer = walk.loops
    walk.loops = (
        *outer,
        Loop(kind="while", span=walk.span(node), endless=is_endless(node), until_success=until_success(node)),
    )
    walk.expr(node.test)
    branch(walk, node.body, 0)
    walk.loops = outer
    if node.orelse:
        branch(walk, node.orelse, 0)


def _gives(node: ast.AST) -> bool:
    """Whether there is a `yield` in a line, but for those of functions in it."""
    if isinstance(node, (ast.Yield, ast.YieldFrom)):
        return True
    inner = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
    return not inner and any(map(_gives, ast.iter_child_nodes(node)))


def try_(walk: Walk, node: ast.Try | ast.TryStar) -> None:
    """A handler that goes on makes the loop around it a retry."""
    outer, caught = walk.loops, walk.caught
    walk.caught = caught or _catches_all(walk, node.handlers)
    done = _leaves_in(node.body) or _leaves_in(node.orelse)
    goes_on = any(not _leaves_in(h.body) for h in node.handlers)
    # `try: answer = ask()`, `except: continue`, then `return answer`: the loop ends with the first success.
    again = not done and bool(outer) and not outer[-1].repeats and any(_continues(h.body) for h in node.handlers)
    if outer and ((done and goes_on) or again):
        last = outer[-1]
        retry = Loop(kind="retry", span=last.span, iterable=last.iterable, until_success=last.until_success)
        _retried_body(walk, node.body, (*outer[:-1], retry))
    else:
        branch(walk, node.body, 0)
    walk.loops, walk.caught = outer, caught
    group, failed = walk.new_group(), walk.failed
    for handler in node.handlers:
        if handler.type is not None:
            walk.expr(handler.type)
        walk.failed = True
        branch(walk, handler.body, group)
        walk.failed = failed
    for part in (node.orelse, node.finalbody):
        if part:
            branch(walk, part, 0)


def _catches_all(walk: Walk, handlers: list[ast.ExceptHandler]) -> bool:
    """Whether handlers take every exception there is, and none of them leaves the function.

    One that goes on with the next turn of a loop may leave what is raised behind the loop.
    """
    broad = any(
        h.type is None or (isinstance(h.type, ast.Name) and h.type.id in ("Exception", "BaseException"))
        for h in handlers
    )
    if not broad or any(_raises(h) for h in handlers):
        return False
    ends = [h.body[-1] for h in handlers if not isinstance(h.body[-1], ast.Return)]
    return all(isinstance(end, ast.Continue) for end in ends) and not (ends and walk.around and _raises(walk.around))


def _raises(node: ast.AST) -> bool:
    return any(isinstance(inner, ast.Raise) for inner in ast.walk(node))


def _retried_body(walk: Walk, lines: list[ast.stmt], loops: tuple[Loop, ...]) -> None:
    """The body of a retried `try`: leaving on success does not end the loop on failure."""
    outer = walk.block
    walk.block = walk.new_block(outer)
    for line in lines:
        walk.loops = loops
        walk.statement(line)
    walk.block = outer


def with_(walk: Walk, node: ast.With | ast.AsyncWith) -> None:
    """`with f() as x` binds what `f` returns: close enough for clients and streams, which return themselves."""
    for item in node.items:
        value = walk.expr(item.context_expr)
        if isinstance(value, Result):
            mark(walk, value, with_item=True)
        if item.optional_vars is not None:
            bind(walk, item.optional_vars, value)
        if isinstance(value, (Result, Name)):
            walk.entered.append(Entered(value=value, span=walk.span(node)))
    body(walk, node.body)


def match_(walk: Walk, node: ast.Match) -> None:
    """The cases are arms of one group."""
    walk.expr(node.subject)
    group = walk.new_group()
    passed: tuple[Test | None, ...] = ()
    for case in node.cases:
        if case.guard is not None:
            walk.expr(case.guard)
        tests = matched(walk, node.subject, case)
        branch(walk, case.body, group, (*passed, *tests))
        passed = _failed(passed, tests[0] if len(tests) == 1 else None)


def _once(loops: tuple[Loop, ...]) -> tuple[Loop, ...]:
    """The same loops, the innermost never coming round again."""
    if not loops or not loops[-1].repeats or loops[-1].kind == "retry":
        return loops
    last = loops[-1]
    return (
        *loops[:-1],
        Loop(kind=last.kind, span=last.span, iterable=last.iterable, repeats=False, until_success=last.until_success),
    )


def _leaves(line: ast.stmt) -> bool:
    """Whether a line certainly leaves the loop around it."""
    return isinstance(line, (ast.Return, ast.Raise, ast.Break))


def _ends(lines: list[ast.stmt]) -> bool:
    """Whether nothing of a function runs after some lines of it."""
    return any(
        isinstance(line, (ast.Return, ast.Raise))
        or (isinstance(line, ast.If) and bool(line.orelse) and _ends(line.body) and _ends(line.orelse))
        for line in lines
    )


def _leaves_in(lines: list[ast.stmt]) -> bool:
    return any(_leaves(line) for line in lines)


def _continues(lines: list[ast.stmt]) -> bool:
    """Whether a handler ends in `continue`."""
    return isinstance(lines[-1], ast.Continue)


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"
