"""`Walk`: one reading of a module's syntax tree, where it stands and what it has found so far.

What is done with each kind of node is written in functions of their own, and given to it in two tables: that is how a
statement is read whose parts are statements and expressions, without the modules of these functions importing each other.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from promptlint.facts import (
    Binding,
    Block,
    Class,
    Entered,
    Expr,
    Function,
    Import,
    Invocation,
    Loop,
    Name,
    Result,
    Span,
    Test,
    Unknown,
)
from promptlint.parse.positions import Positions

_COMMENT = re.compile(r"#[^\n]*")
_REASONS: dict[type[ast.expr], str] = {ast.Compare: "comparison", ast.Slice: "slice"}

Definition = ast.FunctionDef | ast.AsyncFunctionDef
Readers = Mapping[type[ast.expr], "Callable[[Walk, Any], Expr]"]  # Any: each takes its own type of node
Statements = Mapping[type[ast.stmt], "Callable[[Walk, Any], None]"]  # as above


class Walk:
    """Where the reading of one module stands, and what it has found so far."""

    def __init__(self, source: str, positions: Positions, readers: Readers, statements: Statements) -> None:
        self.source = source
        self.positions = positions
        self._readers = readers
        self._statements = statements

        # Where it stands: in which scope, branch and loops.
        self.scope = ""
        self.block = 0
        self.loops: tuple[Loop, ...] = ()
        self.failed = False  # in the handler of a `try`
        self.caught = False  # in a `try` whose handlers answer in its place, whatever fails
        self.owner: str | None = None  # the class whose body it is in
        self.receiver: str | None = None  # what the method round it calls `self`
        self.around: Definition | None = None
        self.lends = False  # in a function whose `yield` gives what a caller gets: a fixture, a context manager
        self.globals: set[str] = set()  # names that the function round it declares `global` or `nonlocal`
        self.lacking: Name | None = None  # `x` under `if not x`
        self.returns: list[tuple[Expr, int]] = []  # of the function round it, each with the block it stands in
        self.yields: list[Expr] = []  # of the function round it, when these are no answers of its own

        # What it has found.
        self.imports: list[Import] = []
        self.bindings: list[Binding] = []
        self.blocks: list[Block] = [Block(parent=0, group=0)]
        self.functions: list[Function] = []
        self.classes: list[Class] = []
        self.invocations: list[Invocation | None] = []  # in the order they begin: None is still being read
        self.entered: list[Entered] = []
        self.messages: dict[int, Expr] = {}  # chat messages and lists of them, by where they begin
        self.strings: list[Span] = []
        self.entry_point = False
        self._groups = 0

    def statement(self, node: ast.stmt) -> None:
        """Read one statement."""
        self._statements.get(type(node), Walk.visit)(self, node)

    def expr(self, node: ast.expr) -> Expr:
        """The fact an expression is."""
        reader = self._readers.get(type(node))
        if reader is not None:
            return reader(self, node)
        self.visit(node)
        return Unknown(reason=_REASONS.get(type(node), "expression"), span=self.span(node))

    def visit(self, node: ast.AST) -> None:
        """Read every expression below a node that is not followed itself."""
        for field in node._fields:
            value = getattr(node, field)
            for child in value if isinstance(value, list) else (value,):
                if isinstance(child, ast.expr):
                    self.expr(child)
                elif isinstance(child, ast.AST):
                    self.visit(child)

    def new_group(self) -> int:
        """A number for arms that exclude each other."""
        self._groups += 1
        return self._groups

    def new_block(
        self, parent: int, group: int = 0, leaves: bool = False, tests: Sequence[Test | None] = (None,)
    ) -> int:
        """The number of a new branch of the control flow. `tests`: what must hold for it to be taken; None is what nobody can tell."""
        told = tuple(test for test in tests if test is not None)
        self.blocks.append(Block(parent=parent, group=group, leaves=leaves, tests=told, more=len(told) < len(tests)))
        return len(self.blocks) - 1

    def made_by(self, result: Result) -> Invocation:
        """The call that a result is of."""
        made = self.invocations[result.invocation]
        assert made is not None  # a result is there when its call has been read
        return made

    def span(self, node: ast.expr | ast.stmt) -> Span:
        """Where a node stands, the parentheses round it left out."""
        positions = self.positions
        first, last = node.lineno, node.end_lineno or node.lineno
        if positions.wide and (first in positions.wide or last in positions.wide):
            start = positions.offset(first, node.col_offset)
            end = positions.offset(last, node.end_col_offset or node.col_offset)
        else:
            starts = positions.starts
            start = starts[first - 1] + node.col_offset
            end = starts[last - 1] + (node.end_col_offset or node.col_offset)
        if type(node) is ast.GeneratorExp:  # the only node whose parentheses `ast` counts in, even those of a call
            clause = node.generators[-1]
            end_of_last = self.span([clause.iter, *clause.ifs][-1]).end
            return Span(self.span(node.elt).start, self.closed(end_of_last, end - 1))
        return Span(start, end)

    def closed(self, end: int, limit: int) -> int:
        """The end of an expression with the parentheses round it; nothing else stands between it and `limit`."""
        if end == limit:
            return end
        behind = _COMMENT.sub(lambda comment: " " * len(comment.group()), self.source[end:limit])
        return end + behind.rfind(")") + 1

    def code(self, node: ast.expr) -> str:
        """The source of a node."""
        span = self.span(node)
        return self.source[span.start : span.end]
