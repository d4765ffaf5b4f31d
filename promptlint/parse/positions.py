"""Where each node of a libcst tree stands, in code points.

libcst's own `PositionProvider` gives lines and columns and costs more than the parse. Generating the code again with a
state that only counts costs half of that and gives offsets, which is what facts hold.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

import libcst as cst

_PARTS = frozenset((cst.FormattedStringText, cst.FormattedStringExpression))


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
        hoisted = spans.get(self.end_node) if self.end_node is not None else None
        spans[self.node] = (self.start, hoisted[1] if hoisted else self.offsets.offset)


class Offsets:
    """A code generation state that counts instead of writing. `spans` maps a node to its (start, end)."""

    def __init__(self, module: cst.Module) -> None:
        self.default_indent = module.default_indent
        self.default_newline = module.default_newline
        self.offset = 0
        self.spans: dict[cst.CSTNode, tuple[int, int]] = {}
        self.tokens: list[str] = [""]
        self._indents: list[str] = []
        self._indent = 0
        self._open: list[int] = []
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

    def before_codegen(self, node: cst.CSTNode) -> None:
        """Parts of f-strings have no syntactic position of their own."""
        if type(node) in _PARTS:
            self._open.append(self.offset)

    def after_codegen(self, node: cst.CSTNode) -> None:
        """Parts of f-strings have no syntactic position of their own."""
        if type(node) in _PARTS:
            self.spans[node] = (self._open.pop(), self.offset)

    def record_syntactic_position(
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> Any:  # Any: libcst types it as its own context manager
        """Called by libcst around the part of a node that is not white space."""
        return _Record(self, node, end_node)
