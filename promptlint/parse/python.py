"""Python source → `FileFacts`."""

from __future__ import annotations

import re

import libcst as cst
from libcst import ParserSyntaxError

from promptlint.facts import (
    Attribute,
    Binary,
    Binding,
    Block,
    Choice,
    Class,
    Expr,
    FileFacts,
    Function,
    Import,
    Invocation,
    Item,
    Known,
    Loop,
    Name,
    Result,
    Span,
    Text,
    Unknown,
)
from promptlint.parse.endless import is_endless, until_success
from promptlint.parse.expressions import Expressions, constant_text, dotted
from promptlint.parse.ignores import find_ignores

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)")
_CREATES = ("create", "acreate")
_MUTATIONS = {"append", "extend", "insert", "update", "setdefault", "pop", "clear", "remove"}


def parse_python(source: str) -> FileFacts:
    """The facts of one module. A syntax error becomes `problem`, with its place; nothing is raised."""
    try:
        module = cst.parse_module(source)
    except ParserSyntaxError as error:
        problem, offset = _syntax_error(source, error)
        return FileFacts(kind="python", problem=problem, problem_at=offset)
    except RecursionError:
        return FileFacts(kind="python", problem="nested too deeply to parse")
    return Statements(source, module).facts(module)


def _syntax_error(source: str, error: ParserSyntaxError) -> tuple[str, int]:
    """What to say of it, and its offset. The place is read from the message: `raw_line` counts blank lines twice."""
    found = _PLACE.search(error.message)
    if found is None:
        return f"not valid Python: {error.message.splitlines()[0]}", 0
    line, column, what = int(found.group(1)), int(found.group(2)), found.group(3)
    lines = source.splitlines(keepends=True)
    offset = sum(map(len, lines[: line - 1])) + max(0, column - 2)
    # What else could stand there is a list of tokens: it helps only when it is short.
    expected = what.removeprefix("expected ").removeprefix("one of ")
    hint = f": expected {expected}" if what.startswith("expected ") and len(expected) < 40 else ""
    return f"not valid Python{hint}", min(len(source), offset)


class Statements(Expressions):
    """Walks the statements of a module, with scopes, branches and loops."""

    def __init__(self, source: str, module: cst.Module) -> None:
        super().__init__(source, module)
        self.imports: list[Import] = []
        self.classes: list[Class] = []
        self.owner: str | None = None
        self.receiver: str | None = None
        self.globals: set[str] = set()
        self.group = 0
        self.entry_point = False
        self.lends = False
        self.lacking: Name | None = None

    def facts(self, module: cst.Module) -> FileFacts:
        """Read the whole module."""
        self.body(module.body)
        return FileFacts(
            kind="python",
            imports=tuple(self.imports),
            bindings=tuple(self.bindings),
            blocks=tuple(self.blocks),
            functions=tuple(self.functions),
            classes=tuple(self.classes),
            invocations=tuple(i for i in self.invocations if i is not None),
            texts=tuple(self.messages[start] for start in sorted(self.messages)),
            ignores=find_ignores(self.source, self.strings),
            entry_point=self.entry_point,
        )

    # --- blocks ---

    def body(self, statements: cst.BaseSuite | tuple[cst.CSTNode, ...] | list[cst.CSTNode] | object) -> None:
        """Read statements in order. What follows an unconditional `return`, `raise` or `break` ends a loop's turn."""
        lines = statements.body if isinstance(statements, cst.BaseSuite) else statements
        assert isinstance(lines, (list, tuple))
        outer = self.loops
        leaves = max((i for i, line in enumerate(lines) if _leaves(line)), default=-1)
        for i, line in enumerate(lines):
            self.loops = _once(outer) if i <= leaves else outer
            self.statement(line)
        self.loops = outer

    def branch(self, statements: cst.BaseSuite, group: int) -> None:
        """Read one arm of a statement that chooses."""
        outer = self.block
        self.blocks.append(Block(parent=outer, group=group))
        self.block = len(self.blocks) - 1
        self.body(statements)
        self.block = outer

    def new_group(self) -> int:
        """A number for arms that exclude each other."""
        self.group += 1
        return self.group

    def statement(self, node: cst.CSTNode) -> None:
        """Read one statement."""
        match node:
            case cst.SimpleStatementLine() | cst.SimpleStatementSuite():
                for small in node.body:
                    self.small(small)
            case cst.FunctionDef():
                self.function(node)
            case cst.ClassDef():
                self.class_(node)
            case cst.If():
                self.if_(node, self.new_group())
            case cst.For():
                self.for_(node)
            case cst.While():
                self.while_(node)
            case cst.Try() | cst.TryStar():
                self.try_(node)
            case cst.With():
                self.with_(node)
            case cst.Match():
                self.match(node)
            case _:
                self.visit(node)

    def if_(self, node: cst.If, group: int) -> None:
        """`if`, `elif` and `else` are arms of one group."""
        if _is_main(node.test):
            self.entry_point = True
        self.expr(node.test)
        outer, self.lacking = self.lacking, self.tested(node.test)
        self.branch(node.body, group)
        self.lacking = outer
        if isinstance(node.orelse, cst.If):
            self.if_(node.orelse, group)
        elif node.orelse is not None:
            self.branch(node.orelse.body, group)

    def for_(self, node: cst.For) -> None:
        """The iterable is read once, outside the loop."""
        iterable = self.expr(node.iter)
        outer = self.loops
        kind = "retry" if self._retries(iterable) else "for"
        self.loops = (*outer, Loop(kind=kind, span=self.span(node), iterable=iterable))
        self.bind(node.target, Item(base=iterable, key=Unknown(reason="loop", span=iterable.span), span=iterable.span))
        self.branch(node.body, 0)
        self.loops = outer
        if node.orelse is not None:
            self.branch(node.orelse.body, 0)

    def _retries(self, iterable: Expr) -> bool:
        """Whether a loop is over the attempts of tenacity: `for attempt in Retrying(...)`."""
        made = self.invocations[iterable.invocation] if isinstance(iterable, Result) else None
        return made is not None and _last(made.callee) in ("Retrying", "AsyncRetrying")

    def while_(self, node: cst.While) -> None:
        """The condition is read on every turn."""
        outer = self.loops
        self.loops = (
            *outer,
            Loop(kind="while", span=self.span(node), endless=is_endless(node), until_success=until_success(node)),
        )
        self.expr(node.test)
        self.branch(node.body, 0)
        self.loops = outer
        if node.orelse is not None:
            self.branch(node.orelse.body, 0)

    def try_(self, node: cst.Try | cst.TryStar) -> None:
        """A handler that goes on makes the loop around it a retry."""
        outer = self.loops
        done = _leaves_in(node.body) or (node.orelse is not None and _leaves_in(node.orelse.body))
        goes_on = any(not _leaves_in(h.body) for h in node.handlers)
        # `try: answer = ask()`, `except: continue`, then `return answer`: the loop ends with the first success.
        again = not done and bool(outer) and not outer[-1].repeats and any(_continues(h.body) for h in node.handlers)
        if outer and ((done and goes_on) or again):
            last = outer[-1]
            retry = Loop(kind="retry", span=last.span, iterable=last.iterable, until_success=last.until_success)
            self.loops = (*outer[:-1], retry)
            kept = self.loops
            self.block_without_end(node.body, kept)
        else:
            self.branch(node.body, 0)
        self.loops = outer
        group = self.new_group()
        for handler in node.handlers:
            if handler.type is not None:
                self.expr(handler.type)
            self.branch(handler.body, group)
        for part in (node.orelse, node.finalbody):
            if part is not None:
                self.branch(part.body, 0)

    def block_without_end(self, body: cst.BaseSuite, loops: tuple[Loop, ...]) -> None:
        """The body of a retried `try`: leaving on success does not end the loop on failure."""
        outer = self.block
        self.blocks.append(Block(parent=outer, group=0))
        self.block = len(self.blocks) - 1
        for line in body.body:
            self.loops = loops
            self.statement(line)
        self.block = outer

    def with_(self, node: cst.With) -> None:
        """`with f() as x` binds what `f` returns: close enough for clients and streams, which return themselves."""
        for item in node.items:
            value = self.expr(item.item)
            if isinstance(value, Result):
                self.mark(value, with_item=True)
            if item.asname is not None:
                assert isinstance(item.asname.name, cst.BaseExpression)
                self.bind(item.asname.name, value)
        self.body(node.body)

    def match(self, node: cst.Match) -> None:
        """The cases are arms of one group."""
        self.expr(node.subject)
        group = self.new_group()
        for case in node.cases:
            if case.guard is not None:
                self.expr(case.guard)
            self.branch(case.body, group)

    # --- simple statements ---

    def small(self, node: cst.CSTNode) -> None:
        """A statement of one line."""
        match node:
            case cst.Expr(value=cst.Yield(value=cst.BaseExpression() as given)):
                value = self.expr(given)
                if self.lends:
                    self.returns.append(value)
            case cst.Expr():
                value = self.expr(node.value)
                if isinstance(value, Result):
                    self.dropped(value)
            case cst.Assign():
                value = self.expr(node.value)
                for target in node.targets:
                    self.bind(target.target, self.fallback(target.target, value))
            case cst.AnnAssign():
                annotation = self.code(node.annotation.annotation)
                unset = Unknown(reason="declared only", span=self.span(node.target))
                declared = self.expr(node.value) if node.value is not None else unset
                operation = "declare" if node.value is None else "set"
                self.bind(node.target, declared, operation=operation, annotation=annotation)
            case cst.AugAssign(target=cst.Subscript() as target):
                self.grown(node, target)
            case cst.AugAssign():
                value = self.expr(node.value)
                operations = {cst.AddAssign: "add", cst.BitOrAssign: "update"}
                self.bind(node.target, value, operation=operations.get(type(node.operator), "other"))
            case cst.Del(target=cst.Subscript() as target):
                self.deleted(target)
            case cst.Return():
                if node.value is not None:
                    self.returns.append(self.expr(node.value))
            case cst.Import() | cst.ImportFrom():
                self.import_(node)
            case cst.Global() | cst.Nonlocal():
                self.globals.update(name.name.value for name in node.names)
            case _:
                self.visit(node)

    def dropped(self, value: Result) -> None:
        """Note that what a call creates is not kept."""
        made = self.invocations[value.invocation]
        if made is not None and (_last(made.callee) or "").startswith(_CREATES):
            self.mark(value, dropped=True)

    def tested(self, test: cst.BaseExpression) -> Name | None:
        """`x` of `not x` and of `x is None`."""
        name: cst.BaseExpression | None = None
        match test:
            case cst.UnaryOperation(operator=cst.Not()):
                name = test.expression
            case cst.Comparison(
                comparisons=[cst.ComparisonTarget(operator=cst.Is(), comparator=cst.Name(value="None"))]
            ):
                name = test.left
        value = self.expr(name) if isinstance(name, cst.Name) else None
        return value if isinstance(value, Name) else None

    def fallback(self, target: cst.BaseAssignTargetExpression, value: Expr) -> Expr:
        """`if not x: x = "text"` is `x = x or "text"`."""
        tested = self.lacking
        if tested is None or not isinstance(target, cst.Name) or target.value != tested.name:
            return value
        if not isinstance(value, (Text, Known)):
            return value
        return Choice(options=(tested, value), origin="or", span=value.span)

    def grown(self, node: cst.AugAssign, target: cst.Subscript) -> None:
        """`x[key] += more` replaces the entry by a longer one."""
        more, item, name = self.expr(node.value), self.expr(target), dotted(target.value)
        if name is None or not isinstance(item, Item):
            return
        value: Expr = Unknown(reason="computed", span=self.span(node))
        if isinstance(node.operator, cst.AddAssign):
            value = Binary(left=item, operator="+", right=more, span=self.span(node))
        self.note(name, value, self.span(node), "item", key=constant_text(item.key))

    def deleted(self, target: cst.Subscript) -> None:
        """`del x[key]` is a `pop`."""
        item, name = self.expr(target), dotted(target.value)
        if name is not None and isinstance(item, Item):
            self.note(name, Unknown(reason="deleted", span=item.span), item.span, "pop", key=constant_text(item.key))

    def import_(self, node: cst.Import | cst.ImportFrom) -> None:
        """`import a.b` binds `a`; `from . import x` keeps its dots."""
        if isinstance(node, cst.Import):
            for alias in node.names:
                path = dotted(alias.name) or ""
                local = alias.evaluated_alias
                target = path if local else path.partition(".")[0]
                self.imports.append(Import(scope=self.scope, local=local or target, target=target))
                if not local and "." in path:
                    self.imports.append(Import(scope=self.scope, local=path, target=path))
            return
        base = "." * len(node.relative) + (dotted(node.module) or "" if node.module is not None else "")
        if isinstance(node.names, cst.ImportStar):
            self.imports.append(Import(scope=self.scope, local="*", target=base))
            return
        for alias in node.names:
            name = dotted(alias.name) or ""
            joined = base + name if base.endswith(".") or not base else f"{base}.{name}"
            self.imports.append(Import(scope=self.scope, local=alias.evaluated_alias or name, target=joined))

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
        """Add a binding. The first parameter of a method is called `self` whatever its name."""
        scope = self.scope
        head, _, rest = name.partition(".")
        if rest and head == self.receiver:
            name = f"self.{rest}"
        block = self.block
        if head in self.globals and not (rest and head == self.receiver):
            # Whether and when the function runs is not known: for the module it is a branch of its own.
            scope = ""
            self.blocks.append(Block(parent=0, group=0))
            block = len(self.blocks) - 1
        self.bindings.append(
            Binding(scope=scope, name=name, value=value, span=span, block=block, operation=operation, key=key,
                    annotation=annotation)
        )  # fmt: skip

    def called(self, invocation: Invocation | None) -> None:
        """`x.append(y)`, `x.update(...)` and their like change `x`."""
        assert invocation is not None
        callee = invocation.callee
        if not isinstance(callee, Attribute) or callee.name not in _MUTATIONS:
            return
        name = _path(callee.base)
        if name is None:
            return
        first = invocation.positional[0] if invocation.positional else None
        empty = Unknown(reason="nothing", span=invocation.span)
        match callee.name:
            case "insert" if len(invocation.positional) == 2:
                at = invocation.positional[0]
                key = str(at.value) if isinstance(at, Known) else None
                self.note(name, invocation.positional[1], invocation.span, "insert", key=key)
            case "append" | "extend":
                self.note(name, first or empty, invocation.span, callee.name)
            case "update":
                self.note(name, first or invocation.keywords, invocation.span, "update")
                if first is not None and invocation.keywords.items:
                    self.note(name, invocation.keywords, invocation.span, "update")
            case "setdefault" | "pop":
                key = constant_text(first) if first is not None else None
                value = invocation.positional[1] if len(invocation.positional) > 1 else empty
                self.note(name, value, invocation.span, callee.name, key=key)
            case _:
                self.note(name, empty, invocation.span, "other")

    # --- definitions ---

    def function(self, node: cst.FunctionDef) -> None:
        """Read a function in a scope of its own; its decorators and defaults belong to the scope around it."""
        decorators = tuple(self.expr(d.decorator) for d in node.decorators)
        parameters = self.parameters(node.params)
        name = node.name.value
        qualname = f"{self.scope}.{name}" if self.scope else name
        static = any(_last(d) in ("staticmethod",) for d in decorators)
        outer = (self.scope, self.loops, self.returns, self.owner, self.receiver, self.globals, self.lends)
        self.lends = any(_last(d) in ("contextmanager", "asynccontextmanager", "fixture") for d in decorators)
        owner = self.owner if self.owner == self.scope and self.owner is not None else None
        self.scope, self.loops, self.returns, self.globals = qualname, (), [], set()
        if owner is not None:
            self.receiver = parameters[0].name if parameters and not static else None
        self.owner = None
        self.body(node.body)
        returns = tuple(self.returns)
        self.scope, self.loops, self.returns, self.owner, self.receiver, self.globals, self.lends = outer
        self.functions.append(
            Function(
                qualname=qualname,
                parameters=parameters,
                decorators=decorators,
                returns=returns,
                is_async=node.asynchronous is not None,
                span=self.span(node),
                owner=owner,
                annotation=self.code(node.returns.annotation) if node.returns else None,
                docstring=self.docstring(node.body),
            )
        )

    def class_(self, node: cst.ClassDef) -> None:
        """Read a class; its fields are bindings in its scope."""
        decorators = tuple(self.expr(d.decorator) for d in node.decorators)
        bases = tuple(self.expr(base.value) for base in node.bases)
        for keyword in node.keywords:
            self.expr(keyword.value)
        name = node.name.value
        qualname = f"{self.scope}.{name}" if self.scope else name
        outer = (self.scope, self.loops, self.owner, self.receiver)
        self.scope, self.loops, self.owner, self.receiver = qualname, (), qualname, None
        self.body(node.body)
        self.scope, self.loops, self.owner, self.receiver = outer
        self.classes.append(
            Class(
                qualname=qualname,
                bases=bases,
                decorators=decorators,
                span=self.span(node),
                docstring=self.docstring(node.body),
            )
        )

    def docstring(self, body: cst.BaseSuite) -> Text | None:
        """The string a body begins with."""
        first = body.body[0] if body.body else None
        if isinstance(first, cst.SimpleStatementLine):
            first = first.body[0]
        if isinstance(first, cst.Expr) and isinstance(first.value, (cst.SimpleString, cst.ConcatenatedString)):
            value = self._string(first.value)
            return value if isinstance(value, Text) else None
        return None


def _once(loops: tuple[Loop, ...]) -> tuple[Loop, ...]:
    """The same loops, the innermost never coming round again."""
    if not loops or not loops[-1].repeats or loops[-1].kind == "retry":
        return loops
    last = loops[-1]
    return (
        *loops[:-1],
        Loop(kind=last.kind, span=last.span, iterable=last.iterable, repeats=False, until_success=last.until_success),
    )


def _leaves(line: object) -> bool:
    """Whether a line certainly leaves the loop around it."""
    if not isinstance(line, (cst.SimpleStatementLine, cst.SimpleStatementSuite)):
        return False
    return any(isinstance(small, (cst.Return, cst.Raise, cst.Break)) for small in line.body)


def _leaves_in(body: cst.BaseSuite) -> bool:
    if isinstance(body, cst.SimpleStatementSuite):
        return _leaves(body)
    return any(_leaves(line) for line in body.body)


def _continues(body: cst.BaseSuite) -> bool:
    """Whether a handler ends in `continue`."""
    last = body.body[-1] if body.body else None
    return isinstance(last, cst.SimpleStatementLine) and any(isinstance(small, cst.Continue) for small in last.body)


def _is_main(test: cst.BaseExpression) -> bool:
    return isinstance(test, cst.Comparison) and isinstance(test.left, cst.Name) and test.left.value == "__name__"


def _path(value: Expr) -> str | None:
    """`a.b` of a name and attributes."""
    parts: list[str] = []
    while isinstance(value, Attribute):
        parts.append(value.name)
        value = value.base
    if not isinstance(value, Name):
        return None
    return ".".join([value.name, *reversed(parts)])


def _last(value: Expr) -> str | None:
    """The last name of `a.b.c`."""
    return value.name if isinstance(value, (Name, Attribute)) else None
