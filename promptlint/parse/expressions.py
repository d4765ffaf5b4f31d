"""libcst expressions → `Expr` facts. Every call met on the way is kept as an `Invocation`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

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
from promptlint.parse.positions import Offsets

_OPERATORS: dict[type[cst.BaseBinaryOp], str] = {
    cst.Add: "+",
    cst.BitOr: "|",
    cst.Modulo: "%",
    cst.Multiply: "*",
    cst.Divide: "/",
}
_CONSTANTS: dict[str, bool | None] = {"True": True, "False": False, "None": None}
_BLANKS = re.compile(r"\s+")
_MOST_DIGITS = 80
_LARGEST = 1 << 62
_FIELDS: dict[type[cst.CSTNode], tuple[str, ...]] = {}


class Expressions:
    """Reads expressions of one module. `Statements` adds scopes and control flow."""

    def __init__(self, source: str, module: cst.Module) -> None:
        self.source = source
        self.spans = Offsets(module).spans
        self.scope = ""
        self.block = 0
        self.loops: tuple[Loop, ...] = ()
        self.blocks: list[Block] = [Block(parent=0, group=0)]
        self.bindings: list[Binding] = []
        self.functions: list[Function] = []
        self.invocations: list[Invocation | None] = []
        self.returns: list[Expr] = []
        self.messages: dict[int, Expr] = {}
        self.strings: list[Span] = []
        self._readers: dict[type[cst.CSTNode], Callable[[Any], Expr]] = {  # Any: each reader takes its own node type
            cst.Name: self._name,
            cst.Attribute: self._attribute,
            cst.Call: self._call,
            cst.SimpleString: self._string,
            cst.ConcatenatedString: self._string,
            cst.FormattedString: self._string,
            cst.Integer: self._number,
            cst.Float: self._number,
            cst.Dict: self._table,
            cst.List: self._items,
            cst.Tuple: self._items,
            cst.Set: self._items,
            cst.BinaryOperation: self._binary,
            cst.BooleanOperation: self._boolean,
            cst.IfExp: self._conditional,
            cst.Subscript: self._subscript,
            cst.Await: self._await,
            cst.Lambda: self._lambda,
            cst.ListComp: self._comprehension,
            cst.GeneratorExp: self._comprehension,
            cst.SetComp: self._comprehension,
            cst.DictComp: self._comprehension,
            cst.NamedExpr: self._named,
            cst.UnaryOperation: self._unary,
            cst.Yield: self._yield,
            cst.From: self._from,
        }

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node stands; an empty span at 0 when libcst does not say."""
        return Span(*self.spans.get(id(node), (0, 0)))

    def code(self, node: cst.CSTNode) -> str:
        """The source of a node."""
        start, end = self.spans.get(id(node), (0, 0))
        return self.source[start:end]

    def expr(self, node: cst.BaseExpression) -> Expr:
        """The fact an expression is."""
        reader = self._readers.get(type(node))
        if reader is not None:
            return reader(node)
        self.visit(node)
        return Unknown(reason=type(node).__name__.lower(), span=self.span(node))

    def visit(self, node: cst.CSTNode) -> None:
        """Read every expression below a node that is not followed itself."""
        kind = type(node)
        fields = _FIELDS.get(kind)
        if fields is None:
            fields = tuple(
                f for f in kind.__dataclass_fields__ if "whitespace" not in f and f not in ("lpar", "rpar", "comma")
            )
            _FIELDS[kind] = fields
        for field in fields:
            value = getattr(node, field)
            for child in value if isinstance(value, (list, tuple)) else (value,):
                if isinstance(child, cst.BaseExpression):
                    self.expr(child)
                elif isinstance(child, cst.CSTNode):
                    self.visit(child)

    # --- names and numbers ---

    def _name(self, node: cst.Name) -> Expr:
        if node.value in _CONSTANTS:
            return Known(value=_CONSTANTS[node.value], span=self.span(node))
        return Name(name=node.value, scope=self.scope, span=self.span(node))

    def _attribute(self, node: cst.Attribute) -> Expr:
        return Attribute(base=self.expr(node.value), name=node.attr.value, span=self.span(node))

    def _number(self, node: cst.Integer | cst.Float) -> Expr:
        # Nobody counts tokens in more digits; Python refuses to read thousands of them, and `1e999` is no number.
        value = node.evaluated_value if len(node.value) <= _MOST_DIGITS else None
        if value is None or not -_LARGEST < value < _LARGEST:
            return Unknown(reason="number too large", span=self.span(node))
        return Known(value=value, span=self.span(node))

    def _unary(self, node: cst.UnaryOperation) -> Expr:
        value = self.expr(node.expression)
        if isinstance(node.operator, cst.Minus) and isinstance(value, Known) and isinstance(value.value, (int, float)):
            return Known(value=-value.value, span=self.span(node))
        return Unknown(reason="operation", span=self.span(node))

    # --- text ---

    def _string(self, node: cst.SimpleString | cst.ConcatenatedString | cst.FormattedString) -> Expr:
        span = self.span(node)
        self.strings.append(span)
        segments: list[Segment] = []
        formatted = self._pieces(node, segments)
        if formatted is None:
            return Unknown(reason="bytes", span=span)
        return Text(form="fstring" if formatted else "constant", segments=tuple(segments), span=span)

    def _pieces(self, node: cst.BaseString, segments: list[Segment]) -> bool | None:
        """Add the segments of a string. True when it is an f-string, None when it is bytes."""
        pieces = _flatten(node)
        formatted = False
        for piece in pieces:
            if isinstance(piece, cst.SimpleString):
                prefix = piece.prefix
                if "b" in prefix:
                    return None
                start, end = self.spans[id(piece)]
                quote = len(piece.quote)
                inside = literal(self.source, start + len(prefix) + quote, end - quote, raw="r" in prefix, braces=False)
                if inside.text or inside.span.start < inside.span.end:
                    segments.append(inside)
            elif isinstance(piece, cst.FormattedString):
                formatted = True
                self._parts(piece, segments)
            else:
                return None
        return formatted

    def _parts(self, node: cst.FormattedString, segments: list[Segment]) -> None:
        raw = "r" in node.prefix
        for part in node.parts:
            start, end = self.spans[id(part)]
            if isinstance(part, cst.FormattedStringText):
                segments.append(literal(self.source, start, end, raw=raw, braces=True))
            elif isinstance(part, cst.FormattedStringExpression):
                value = self.expr(part.expression)
                if part.format_spec:
                    for spec in part.format_spec:
                        self.visit(spec)
                hole = Span(start, end)
                segments.append(
                    Hole(source=self.source[start:end], name=self.code(part.expression), value=value, span=hole)
                )

    # --- collections ---

    def _table(self, node: cst.Dict) -> Expr:
        items: list[tuple[str | None, Expr]] = []
        other = 0
        for element in node.elements:
            if isinstance(element, cst.StarredDictElement):
                items.append((None, self.expr(element.value)))
            elif isinstance(element, cst.DictElement):
                key = constant_text(self.expr(element.key))
                value = self.expr(element.value)
                if key is None:
                    other += 1
                else:
                    items.append((key, value))
        table = Table(items=tuple(items), span=self.span(node), other=other)
        if is_message(table):
            self.messages[table.span.start] = table
        return table

    def _items(self, node: cst.List | cst.Tuple | cst.Set) -> Expr:
        values = tuple(self.expr(element.value) for element in node.elements)
        starred = tuple(i for i, element in enumerate(node.elements) if isinstance(element, cst.StarredElement))
        items = Items(values=values, span=self.span(node), starred=starred, unordered=isinstance(node, cst.Set))
        if any(isinstance(v, Table) and v.span.start in self.messages for v in values):
            for value in values:
                self.messages.pop(value.span.start, None)
            self.messages[items.span.start] = items
        return items

    def _comprehension(self, node: cst.ListComp | cst.GeneratorExp | cst.SetComp | cst.DictComp) -> Expr:
        outer = self.loops
        clause: cst.CompFor | None = node.for_in
        source: Expr | None = None
        chosen = False
        while clause is not None:
            iterable = self.expr(clause.iter)
            source = source or iterable
            self.loops = (*self.loops, Loop(kind="comprehension", span=self.span(node), iterable=iterable))
            start = Span(self.span(node).start, self.span(node).start)
            self.bind(clause.target, Item(base=iterable, key=Unknown(reason="loop", span=start), span=start), at=start)
            for condition in clause.ifs:
                self.expr(condition.test)
                chosen = True
            clause = clause.inner_for_in
        if isinstance(node, cst.DictComp):
            self.expr(node.key)
            element = self.expr(node.value)
        else:
            element = self.expr(node.elt)
        self.loops = outer
        if isinstance(node, cst.DictComp):
            return self._selected(node, source) or Unknown(reason="comprehension", span=self.span(node))
        return Repeated(element=element, span=self.span(node), chosen=chosen)

    def _selected(self, node: cst.DictComp, source: Expr | None) -> Expr | None:
        """`{k: v for k, v in d.items() if v is not None}` is `d`; with a condition on the key, any key may be missing."""
        value = _kept_entries(node)
        if value is None or not isinstance(source, Result):
            return None
        invocation = self.invocations[source.invocation]
        assert invocation is not None
        if not isinstance(invocation.callee, Attribute) or invocation.callee.name != "items" or invocation.positional:
            return None
        span, whole = self.span(node), invocation.callee.base
        if not all(_asks_for_value(condition.test, value) for condition in node.for_in.ifs):
            whole = Choice(options=(whole, Table(items=(), span=span)), origin="branch", span=span)
        return Table(items=((None, whole),), span=span)

    def _subscript(self, node: cst.Subscript) -> Expr:
        base = self.expr(node.value)
        if len(node.slice) == 1 and isinstance(node.slice[0].slice, cst.Index):
            return Item(base=base, key=self.expr(node.slice[0].slice.value), span=self.span(node))
        keys = [element.slice.value for element in node.slice if isinstance(element.slice, cst.Index)]
        if len(keys) == len(node.slice):
            values = tuple(self.expr(key) for key in keys)
            return Item(base=base, key=Items(values=values, span=self.span(node)), span=self.span(node))
        for element in node.slice:
            self.visit(element)
        return Unknown(reason="slice", span=self.span(node))

    # --- operators ---

    def _binary(self, node: cst.BinaryOperation) -> Expr:
        left, right = self.expr(node.left), self.expr(node.right)
        operator = _OPERATORS.get(type(node.operator))
        if operator is None:
            return Unknown(reason="operation", span=self.span(node))
        return Binary(left=left, operator=operator, right=right, span=self.span(node))

    def _boolean(self, node: cst.BooleanOperation) -> Expr:
        left, right = self.expr(node.left), self.expr(node.right)
        if isinstance(node.operator, cst.And):
            return right
        return Choice(options=(left, right), origin="or", span=self.span(node))

    def _conditional(self, node: cst.IfExp) -> Expr:
        self.expr(node.test)
        return Choice(options=(self.expr(node.body), self.expr(node.orelse)), origin="branch", span=self.span(node))

    def _await(self, node: cst.Await) -> Expr:
        value = self.expr(node.expression)
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

    def _named(self, node: cst.NamedExpr) -> Expr:
        value = self.expr(node.value)
        self.bind(node.target, value)
        return value

    def _yield(self, node: cst.Yield) -> Expr:
        if isinstance(node.value, cst.From):
            self.expr(node.value.item)
        elif node.value is not None:
            self.returns.append(self.expr(node.value))
        return Unknown(reason="yield", span=self.span(node))

    def _from(self, node: cst.From) -> Expr:
        return self.expr(node.item)

    # --- calls and lambdas ---

    def _call(self, node: cst.Call) -> Expr:
        index = len(self.invocations)
        self.invocations.append(None)
        callee = self.expr(node.func)
        positional: list[Expr] = []
        starred: list[int] = []
        keywords: list[tuple[str | None, Expr]] = []
        keyword_spans: dict[str, Span] = {}
        for argument in node.args:
            value = self.expr(argument.value)
            if argument.keyword is not None:
                keywords.append((argument.keyword.value, value))
                keyword_spans[argument.keyword.value] = self.span(argument.value)
            elif argument.star == "**":
                keywords.append((None, value))
            else:
                if argument.star == "*":
                    starred.append(len(positional))
                positional.append(value)
        span = self.span(node)
        last = self.span(node.args[-1]).end if node.args else span.end - 1
        self.invocations[index] = Invocation(
            callee=callee,
            text=_BLANKS.sub(" ", self.code(node.func)),
            scope=self.scope,
            positional=tuple(positional),
            keywords=Table(items=tuple(keywords), span=span),
            span=span,
            callee_span=self.span(node.func),
            insert_at=last,
            needs_comma=bool(node.args),
            block=self.block,
            loops=self.loops,
            starred=tuple(starred),
            keyword_spans=keyword_spans,
        )
        self.called(self.invocations[index])
        return Result(invocation=index, span=span)

    def called(self, invocation: Invocation | None) -> None:
        """A call was read: `Statements` notes the ones that change a list or dictionary."""

    def _lambda(self, node: cst.Lambda) -> Expr:
        span = self.span(node)
        parameters = self.parameters(node.params)
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

    def parameters(self, node: cst.Parameters) -> tuple[Parameter, ...]:
        """The parameters of a function; defaults are read in the scope around it."""
        found: list[Parameter] = []
        for group, kind in (
            (node.posonly_params, "positional"),
            (node.params, "positional"),
            (node.kwonly_params, "keyword"),
        ):
            for parameter in group:
                default = self.expr(parameter.default) if parameter.default is not None else None
                found.append(self._parameter(parameter, kind, default))
        if isinstance(node.star_arg, cst.Param):
            found.append(self._parameter(node.star_arg, "args", None))
        if node.star_kwarg is not None:
            found.append(self._parameter(node.star_kwarg, "kwargs", None))
        return tuple(found)

    def _parameter(self, node: cst.Param, kind: str, default: Expr | None) -> Parameter:
        annotation = self.code(node.annotation.annotation) if node.annotation else None
        return Parameter(name=node.name.value, kind=kind, default=default, annotation=annotation)

    def bind(
        self,
        target: cst.BaseExpression,
        value: Expr,
        *,
        operation: str = "set",
        annotation: str | None = None,
        at: Span | None = None,
    ) -> None:
        """Note that a target gets a value, seen from the end of the value on, or from `at`."""
        match target:
            case cst.Name() | cst.Attribute():
                name = dotted(target)
                if name is None:
                    self.expr(target)
                    return
                span = self.span(target)
                seen = at or Span(span.start, max(span.end, value.span.end))
                self.note(name, value, seen, operation, annotation=annotation)
            case cst.Tuple() | cst.List():
                parts = value.values if isinstance(value, Items) and _unpacks(value, target.elements) else None
                for i, element in enumerate(target.elements):
                    key = Known(value=i, span=value.span)
                    part = parts[i] if parts is not None else Item(base=value, key=key, span=value.span)
                    self.bind(element.value, part, at=at)
            case cst.Subscript():
                self._bind_item(target, value)

    def _bind_item(self, target: cst.Subscript, value: Expr) -> None:
        name = dotted(target.value)
        item = self.expr(target)
        if name is None or not isinstance(item, Item):
            return
        span = self.span(target)
        self.note(name, value, Span(span.start, max(span.end, value.span.end)), "item", key=constant_text(item.key))

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


def _flatten(node: cst.BaseString) -> list[cst.BaseString]:
    """The pieces of implicitly joined strings, without recursion: 400 pieces would overflow the stack."""
    pieces: list[cst.BaseString] = []
    while isinstance(node, cst.ConcatenatedString):
        pieces.append(node.left)
        node = node.right
    pieces.append(node)
    return pieces


def _unpacks(value: Items, elements: Sequence[object]) -> bool:
    return not value.starred and len(value.values) == len(elements)


def dotted(node: cst.BaseExpression) -> str | None:
    """`a.b.c` as text; None when it is more than names and dots."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if not isinstance(node, cst.Name):
        return None
    return ".".join([node.value, *reversed(parts)])


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


def _kept_entries(node: cst.DictComp) -> cst.BaseExpression | None:
    """`v` of `{k: v for k, v in ...}`, a comprehension that takes keys and values over as they are."""
    target = node.for_in.target
    if node.for_in.inner_for_in is not None or not isinstance(target, cst.Tuple) or len(target.elements) != 2:
        return None
    key, value = (element.value for element in target.elements)
    same = isinstance(key, cst.Name) and key.deep_equals(node.key) and value.deep_equals(node.value)
    return value if same else None


def _asks_for_value(test: cst.BaseExpression, value: cst.BaseExpression) -> bool:
    """`v`, `v is not None`, `v != ""`: whether a value is there, whatever its key."""
    if not isinstance(test, cst.Comparison):
        return test.deep_equals(value)
    operator = test.comparisons[0].operator
    return test.left.deep_equals(value) and isinstance(operator, (cst.IsNot, cst.NotEqual, cst.NotIn))
