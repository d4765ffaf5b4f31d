"""Prompt text put together: literals, f-strings, joins, `.format`, templates and files become literal runs and holes."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from promptlint.facts import (
    Attribute,
    Binary,
    Expr,
    Invocation,
    Item,
    Items,
    Known,
    Literal,
    Name,
    Repeated,
    Result,
    Table,
    Text,
)
from promptlint.link.resolve.allowance import Allowance
from promptlint.link.resolve.changed import sources
from promptlint.link.resolve.entries import other_entries
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.strings import slotted, word_count, words
from promptlint.link.resolve.values import (
    Context,
    Data,
    Default,
    FunctionValue,
    Made,
    ParameterValue,
    Several,
    Value,
    each,
)
from promptlint.link.resolve.varying import passed as is_passed
from promptlint.link.texts.composed import Composed, Origin, hole, reshaped
from promptlint.link.texts.grown import Grown
from promptlint.link.texts.methods import FILLS, fill, join
from promptlint.link.texts.named import replaces_blanks
from promptlint.link.texts.templates import Template, Templates
from promptlint.parse.reads import tells

_SAME_TEXT = frozenset(("strip", "lstrip", "rstrip", "removeprefix", "removesuffix", "expandtabs", "encode", "decode"))
_SAME_FUNCTIONS = frozenset(("textwrap.dedent", "inspect.cleandoc", "builtins.str", "textwrap.indent", "typing.cast"))
_RESHAPE = frozenset(("textwrap.dedent", "inspect.cleandoc", "textwrap.indent"))
_FEWEST_DECLARED = 5
_TELLS = 2
_TELLS_SURELY = 3
_MOST_FOLLOWED = 20_000  # names, calls and additions in one text
_MOST_IN_ALL = 50_000  # in those of a project: one text may be sent again and again, each time longer
_WRITTEN = frozenset((Text, Binary, Known))


class Composer:
    """Composes the text of expressions. A text that doubles again and again is followed for so many names only."""

    def __init__(self, names: Names, templates: Templates) -> None:
        self.names = names
        self.templates = templates
        self._allowed = Allowance(_MOST_FOLLOWED, _MOST_IN_ALL)
        self._grown = Grown(names)

    def compose(self, expr: Expr, context: Context, depth: int = 0) -> Composed:
        """The text of an expression as far as it is known."""
        found = Composed()
        if depth == 0:
            self._allowed.begin()
        if depth > 12 or (type(expr) not in _WRITTEN and not self._allowed.take()):
            found.segments.append(hole(expr, context))
            return found
        match expr:
            case Text():
                self._text(expr, context, found, depth)
            case Binary(operator="+"):
                self._sum(expr, context, found, depth)
            case Binary(operator="%"):
                self._percent(expr, context, found, depth)
            case Result(invocation=index):
                self._result(context.module.facts.invocations[index], expr, context, found, depth)
            case Name() | Attribute() | Item():
                self._followed(expr, context, found, depth)
            case Known(value=None):
                pass
            case _:
                values = each(self.names.resolve(expr, context))
                self.values(values, expr, context, found, depth)
        return found

    def _text(self, expr: Text, context: Context, found: Composed, depth: int) -> None:
        if any(isinstance(s, Literal) and s.text.strip() for s in expr.segments):
            found.origins.append(Origin(context.module.path, expr, expr.form, ""))
        first = True
        for segment in expr.segments:
            if isinstance(segment, Literal):
                found.segments.append(segment)
                continue
            told = first and segment.value is not None and is_passed(self.names, segment.value, context)
            placed = msgspec.structs.replace(segment, path=context.module.path, passed=told)
            first = False
            if segment.value is None:
                found.segments.append(placed)
                continue
            inner = self.compose(segment.value, context, depth + 1)
            known = any(isinstance(s, Literal) and s.text for s in inner.segments)
            inner.origins = [replace(o, part=True) for o in inner.origins]
            found.extend(inner, hide=not known)
            if not known:
                found.segments.append(placed)

    def _sum(self, expr: Binary, context: Context, found: Composed, depth: int) -> None:
        sides: list[Expr] = []
        node: Expr = expr
        while isinstance(node, Binary) and node.operator == "+":
            sides.append(node.right)
            node = node.left
        sides.append(node)
        whole = Composed()
        for side in reversed(sides):
            whole.extend(self.compose(side, context, depth + 1))
        if any(isinstance(side, Text) and any(isinstance(s, Literal) for s in side.segments) for side in sides):
            # The sum is one prompt; what it takes from elsewhere is written there. What a call in it is given, as in
            # `dedent("...") + note`, is a prompt of its own, and the rest are parts.
            own = Origin(context.module.path, expr, "concat", "")
            span = expr.span
            direct = [side.left if isinstance(side, Binary) and side.operator == "%" else side for side in sides]
            inside = [o for o in whole.origins if o.path == own.path and span.start <= o.expr.span.start < span.end]
            given = [o for o in inside if not o.part and not any(o.expr is side for side in direct)]
            kept = given or inside
            rest = [o for o in whole.origins if not any(o is one for one in kept)]
            whole.origins = [*(given or [own]), *(replace(o, part=True) for o in rest)]
        found.extend(whole)

    def _percent(self, expr: Binary, context: Context, found: Composed, depth: int) -> None:
        left = self.compose(expr.left, context, depth + 1)
        found.origins.extend(replace(o, form="percent", syntax="percent") for o in left.origins)
        for segment in left.segments:
            found.segments.extend(
                self.templates.split(segment, "percent") if isinstance(segment, Literal) else (segment,)
            )
        for value in expr.right.values if isinstance(expr.right, Items) else (expr.right,):
            found.extend(self.compose(value, context, depth + 1), hide=True)

    def _followed(self, expr: Expr, context: Context, found: Composed, depth: int) -> None:
        if not self._built(expr, context, found, depth):
            value = self.names.resolve(expr, context)
            self.values(_options(value), expr, context, found, depth, data=_is_element(value))
            for other, where in other_entries(self.names, expr, context) if isinstance(expr, Item) else ():
                found.extend(self.compose(other, where, depth + 1), hide=True)
        changes = self.names.changes(expr, context)
        if changes is None:
            return
        for binding, sure in changes.changes:
            if binding.operation == "add" and not self._allowed.take():
                found.segments.append(hole(expr, context))
                return
            if binding.operation == "add":
                inner = self.compose(binding.value, context, depth + 1)
                found.extend(inner, hide=not sure)
                if not sure:
                    found.segments.append(hole(binding.value, context))

    def values(
        self,
        values: tuple[Value, ...],
        expr: Expr,
        context: Context,
        found: Composed,
        depth: int,
        *,
        data: bool = False,
    ) -> None:
        """One of several values: a place that is filled. `data`: they are gone through, one request each."""
        if len(values) == 1:
            self._value(values[0], expr, context, found, depth)
            return
        for value in values:
            inner = Composed()
            self._value(value, expr, context, inner, depth)
            if data:
                inner.origins = [o for o in inner.origins if tells(" ".join(words(o.expr))) >= _TELLS_SURELY]
            found.extend(inner, hide=True)
        found.segments.append(hole(expr, context))

    def _value(self, value: Value, expr: Expr, context: Context, found: Composed, depth: int) -> None:
        match value:
            case Default(value=inner):
                self._value(inner, expr, context, found, depth)
            case Data(expr=Text() | Binary() | Known() | Result() as inner, context=where) if inner is not expr:
                found.extend(self.compose(inner, where, depth + 1))
            case Data(expr=Items() | Table() | Repeated() as inner, context=where):
                self._nested(inner, where, found, depth)
                found.segments.append(hole(expr, context))
            case ParameterValue():
                found.parameters.append(value)
                self._declared(value, found, depth)
                found.segments.append(hole(expr, context))
            case Made():
                self._made(value, expr, context, found, depth)
            case Several(values=values):
                self.values(values, expr, context, found, depth, data=_is_element(value))
            case FunctionValue(function=function):
                self._computed(value, found, depth)
                if len(function.returns) != 1:
                    found.segments.append(hole(expr, context))
            case _:
                found.segments.append(hole(expr, context))

    def _computed(self, value: FunctionValue, found: Composed, depth: int) -> None:
        """What a function returns that is passed in the place of text, to be called for it: `Agent(instructions=greeting)`."""
        inside = self.names.results.inside(value, None, Context(value.module))
        for returned in value.function.returns:
            found.extend(self.compose(returned, inside, depth + 1), hide=len(value.function.returns) > 1)

    def _declared(self, value: ParameterValue, found: Composed, depth: int) -> None:
        """An instruction, or a form to fill in, that a parameter has by default: callers may pass another, so it is no part of
        the run.
        """
        declared = [p.default for p in value.function.parameters if p.name == value.name and not value.chain]
        for default in (self.names.resolve(d, Context(value.module)) for d in declared if d is not None):
            if isinstance(default, Data) and isinstance(default.expr, (Text, Binary)):
                inner = self.compose(default.expr, default.context, depth + 1)
                found.origins.extend(o for o in inner.origins if slotted(o.expr))
                inner.origins = [o for o in inner.origins if _instructs(o.expr) and not slotted(o.expr)]
                inner.parameters.clear()
                found.extend(inner, hide=True)

    def _nested(self, expr: Items | Table | Repeated, context: Context, found: Composed, depth: int) -> None:
        """Text inside a list or dictionary that is put into a string: not part of the run, but written here."""
        children: list[Expr] = []
        if isinstance(expr, Items):
            children.extend(expr.values)
        elif isinstance(expr, Repeated):
            children.append(expr.element)
        for child in children:
            if isinstance(child, (Text, Binary)):
                found.extend(self.compose(child, context, depth + 1), hide=True)

    def _made(self, value: Made, expr: Expr, context: Context, found: Composed, depth: int) -> None:
        """The result of a foreign function: a template class, a file that is read, `json.dumps`."""
        stored = self.templates.stored.read(value)
        if stored is not None:
            found.files.append(stored)
            found.segments.extend(self.templates.stored.segments(stored) or (hole(expr, context),))
            return
        if value.path in ("json.dumps", "simplejson.dumps", "orjson.dumps", "ujson.dumps") and not value.chain:
            found.dumps.append((value.context, value.invocation))
        if value.path in _SAME_FUNCTIONS and not value.chain and value.invocation.positional:
            argument = value.invocation.positional[-1 if value.path == "typing.cast" else 0]
            inner = self.compose(argument, value.context, depth + 1)
            found.extend(reshaped(inner) if value.path in _RESHAPE else inner)
            return
        template = self.templates.built(value)
        if template is not None:
            self.template(template, found, depth)
            return
        found.segments.append(hole(expr, context))

    def template(self, template: Template, found: Composed, depth: int) -> None:
        if template.file is not None:
            found.files.append(template.file)
            found.segments.extend(self.templates.stored.segments(template.file))
            return
        if template.text is None:
            return
        inner = self.compose(template.text, template.context, depth + 1)
        found.origins.extend(
            replace(o, form=template.form or o.form, syntax=template.syntax or o.syntax) for o in inner.origins
        )
        found.files.extend(inner.files)
        for segment in inner.segments:
            if isinstance(segment, Literal):
                found.segments.extend(self.templates.split(segment, template.syntax))
            else:
                found.segments.append(segment)

    def _result(self, invocation: Invocation, expr: Expr, context: Context, found: Composed, depth: int) -> None:
        callee = invocation.callee
        if isinstance(callee, Attribute):
            if callee.name in _SAME_TEXT or callee.name == "replace":
                inner = self.compose(callee.base, context, depth + 1)
                found.extend(reshaped(inner) if replaces_blanks(invocation) else inner)
                if callee.name == "replace":
                    for argument in invocation.positional[1:2]:
                        found.extend(self.compose(argument, context, depth + 1), hide=True)
                return
            if callee.name == "join" and len(invocation.positional) == 1:
                join(self, callee.base, invocation.positional[0], context, found, depth)
                return
            if callee.name in FILLS and fill(self, callee, invocation, expr, context, found, depth):
                return
        if self._built(expr, context, found, depth):
            return
        values = self.names.resolve(expr, context)
        self.values(values.values if isinstance(values, Several) else (values,), expr, context, found, depth)

    def _built(self, expr: Expr, context: Context, found: Composed, depth: int) -> bool:
        """What is put together over several statements elsewhere is followed step by step, else it loses what is added."""
        if not self._grown.at(expr, context):
            return False
        steps = sources(self.names, expr, context)
        for value, inner in steps:
            found.extend(self.compose(value, inner, depth + 1), hide=len(steps) > 1)
        if len(steps) > 1:
            found.segments.append(hole(expr, context))
        return True


def _options(value: Value) -> tuple[Value, ...]:
    return value.values if isinstance(value, Several) else (value,)


def _is_element(value: Value) -> bool:
    return isinstance(value, Several) and value.origin == "element"


def _instructs(expr: Text | Binary) -> bool:
    return word_count(expr) >= _FEWEST_DECLARED and tells(" ".join(words(expr))) >= _TELLS
