"""Expressions of a syntax tree → `Expr` facts. Every call met on the way is kept as an `Invocation`."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from typing import Any

from promptlint.facts import (
    Attribute,
    Binary,
    Binding,
    Block,
    Choice,
    Expr,
    Function,
    Hole,
    Invocation,
    Item,
    Items,
    Known,
    Literal,
    Loop,
    Name,
    Parameter,
    Repeated,
    Result,
    Segment,
    Span,
    Table,
    Text,
    Unknown,
)
from promptlint.parse.literals import literal
from promptlint.parse.positions import Positions
from promptlint.parse.strings import Field, pieces
from promptlint.parse.tree import read_expression

_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.BitOr: "|", ast.Mod: "%", ast.Mult: "*", ast.Div: "/", ast.Sub: "-", ast.FloorDiv: "//",
}  # fmt: skip
_BLANKS = re.compile(r"\s+")
_COMMENT = re.compile(r"#[^\n]*")
_LARGEST = 1 << 62

_CONSTANTS = frozenset(("True", "False", "None"))
_REASONS: dict[type[ast.expr], str] = {ast.Compare: "comparison", ast.Slice: "slice"}

Strings = ast.Constant | ast.JoinedStr


class Expressions:
    """Reads expressions of one module. `Statements` adds scopes and control flow."""

    def __init__(self, source: str, positions: Positions) -> None:
        self.source = source
        self.positions = positions
        self.scope = ""
        self.block = 0
        self.loops: tuple[Loop, ...] = ()
        self.failed = False  # in the handler of a `try`
        self.blocks: list[Block] = [Block(parent=0, group=0)]
        self.bindings: list[Binding] = []
        self.functions: list[Function] = []
        self.invocations: list[Invocation | None] = []
        self.returns: list[tuple[Expr, int]] = []  # with the block it stands in
        self.messages: dict[int, Expr] = {}
        self.strings: list[Span] = []
        self._readers: dict[type[ast.expr], Callable[[Any], Expr]] = {  # Any: each reader takes its own node type
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Call: self._call,
            ast.Constant: self._constant,
            ast.JoinedStr: self._string,
            ast.Dict: self._table,
            ast.List: self._items,
            ast.Tuple: self._items,
            ast.Set: self._items,
            ast.BinOp: self._binary,
            ast.BoolOp: self._boolean,
            ast.IfExp: self._conditional,
            ast.Subscript: self._subscript,
            ast.Await: self._await,
            ast.Lambda: self._lambda,
            ast.ListComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
            ast.SetComp: self._comprehension,
            ast.DictComp: self._comprehension,
            ast.NamedExpr: self._named,
            ast.UnaryOp: self._unary,
            ast.Yield: self._yield,
            ast.YieldFrom: self._yield,
            ast.Starred: self._starred,
        }

    def span(self, node: ast.expr | ast.stmt) -> Span:
        """Where a node stands, the parentheses round it left out."""
        offset = self.positions.offset
        start = offset(node.lineno, node.col_offset)
        end = offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
        if isinstance(node, ast.GeneratorExp):  # the only node whose parentheses `ast` counts in, even those of a call
            clause = node.generators[-1]
            last = self.span([clause.iter, *clause.ifs][-1]).end
            return Span(self.span(node.elt).start, self._closed(last, end - 1))
        return Span(start, end)

    def _closed(self, end: int, limit: int) -> int:
        """The end of an expression with the parentheses round it; nothing else stands between it and `limit`."""
        behind = _COMMENT.sub(lambda comment: " " * len(comment.group()), self.source[end:limit])
        return end + behind.rfind(")") + 1

    def code(self, node: ast.expr) -> str:
        """The source of a node."""
        span = self.span(node)
        return self.source[span.start : span.end]

    def expr(self, node: ast.expr) -> Expr:
        """The fact an expression is."""
        reader = self._readers.get(type(node))
        if reader is not None:
            return reader(node)
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

    # --- names and numbers ---

    def _name(self, node: ast.Name) -> Expr:
        return Name(name=node.id, scope=self.scope, span=self.span(node))

    def _attribute(self, node: ast.Attribute) -> Expr:
        return Attribute(base=self.expr(node.value), name=node.attr, span=self.span(node))

    def _constant(self, node: ast.Constant) -> Expr:
        value = node.value
        if isinstance(value, (str, bytes)):
            return self._string(node)
        if value is None or isinstance(value, bool):
            return Known(value=value, span=self.span(node))
        if not isinstance(value, (int, float)):
            return Unknown(reason="ellipsis" if value is ... else "imaginary", span=self.span(node))
        # Nobody counts tokens in such numbers, and `1e999` is none.
        if not -_LARGEST < value < _LARGEST:
            return Unknown(reason="number too large", span=self.span(node))
        return Known(value=value, span=self.span(node))

    def _unary(self, node: ast.UnaryOp) -> Expr:
        value = self.expr(node.operand)
        if isinstance(node.op, ast.USub) and isinstance(value, Known) and isinstance(value.value, (int, float)):
            return Known(value=-value.value, span=self.span(node))
        return Unknown(reason="operation", span=self.span(node))

    def _starred(self, node: ast.Starred) -> Expr:
        return self.expr(node.value)

    # --- text ---

    def _string(self, node: Strings) -> Expr:
        """A string, read from the source: `ast` does not say where the pieces of joined strings and f-strings stand."""
        span = self.span(node)
        self.strings.append(span)
        segments: list[Segment] = []
        formatted = False
        found = pieces(self.source, span.start, span.end)
        for piece in found:
            if "b" in piece.prefix or "t" in piece.prefix:
                return Unknown(reason="bytes" if "b" in piece.prefix else "template string", span=span)
            raw, inside = "r" in piece.prefix, piece.inside
            if piece.parts is not None:
                formatted = True
                segments.extend(self._part(part, raw) for part in piece.parts)
            elif inside.start < inside.end:
                segments.append(literal(self.source, inside.start, inside.end, raw=raw, braces=False))
        if not found:
            return Unknown(reason="string", span=span)
        return Text(form="fstring" if formatted else "constant", segments=tuple(segments), span=span)

    def _part(self, part: Span | Field, raw: bool) -> Segment:
        if isinstance(part, Span):
            return literal(self.source, part.start, part.end, raw=raw, braces=True)
        value = self._inside(part.expression)
        for nested in part.nested:
            self._inside(nested)
        name = self.source[part.expression.start : part.expression.end]
        return Hole(source=self.source[part.span.start : part.span.end], name=name, value=value, span=part.span)

    def _inside(self, span: Span) -> Expr:
        """An expression in an f-string: parsed alone, since `ast` of Python 3.11 does not say where it stands."""
        source = self.source[span.start : span.end]
        if source.isidentifier() and source not in _CONSTANTS:
            return Name(name=source, scope=self.scope, span=span)
        found = read_expression(source)
        if found is None:
            return Unknown(reason="expression", span=span)
        node, text = found
        outer, self.positions = self.positions, Positions(text, span.start - 1)
        value = self.expr(node)
        self.positions = outer
        return value

    # --- collections ---

    def _table(self, node: ast.Dict) -> Expr:
        items: list[tuple[str | None, Expr]] = []
        keyed: list[tuple[Expr, Expr]] = []
        for name, given in zip(node.keys, node.values, strict=True):
            if name is None:
                items.append((None, self.expr(given)))
                continue
            key, value = self.expr(name), self.expr(given)
            text = constant_text(key)
            if text is None:
                keyed.append((key, value))
            else:
                items.append((text, value))
        table = Table(items=tuple(items), span=self.span(node), keyed=tuple(keyed))
        if is_message(table):
            self.messages[table.span.start] = table
        return table

    def _items(self, node: ast.List | ast.Tuple | ast.Set) -> Expr:
        values = tuple(self.expr(element) for element in node.elts)
        starred = tuple(i for i, element in enumerate(node.elts) if isinstance(element, ast.Starred))
        items = Items(values=values, span=self.span(node), starred=starred, unordered=isinstance(node, ast.Set))
        if any(isinstance(v, Table) and v.span.start in self.messages for v in values):
            for value in values:
                self.messages.pop(value.span.start, None)
            self.messages[items.span.start] = items
        return items

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp) -> Expr:
        outer, span = self.loops, self.span(node)
        start = Span(span.start, span.start)
        source: Expr | None = None
        for clause in node.generators:
            iterable = self.expr(clause.iter)
            source = source or iterable
            loop = Loop(kind="comprehension", span=span, iterable=iterable, fallback=self.failed)
            self.loops = (*self.loops, loop)
            self.bind(clause.target, Item(base=iterable, key=Unknown(reason="loop", span=start), span=start), at=start)
            for condition in clause.ifs:
                self.expr(condition)
        if isinstance(node, ast.DictComp):
            self.expr(node.key)
            self.expr(node.value)
            self.loops = outer
            return self._selected(node, source) or Unknown(reason="comprehension", span=span)
        element = self.expr(node.elt)
        self.loops = outer
        return Repeated(element=element, span=span, chosen=any(clause.ifs for clause in node.generators))

    def _selected(self, node: ast.DictComp, source: Expr | None) -> Expr | None:
        """`{k: v for k, v in d.items() if v is not None}` is `d`; with a condition on the key, any key may be missing."""
        value = _kept_entries(node)
        if value is None or not isinstance(source, Result):
            return None
        invocation = self.invocations[source.invocation]
        assert invocation is not None
        if not isinstance(invocation.callee, Attribute) or invocation.callee.name != "items" or invocation.positional:
            return None
        span, whole = self.span(node), invocation.callee.base
        if not all(_asks_for_value(condition, value) for condition in node.generators[0].ifs):
            whole = Choice(options=(whole, Table(items=(), span=span)), origin="branch", span=span)
        return Table(items=((None, whole),), span=span)

    def _subscript(self, node: ast.Subscript) -> Expr:
        base = self.expr(node.value)
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if any(isinstance(part, ast.Slice) for part in parts):
            for part in parts:
                self.expr(part)
            return Unknown(reason="slice", span=self.span(node))
        return Item(base=base, key=self.expr(node.slice), span=self.span(node))

    # --- operators ---

    def _binary(self, node: ast.BinOp) -> Expr:
        left, right = self.expr(node.left), self.expr(node.right)
        operator = _OPERATORS.get(type(node.op))
        if operator is None:
            return Unknown(reason="operation", span=self.span(node))
        return Binary(left=left, operator=operator, right=right, span=self.span(node))

    def _boolean(self, node: ast.BoolOp) -> Expr:
        """`a or b or c` is `(a or b) or c`."""
        values = [self.expr(value) for value in node.values]
        if isinstance(node.op, ast.And):
            return values[-1]
        span = self.span(node)
        found = values[0]
        for value in values[1:]:
            found = Choice(options=(found, value), origin="or", span=Span(span.start, value.span.end))
        return Choice(options=found.options, origin="or", span=span) if isinstance(found, Choice) else found

    def _conditional(self, node: ast.IfExp) -> Expr:
        self.expr(node.test)
        return Choice(options=(self.expr(node.body), self.expr(node.orelse)), origin="branch", span=self.span(node))

    def _await(self, node: ast.Await) -> Expr:
        value = self.expr(node.value)
        if isinstance(value, Result):
            self.mark(value, awaited=True)
        return value

    def mark(
        self,
        result: Result,
        *,
        awaited: bool | None = None,
        with_item: bool | None = None,
        dropped: bool | None = None,
    ) -> None:
        """Note how the value of a call is used."""
        import msgspec

        invocation = self.invocations[result.invocation]
        assert invocation is not None
        used = (("awaited", awaited), ("with_item", with_item), ("dropped", dropped))
        changes = {k: v for k, v in used if v is not None}
        self.invocations[result.invocation] = msgspec.structs.replace(invocation, **changes)

    def _named(self, node: ast.NamedExpr) -> Expr:
        value = self.expr(node.value)
        self.bind(node.target, value)
        return value

    def _yield(self, node: ast.Yield | ast.YieldFrom) -> Expr:
        if node.value is not None:
            value = self.expr(node.value)
            if isinstance(node, ast.Yield):
                self.returns.append((value, self.block))
        return Unknown(reason="yield", span=self.span(node))

    # --- calls and lambdas ---

    def _call(self, node: ast.Call) -> Expr:
        index = len(self.invocations)
        self.invocations.append(None)
        callee = self.expr(node.func)
        positional = tuple(self.expr(argument) for argument in node.args)
        keywords = tuple((keyword.arg, self.expr(keyword.value)) for keyword in node.keywords)
        span = self.span(node)
        self.invocations[index] = Invocation(
            callee=callee,
            text=_BLANKS.sub(" ", self.code(node.func)),
            scope=self.scope,
            positional=positional,
            keywords=Table(items=keywords, span=span),
            span=span,
            callee_span=self.span(node.func),
            insert_at=self._last_argument(node, span),
            needs_comma=bool(node.args or node.keywords),
            block=self.block,
            loops=self.loops,
            starred=tuple(i for i, argument in enumerate(node.args) if isinstance(argument, ast.Starred)),
            keyword_spans={k.arg: self.span(k.value) for k in node.keywords if k.arg is not None},
        )
        self.called(self.invocations[index])
        return Result(invocation=index, span=span)

    def _last_argument(self, node: ast.Call, span: Span) -> int:
        """Where the last argument ends, with the parentheses round it; before the `)` of the call when there is none."""
        last = [*node.args[-1:], *(keyword.value for keyword in node.keywords[-1:])]
        if not last:
            return span.end - 1
        return self._closed(max(self.span(value).end for value in last), span.end - 1)

    def called(self, invocation: Invocation | None) -> None:
        """A call was read: `Statements` notes the ones that change a list or dictionary."""

    def _lambda(self, node: ast.Lambda) -> Expr:
        span = self.span(node)
        parameters = self.parameters(node.args)
        name = f"<lambda:{span.start}>"
        outer_scope, outer_loops, outer_returns = self.scope, self.loops, self.returns
        self.scope = f"{outer_scope}.{name}" if outer_scope else name
        self.loops = ()
        body = self.expr(node.body)
        scope, self.scope, self.loops, self.returns = self.scope, outer_scope, outer_loops, outer_returns
        self.functions.append(
            Function(qualname=scope, parameters=parameters, decorators=(), returns=(body,), is_async=False, span=span)
        )
        return Name(name=name, scope=outer_scope, span=span)

    def parameters(self, node: ast.arguments) -> tuple[Parameter, ...]:
        """The parameters of a function; defaults are read in the scope around it."""
        positional = [*node.posonlyargs, *node.args]
        without = [None] * (len(positional) - len(node.defaults))
        found = [
            self._parameter(parameter, kind, default)
            for parameters, defaults, kind in (
                (positional, [*without, *node.defaults], "positional"),
                (node.kwonlyargs, node.kw_defaults, "keyword"),
            )
            for parameter, default in zip(parameters, defaults, strict=True)
        ]
        if node.vararg is not None:
            found.append(self._parameter(node.vararg, "args", None))
        if node.kwarg is not None:
            found.append(self._parameter(node.kwarg, "kwargs", None))
        return tuple(found)

    def _parameter(self, node: ast.arg, kind: str, default: ast.expr | None) -> Parameter:
        value = self.expr(default) if default is not None else None
        annotation = self.code(node.annotation) if node.annotation is not None else None
        return Parameter(name=node.arg, kind=kind, default=value, annotation=annotation)

    def bind(
        self,
        target: ast.expr,
        value: Expr,
        *,
        operation: str = "set",
        annotation: str | None = None,
        at: Span | None = None,
    ) -> None:
        """Note that a target gets a value, seen from the end of the value on, or from `at`."""
        match target:
            case ast.Name() | ast.Attribute():
                name = dotted(target)
                if name is None:
                    self.expr(target)
                    return
                span = self.span(target)
                seen = at or Span(span.start, max(span.end, value.span.end))
                self.note(name, value, seen, operation, annotation=annotation)
            case ast.Starred():
                self.bind(target.value, value, at=at)
            case ast.Tuple() | ast.List():
                parts = value.values if isinstance(value, Items) and _unpacks(value, target.elts) else None
                for i, element in enumerate(target.elts):
                    key = Known(value=i, span=value.span)
                    part = parts[i] if parts is not None else Item(base=value, key=key, span=value.span)
                    self.bind(element, part, at=at)
            case ast.Subscript():
                self._bind_item(target, value)

    def _bind_item(self, target: ast.Subscript, value: Expr) -> None:
        name = dotted(target.value)
        item = self.expr(target)
        span = self.span(target)
        if not isinstance(item, Item):  # `x[-9:] = more`
            if name is not None:
                self.note(name, item, span, "other")
            return
        seen, key = Span(span.start, max(span.end, value.span.end)), constant_text(item.key)
        if name is not None:
            self.note(name, value, seen, "item", key=key)
        elif isinstance(target.value, ast.Subscript) and isinstance(item.base, Item):
            self._bind_inside(target.value, item.base, key, value, seen)

    def _bind_inside(self, outer: ast.Subscript, held: Item, key: str | None, value: Expr, span: Span) -> None:
        """`x["a"]["b"] = value`: an entry of an entry."""
        root: ast.expr = outer
        while isinstance(root, ast.Subscript):
            root = root.value
        name = dotted(root)
        if name is None:
            return
        inner: Expr = Unknown(reason="computed", span=span)
        if key is not None and root is outer.value:
            inner = Table(items=((key, value),), span=span)
        self.note(name, inner, span, "inside", key=constant_text(held.key) if root is outer.value else None)

    def note(
        self,
        name: str,
        value: Expr,
        span: Span,
        operation: str,
        *,
        key: str | None = None,
        annotation: str | None = None,
    ) -> None:
        """Add a binding in the present scope; `Statements` knows `global` and `self`."""
        self.bindings.append(
            Binding(scope=self.scope, name=name, value=value, span=span, block=self.block, operation=operation, key=key,
                    annotation=annotation)
        )  # fmt: skip


def _unpacks(value: Items, elements: Sequence[object]) -> bool:
    return not value.starred and len(value.values) == len(elements)


def dotted(node: ast.expr) -> str | None:
    """`a.b.c` as text; None when it is more than names and dots."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


def constant_text(value: Expr) -> str | None:
    """The text of a string constant without holes."""
    if isinstance(value, Text) and all(isinstance(s, Literal) for s in value.segments):
        return "".join(s.text for s in value.segments if isinstance(s, Literal))
    return None


def is_message(table: Table) -> bool:
    """Whether a dictionary is a chat message: a known role and some content."""
    keys = dict(table.items)
    role = keys.get("role")
    return role is not None and ("content" in keys or "parts" in keys) and len(table.items) <= 8


def _kept_entries(node: ast.DictComp) -> str | None:
    """`v` of `{k: v for k, v in ...}`, a comprehension that takes keys and values over as they are."""
    match node:
        case ast.DictComp(
            key=ast.Name(id=key), value=ast.Name(id=value),
            generators=[ast.comprehension(target=ast.Tuple(elts=[ast.Name(id=first), ast.Name(id=second)]))],
        ) if (key, value) == (first, second):  # fmt: skip
            return value
    return None


def _asks_for_value(test: ast.expr, value: str) -> bool:
    """`v`, `v is not None`, `v != ""`: whether a value is there, whatever its key."""
    asked = test
    if isinstance(test, ast.Compare):
        if not isinstance(test.ops[0], (ast.IsNot, ast.NotEq, ast.NotIn)):
            return False
        asked = test.left
    return isinstance(asked, ast.Name) and asked.id == value
