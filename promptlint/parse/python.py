"""Python source → `FileFacts`."""

from __future__ import annotations

import ast

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
    Items,
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
from promptlint.parse.positions import Positions
from promptlint.parse.tree import SourceError, read

_CREATES = ("create", "acreate")
# What an object that was created says of itself, by which nobody finds it again.
_TOLD = ("status", "processing_status", "object", "created_at", "endpoint", "request_counts", "completion_window")
_MUTATIONS = {"append", "extend", "insert", "update", "setdefault", "pop", "clear", "remove"}


def parse_python(source: str) -> FileFacts:
    """The facts of one module. A syntax error becomes `problem`, with its place; nothing is raised."""
    try:
        tree = read(source)
    except SourceError as error:
        return FileFacts(kind="python", problem=error.message, problem_at=error.offset)
    return Statements(source, Positions(tree.text)).facts(tree.body)


_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Statements(Expressions):
    """Walks the statements of a module, with scopes, branches and loops."""

    def __init__(self, source: str, positions: Positions) -> None:
        super().__init__(source, positions)
        self.imports: list[Import] = []
        self.classes: list[Class] = []
        self.owner: str | None = None
        self.receiver: str | None = None
        self.globals: set[str] = set()
        self.group = 0
        self.entry_point = False
        self.lends = False
        self.lacking: Name | None = None
        self.around: _Function | None = None

    def facts(self, body: list[ast.stmt]) -> FileFacts:
        """Read the whole module."""
        self.body(body)
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

    def body(self, lines: list[ast.stmt]) -> None:
        """Read statements in order. What follows an unconditional `return`, `raise` or `break` ends a loop's turn."""
        outer = self.loops
        leaves = max((i for i, line in enumerate(lines) if _leaves(line)), default=-1)
        for i, line in enumerate(lines):
            self.loops = _once(outer) if i <= leaves else outer
            self.statement(line)
        self.loops = outer

    def branch(self, lines: list[ast.stmt], group: int) -> None:
        """Read one arm of a statement that chooses."""
        outer = self.block
        self.blocks.append(Block(parent=outer, group=group, leaves=group > 0 and _ends(lines)))
        self.block = len(self.blocks) - 1
        self.body(lines)
        self.block = outer

    def new_group(self) -> int:
        """A number for arms that exclude each other."""
        self.group += 1
        return self.group

    def statement(self, node: ast.stmt) -> None:
        """Read one statement."""
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.function(node)
            case ast.ClassDef():
                self.class_(node)
            case ast.If():
                self.if_(node, self.new_group())
            case ast.For() | ast.AsyncFor():
                self.for_(node)
            case ast.While():
                self.while_(node)
            case ast.Try() | ast.TryStar():
                self.try_(node)
            case ast.With() | ast.AsyncWith():
                self.with_(node)
            case ast.Match():
                self.match(node)
            case _:
                self.small(node)

    def if_(self, node: ast.If, group: int) -> None:
        """`if`, `elif` and `else` are arms of one group."""
        if _is_main(node.test):
            self.entry_point = True
        self.expr(node.test)
        outer, self.lacking = self.lacking, self.tested(node.test)
        self.branch(node.body, group)
        self.lacking = outer
        match node.orelse:
            case [ast.If() as more] if self.source.startswith("elif", self.span(more).start):
                self.if_(more, group)
            case [_, *_]:
                self.branch(node.orelse, group)

    def for_(self, node: ast.For | ast.AsyncFor) -> None:
        """The iterable is read once, outside the loop."""
        iterable = self.expr(node.iter)
        outer = self.loops
        kind = "retry" if self._retries(iterable) else "for"
        self.loops = (*outer, Loop(kind=kind, span=self.span(node), iterable=iterable, fallback=self.failed))
        self.bind(node.target, Item(base=iterable, key=Unknown(reason="loop", span=iterable.span), span=iterable.span))
        self.branch(node.body, 0)
        self.loops = outer
        if node.orelse:
            self.branch(node.orelse, 0)

    def _retries(self, iterable: Expr) -> bool:
        """Whether a loop is over the attempts of tenacity: `for attempt in Retrying(...)`."""
        made = self.invocations[iterable.invocation] if isinstance(iterable, Result) else None
        return made is not None and _last(made.callee) in ("Retrying", "AsyncRetrying")

    def while_(self, node: ast.While) -> None:
        """The condition is read on every turn."""
        outer = self.loops
        self.loops = (
            *outer,
            Loop(kind="while", span=self.span(node), endless=is_endless(node), until_success=until_success(node)),
        )
        self.expr(node.test)
        self.branch(node.body, 0)
        self.loops = outer
        if node.orelse:
            self.branch(node.orelse, 0)

    def try_(self, node: ast.Try | ast.TryStar) -> None:
        """A handler that goes on makes the loop around it a retry."""
        outer = self.loops
        done = _leaves_in(node.body) or _leaves_in(node.orelse)
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
        group, failed = self.new_group(), self.failed
        for handler in node.handlers:
            if handler.type is not None:
                self.expr(handler.type)
            self.failed = True
            self.branch(handler.body, group)
            self.failed = failed
        for part in (node.orelse, node.finalbody):
            if part:
                self.branch(part, 0)

    def block_without_end(self, body: list[ast.stmt], loops: tuple[Loop, ...]) -> None:
        """The body of a retried `try`: leaving on success does not end the loop on failure."""
        outer = self.block
        self.blocks.append(Block(parent=outer, group=0))
        self.block = len(self.blocks) - 1
        for line in body:
            self.loops = loops
            self.statement(line)
        self.block = outer

    def with_(self, node: ast.With | ast.AsyncWith) -> None:
        """`with f() as x` binds what `f` returns: close enough for clients and streams, which return themselves."""
        for item in node.items:
            value = self.expr(item.context_expr)
            if isinstance(value, Result):
                self.mark(value, with_item=True)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, value)
        self.body(node.body)

    def match(self, node: ast.Match) -> None:
        """The cases are arms of one group."""
        self.expr(node.subject)
        group = self.new_group()
        for case in node.cases:
            if case.guard is not None:
                self.expr(case.guard)
            self.branch(case.body, group)

    # --- simple statements ---

    def small(self, node: ast.stmt) -> None:
        """A statement that holds no others."""
        match node:
            case ast.Expr(value=ast.Yield(value=ast.expr() as given)):
                value = self.expr(given)
                if self.lends:
                    self.returns.append((value, self.block))
            case ast.Expr():
                value = self.expr(node.value)
                if isinstance(value, Result):
                    self.dropped(value)
            case ast.Assign():
                value = self.expr(node.value)
                if isinstance(value, Result) and self.is_batch(value) and self.unread(node.targets):
                    self.dropped(value)
                for target in node.targets:
                    self.bind(target, self.fallback(target, value))
            case ast.AnnAssign():
                annotation = self.code(node.annotation)
                unset = Unknown(reason="declared only", span=self.span(node.target))
                declared = self.expr(node.value) if node.value is not None else unset
                operation = "declare" if node.value is None else "set"
                self.bind(node.target, declared, operation=operation, annotation=annotation)
            case ast.AugAssign(target=ast.Subscript() as target):
                self.grown(node, target)
            case ast.AugAssign():
                value = self.expr(node.value)
                operations: dict[type[ast.operator], str] = {ast.Add: "add", ast.BitOr: "update"}
                self.bind(node.target, value, operation=operations.get(type(node.op), "other"))
            case ast.Delete():
                for target in node.targets:
                    if isinstance(target, ast.Subscript):
                        self.deleted(target)
                    else:
                        self.visit(target)
            case ast.Return():
                if node.value is not None:
                    self.returns.append((self.expr(node.value), self.block))
            case ast.Import() | ast.ImportFrom():
                self.import_(node)
            case ast.Global() | ast.Nonlocal():
                self.globals.update(node.names)
            case _:
                self.visit(node)

    def dropped(self, value: Result) -> None:
        """Note that what a call creates is not kept."""
        made = self.invocations[value.invocation]
        if made is not None and (_last(made.callee) or "").startswith(_CREATES):
            self.mark(value, dropped=True)

    def is_batch(self, value: Result) -> bool:
        """Whether a call says that it is about a batch: only of those what becomes of the result is asked."""
        made = self.invocations[value.invocation]
        return made is not None and "batch" in made.text.lower()

    def unread(self, targets: list[ast.expr]) -> bool:
        """Whether what is assigned is a variable of a function that nothing reads but to tell how it stands."""
        if self.around is None or len(targets) != 1 or not isinstance(targets[0], ast.Name):
            return False
        name = targets[0].id
        if name in self.globals:
            return False
        told = {
            id(node.value)
            for node in ast.walk(self.around)
            if isinstance(node, ast.Attribute) and node.attr in _TOLD and isinstance(node.value, ast.Name)
        }
        read = (n for n in ast.walk(self.around) if isinstance(n, ast.Name) and n.id == name and id(n) not in told)
        return all(isinstance(n.ctx, ast.Store) for n in read)

    def tested(self, test: ast.expr) -> Name | None:
        """`x` of `not x` and of `x is None`."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=ast.Name() as name):
                pass
            case ast.Compare(left=ast.Name() as name, ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
                pass
            case _:
                return None
        value = self.expr(name)
        return value if isinstance(value, Name) else None

    def fallback(self, target: ast.expr, value: Expr) -> Expr:
        """`if not x: x = "text"` is `x = x or "text"`."""
        tested = self.lacking
        if tested is None or not isinstance(target, ast.Name) or target.id != tested.name:
            return value
        if not isinstance(value, (Text, Known)):
            return value
        return Choice(options=(tested, value), origin="or", span=value.span)

    def grown(self, node: ast.AugAssign, target: ast.Subscript) -> None:
        """`x[key] += more` and `x[key] |= more` replace the entry by a longer one."""
        more, item, name = self.expr(node.value), self.expr(target), dotted(target.value)
        if name is None or not isinstance(item, Item):
            return
        value: Expr = Unknown(reason="computed", span=self.span(node))
        if isinstance(node.op, (ast.Add, ast.BitOr)):
            operator = "+" if isinstance(node.op, ast.Add) else "|"
            value = Binary(left=item, operator=operator, right=more, span=self.span(node))
        self.note(name, value, self.span(node), "item", key=constant_text(item.key))

    def deleted(self, target: ast.Subscript) -> None:
        """`del x[key]` is a `pop`, and `del x[:3]` may leave anything."""
        item, name = self.expr(target), dotted(target.value)
        if name is None:
            return
        nothing = Unknown(reason="deleted", span=item.span)
        if isinstance(item, Item):
            self.note(name, nothing, item.span, "pop", key=constant_text(item.key))
        else:
            self.note(name, nothing, item.span, "other")

    def import_(self, node: ast.Import | ast.ImportFrom) -> None:
        """`import a.b` binds `a`; `from . import x` keeps its dots."""
        if isinstance(node, ast.Import):
            for alias in node.names:
                path, local = alias.name, alias.asname
                target = path if local else path.partition(".")[0]
                self.imports.append(Import(scope=self.scope, local=local or target, target=target))
                if not local and "." in path:
                    self.imports.append(Import(scope=self.scope, local=path, target=path))
            return
        base = "." * node.level + (node.module or "")
        for alias in node.names:
            joined = base + alias.name if base.endswith(".") or not base else f"{base}.{alias.name}"
            target = base if alias.name == "*" else joined
            maybe = alias.name == "*" and self.block != 0
            self.imports.append(Import(scope=self.scope, local=alias.asname or alias.name, target=target, maybe=maybe))

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
            if isinstance(callee.base, Item):
                self.called_on_entry(callee.base, callee.name, invocation)
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

    def called_on_entry(self, entry: Item, method: str, invocation: Invocation) -> None:
        """`x[key].append(y)` and `x[key].extend(ys)` add to an entry of `x`, `x[key].update(...)` sets what is inside."""
        name, key, given = _path(entry.base), constant_text(entry.key), invocation.positional
        if name is None:
            return
        if method == "update":
            self.note(name, given[0] if given else invocation.keywords, invocation.span, "inside", key=key)
        elif method in ("append", "extend") and key is not None and len(given) == 1:
            added = given[0] if method == "extend" else Items(values=given, span=given[0].span)
            self.note(name, added, invocation.span, "longer", key=key)

    # --- definitions ---

    def function(self, node: _Function) -> None:
        """Read a function in a scope of its own; its decorators and defaults belong to the scope around it."""
        decorators = tuple(self.expr(d) for d in node.decorator_list)
        parameters = self.parameters(node.args)
        name = node.name
        qualname = f"{self.scope}.{name}" if self.scope else name
        static = any(_last(d) in ("staticmethod",) for d in decorators)
        outer = (self.scope, self.loops, self.returns, self.owner, self.receiver, self.globals, self.lends, self.around)
        self.lends = any(_last(d) in ("contextmanager", "asynccontextmanager", "fixture") for d in decorators)
        owner = self.owner if self.owner == self.scope and self.owner is not None else None
        self.scope, self.loops, self.returns, self.globals = qualname, (), [], set()
        if owner is not None:
            self.receiver = parameters[0].name if parameters and not static else None
        self.owner, self.around = None, node
        self.body(node.body)
        returns, blocks = tuple(value for value, _ in self.returns), tuple(block for _, block in self.returns)
        self.scope, self.loops, self.returns, self.owner, self.receiver, self.globals, self.lends, self.around = outer
        self.functions.append(
            Function(
                qualname=qualname,
                parameters=parameters,
                decorators=decorators,
                returns=returns,
                is_async=isinstance(node, ast.AsyncFunctionDef),
                span=self.span(node),
                owner=owner,
                annotation=self.code(node.returns) if node.returns is not None else None,
                docstring=self.docstring(node.body),
                blocks=blocks,
            )
        )

    def class_(self, node: ast.ClassDef) -> None:
        """Read a class; its fields are bindings in its scope."""
        decorators = tuple(self.expr(d) for d in node.decorator_list)
        bases = tuple(self.expr(base) for base in node.bases)
        for keyword in node.keywords:
            self.expr(keyword.value)
        name = node.name
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

    def docstring(self, body: list[ast.stmt]) -> Text | None:
        """The string a body begins with."""
        match body[0]:
            case ast.Expr(value=ast.Constant(value=str()) as string):
                value = self._string(string)
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


def _leaves(line: ast.stmt) -> bool:
    """Whether a line certainly leaves the loop around it."""
    return isinstance(line, (ast.Return, ast.Raise, ast.Break))


def _ends(body: list[ast.stmt]) -> bool:
    """Whether nothing of a function runs after some lines of it."""
    return any(
        isinstance(line, (ast.Return, ast.Raise))
        or (isinstance(line, ast.If) and bool(line.orelse) and _ends(line.body) and _ends(line.orelse))
        for line in body
    )


def _leaves_in(body: list[ast.stmt]) -> bool:
    return any(_leaves(line) for line in body)


def _continues(body: list[ast.stmt]) -> bool:
    """Whether a handler ends in `continue`."""
    return isinstance(body[-1], ast.Continue)


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


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
