"""Where each node of a libcst tree stands, in code points.

libcst's own `PositionProvider` gives lines and columns and costs more than the parse. Generating the code again with a
state that only counts gives offsets, which is what facts hold. While it runs, nodes skip what only libcst's own states
need: hooks around every node, and a generator for every pair of parentheses that might be there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import libcst as cst


class _Record:
    """Notes where a node begins and ends: the context manager libcst enters around what is not white space."""

    __slots__ = ("end_node", "node", "offsets", "start")

    def __init__(self, offsets: Offsets, node: cst.CSTNode, end_node: cst.CSTNode | None) -> None:
        self.offsets = offsets
        self.node = node
        self.end_node = end_node

    def __enter__(self) -> None:
        self.start = self.offsets.offset

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        spans = self.offsets.spans
        hoisted = spans.get(id(self.end_node)) if self.end_node is not None else None
        spans[id(self.node)] = (self.start, hoisted[1] if hoisted else self.offsets.offset)


class _Parenthesized(_Record):
    """The same between the parentheses of an expression, which are counted too."""

    __slots__ = ()

    def __enter__(self) -> None:
        for bracket in self.node.lpar:  # type: ignore[attr-defined]  # an expression
            bracket._codegen(self.offsets)
        super().__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, value, trace)
        for bracket in self.node.rpar:  # type: ignore[attr-defined]  # an expression
            bracket._codegen(self.offsets)


def _parenthesize(node: Any, state: Offsets) -> _Record:  # Any: every class of expressions
    return _Parenthesized(state, node, None) if node.lpar else _Record(state, node, None)


def _space(node: cst.SimpleWhitespace, state: Offsets) -> None:
    state.offset += len(node.value)


def _name(node: cst.Name, state: Offsets) -> None:
    if node.lpar:
        node._codegen_impl(state)  # type: ignore[arg-type]  # the same protocol as libcst's own state
        return
    start = state.offset
    state.offset = end = start + len(node.value)
    state.spans[id(node)] = (start, end)


def _part(node: Any, state: Offsets, **options: Any) -> None:  # Any: libcst passes options on to its own methods
    """Parts of f-strings have no syntactic position of their own."""
    start = state.offset
    node._codegen_impl(state, **options)
    state.spans[id(node)] = (start, state.offset)


def _classes(base: type[cst.CSTNode]) -> Iterator[type[cst.CSTNode]]:
    for below in base.__subclasses__():
        yield below
        yield from _classes(below)


_NODES: Any = cst.CSTNode  # Any: abstract, and classes that something is set on
_WRITERS: dict[Any, Any] = {cls: cls._codegen_impl for cls in _classes(_NODES) if "_codegen_impl" in cls.__dict__} | {
    cst.SimpleWhitespace: _space,
    cst.Name: _name,
    cst.FormattedStringText: _part,
    cst.FormattedStringExpression: _part,
}
_PARENTHESIZED: Any = next(cls for cls in cst.BaseExpression.__mro__ if "_parenthesize" in cls.__dict__)


@contextmanager
def _counting() -> Iterator[None]:
    """Let nodes write to the state at once. What libcst is for everybody else comes back afterwards."""
    kept = _PARENTHESIZED.__dict__["_parenthesize"]
    try:
        _PARENTHESIZED._parenthesize = _parenthesize
        for cls, write in _WRITERS.items():
            cls._codegen = write
        yield
    finally:
        _PARENTHESIZED._parenthesize = kept
        for cls in _WRITERS:
            del cls._codegen


class Offsets:
    """A code generation state that counts instead of writing. `spans` maps the id of a node to its (start, end)."""

    def __init__(self, module: cst.Module) -> None:
        self.default_indent = module.default_indent
        self.default_newline = module.default_newline
        self.offset = 0
        self.spans: dict[int, tuple[int, int]] = {}
        self.tokens: list[str] = [""]
        self._indents: list[str] = []
        self._indent = 0
        with _counting():
            module._codegen_impl(self)  # type: ignore[arg-type]  # the same protocol as libcst's own state

    def increase_indent(self, value: str) -> None:
        """Enter a block."""
        self._indents.append(value)
        self._indent += len(value)

    def decrease_indent(self) -> None:
        """Leave a block."""
        self._indent -= len(self._indents.pop())

    def add_indent_tokens(self) -> None:
        """The indentation of one line."""
        self.offset += self._indent

    def add_token(self, value: str) -> None:
        """One piece of source."""
        self.offset += len(value)

    def pop_trailing_newline(self) -> None:
        """A file without a final newline: nothing stands behind it that we report."""

    def record_syntactic_position(
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> Any:  # Any: libcst types it as its own context manager
        """Called by libcst around the part of a node that is not white space."""
        return _Record(self, node, end_node)
