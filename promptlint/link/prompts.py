"""The prompts of a project: every string that reaches a call, a message, a template class or a prompt file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from promptlint.facts import (
    Binary,
    Expr,
    FileFacts,
    Hole,
    Invocation,
    Items,
    Literal,
    Place,
    Prompt,
    Result,
    Segment,
    Span,
    Table,
    TemplateUse,
    Text,
)
from promptlint.link.arguments import read
from promptlint.link.compose import Composed, Composer, Origin, replaces_blanks
from promptlint.link.decorated import decorations
from promptlint.link.messages import MESSAGE_ROLES
from promptlint.link.modules import Module, Modules
from promptlint.link.names import Names, constant, each
from promptlint.link.templates import Templates
from promptlint.link.values import Context, Data, External
from promptlint.parse.holes import TemplateError, split
from promptlint.parse.reads import prompt_confidence, tells

_TEMPLATE_FILLS = {"format": "format", "format_map": "format"}
_WORDS_OF_A_PART = 8


@dataclass(eq=False)
class _Draft:
    """A prompt while evidence for it is collected."""

    path: str
    span: Span
    segments: tuple[Segment, ...]
    form: str
    confidence: str
    name: str | None = None
    role: str | None = None
    syntax: str | None = None
    used_by: set[str] = field(default_factory=set)
    uses: list[TemplateUse] = field(default_factory=list)
    problem: str | None = None
    problem_place: Place | None = None
    required: tuple[str, ...] = ()
    reshaped: bool = False


class Prompts:
    """Collects the evidence, one draft for each place."""

    def __init__(self, names: Names, modules: Modules, composer: Composer, templates: Templates) -> None:
        self.names = names
        self.modules = modules
        self.composer = composer
        self.templates = templates
        self.drafts: dict[tuple[str, int, int], _Draft] = {}
        self.dumps: list[tuple[Context, Invocation]] = []
        self._reshaped: set[tuple[str, int]] = set()

    def collect(self, calls: Iterable[tuple[Composed, str | None, str, bool]]) -> tuple[Prompt, ...]:
        """All prompts of the project, by path and place."""
        for composed, role, site_id, from_caller in calls:
            for origin in composed.origins:
                if from_caller and not _instructs(origin.expr):
                    continue  # a sample input that a caller passes, not an instruction
                self._origin(origin, role, "high", site_id)
            for path in composed.files:
                self._file(path, self.modules.files[path], role, site_id)
        for module in self.modules:
            self._reshaped_strings(module)
            self._messages(module)
            self._message_objects(module)
            self._template_classes(module)
            self._decorated(module)
            self._named(module)
            self._uses(module)
        for path, facts in sorted(self.modules.files.items()):
            if facts.kind != "python":
                self._file(path, facts, None, None)
        drafts = sorted(self._outermost(), key=lambda d: (d.path, d.span.start, d.span.end))
        for draft in drafts:
            draft.reshaped = draft.reshaped or (draft.path, draft.span.start) in self._reshaped
        return tuple(_prompt(d) for d in drafts)

    # --- evidence ---

    def _reshaped_strings(self, module: Module) -> None:
        """Texts that stand right inside `dedent(...)` or before `.replace(...)`, whether or not the rest is followed."""
        for invocation in module.facts.invocations:
            name = getattr(invocation.callee, "name", "")
            if name in ("dedent", "cleandoc"):
                texts: tuple[Expr | None, ...] = invocation.positional[:1]
            elif replaces_blanks(invocation) or name in ("splitlines", "split"):
                texts = (getattr(invocation.callee, "base", None),)
            else:
                continue
            for text in texts:
                self._reshaped |= {(module.path, e.span.start) for e in self._strings_in(text, module, 0)}

    def _origin(
        self, origin: Origin, role: str | None, confidence: str, site_id: str | None = None, form: str | None = None
    ) -> _Draft | None:
        expr = origin.expr
        segments = text_segments(expr)
        if not _says_something(segments):
            return None
        key = (origin.path, expr.span.start, expr.span.end)
        draft = self.drafts.get(key)
        if draft is None:
            draft = _Draft(origin.path, expr.span, segments, form or origin.form, confidence)
            self.drafts[key] = draft
        if origin.syntax and draft.syntax is None:
            self._split(draft, origin.syntax, origin.form)
        if form:
            draft.form = form
        if confidence == "high":
            draft.confidence = "high"
        draft.role = draft.role or role
        draft.reshaped = draft.reshaped or origin.reshaped
        if site_id is not None:
            draft.used_by.add(site_id)
        return draft

    def _split(self, draft: _Draft, syntax: str, form: str) -> None:
        """Cut the text at its placeholders; a syntax error is kept for the rules."""
        parts: list[Segment] = []
        try:
            for segment in draft.segments:
                parts.extend(split(segment, syntax) if isinstance(segment, Literal) else (segment,))
        except TemplateError as error:
            draft.problem = error.message
            draft.problem_place = Place(path=draft.path, span=draft.span)
        else:
            draft.segments = tuple(parts)
            draft.required = tuple(dict.fromkeys(_variable(s) for s in parts if isinstance(s, Hole) and _variable(s)))
        draft.syntax, draft.form = syntax, form

    def _messages(self, module: Module) -> None:
        """Every `{"role": ..., "content": ...}` in the code, sent from here or not."""
        context = Context(module)
        for expr in module.facts.texts:
            for table in expr.values if isinstance(expr, Items) else (expr,):
                if not isinstance(table, Table):
                    continue
                keys = {k: v for k, v in table.items if k is not None}
                role = constant(self.names.resolve(keys["role"], context)) if "role" in keys else None
                if role not in ("system", "user", "assistant", "developer", "human", "model", "ai"):
                    continue
                content = keys.get("content", keys.get("parts"))
                if content is not None:
                    self._content(content, context, role, table.span)

    def _message_objects(self, module: Module) -> None:
        """`SystemMessage("...")`, `Message(role=..., content=...)`, `dict(role=..., content=...)`."""
        context = Context(module)
        for name, indexes in module.calls_by_name.items():
            if name != "dict" and not name.endswith("Message"):
                continue
            for invocation in (module.facts.invocations[i] for i in indexes):
                keywords = {k: v for k, v in invocation.keywords.items if k is not None}
                content = keywords.get("content")
                role = MESSAGE_ROLES.get(name)
                if name in MESSAGE_ROLES and content is None and len(invocation.positional) == 1:
                    content = invocation.positional[0]
                elif name not in MESSAGE_ROLES and "role" not in keywords:
                    continue
                elif "role" in keywords:
                    role = constant(self.names.resolve(keywords["role"], context)) or role
                if content is not None:
                    self._content(content, context, role, invocation.span)

    def _content(self, content: Expr, context: Context, role: str | None, around: Span) -> None:
        composed = self.composer.compose(content, context)
        for origin in composed.origins:
            inside = origin.path == context.module.path and around.start <= origin.expr.span.start < around.end
            if inside and len(_words(origin.expr)) < 2:
                continue
            self._origin(
                origin,
                role,
                "high",
                form="messages_literal" if inside and origin.form in ("constant", "fstring") else None,
            )

    def _template_classes(self, module: Module) -> None:
        """`PromptTemplate(template=...)` and its like, and messages made of tuples."""
        known = self.names.knowledge.templates
        lasts = {name.rpartition(".")[2] for name in known}
        context = Context(module)
        for invocation in module.facts.invocations:
            if getattr(invocation.callee, "name", "") not in lasts:
                continue
            for value in each(self.names.resolve(invocation.callee, context)):
                spec = self.names.knowledge.template_at(value.path) if isinstance(value, External) else None
                if spec is None or not spec.text:
                    continue
                arguments = read(self.names, invocation, context, spec.positional)
                passed = arguments.first(spec.text)
                if passed is None:
                    continue
                argument = passed[1][0]
                if spec.from_file:
                    path = self.templates.path_of(argument.expr, argument.context)
                    if path is not None:
                        self._file(path, self.modules.files[path], None, None)
                elif spec.messages:
                    self._template_messages(argument.expr, argument.context, spec.syntax or "fstring")
                else:
                    chosen = arguments.first("template_format")
                    syntax = constant(self.names.resolve(chosen[1][0].expr, context)) if chosen else None
                    self._template(argument.expr, argument.context, syntax or spec.syntax or "fstring", spec.role)

    def _decorated(self, module: Module) -> None:
        """Functions whose docstring, result or decorator is a prompt."""
        for function in module.facts.functions:
            for decoration in decorations(self.names, module, function) if function.decorators else ():
                for expr, context, role in decoration.texts(self.names):
                    if decoration.spec.syntax is not None:
                        self._template(expr, context, decoration.spec.syntax, role)
                        continue
                    form = "docstring" if expr is function.docstring else None
                    for origin in self.composer.compose(expr, context).origins:
                        self._origin(origin, role, "high", form=form)

    def _template(self, expr: Expr, context: Context, syntax: str, role: str | None) -> None:
        form = {"jinja2": "jinja", "dollar": "template"}.get(syntax, "langchain")
        for origin in self.composer.compose(expr, context).origins:
            self._origin(replace(origin, form=form, syntax=syntax), role, "high", form=form)

    def _template_messages(self, expr: Expr, context: Context, syntax: str) -> None:
        for value in each(self.names.resolve(expr, context)):
            if not isinstance(value, Data) or not isinstance(value.expr, Items):
                continue
            for element in value.expr.values:
                for inner in each(self.names.resolve(element, value.context)):
                    if isinstance(inner, Data) and isinstance(inner.expr, Items) and len(inner.expr.values) == 2:
                        role = constant(self.names.resolve(inner.expr.values[0], inner.context))
                        self._template(inner.expr.values[1], inner.context, syntax, role)
                    elif isinstance(inner, Data) and isinstance(inner.expr, (Text, Binary)):
                        self._template(inner.expr, inner.context, syntax, "user")

    def _named(self, module: Module) -> None:
        """Strings whose name and text both say that they are prompts."""
        docstrings = {f.docstring.span.start for f in module.facts.functions if f.docstring}
        docstrings |= {c.docstring.span.start for c in module.facts.classes if c.docstring}
        for name, expr, scope in self._named_strings(module):
            known = self.drafts.get((module.path, expr.span.start, expr.span.end))
            if known is not None:
                known.name = known.name or name
            if expr.span.start in docstrings or known is not None:
                continue
            text = "".join(s.text if isinstance(s, Literal) else " x " for s in text_segments(expr))
            owner = scope.rpartition(".")[2] if scope in module.classes else ""
            confidence = prompt_confidence(name, text, module.path, owner)
            if confidence in ("high", "medium"):
                origin = Origin(module.path, expr, "concat" if isinstance(expr, Binary) else expr.form, scope)
                draft = self._origin(origin, None, confidence)
                if draft is not None:
                    draft.name = draft.name or name
                    if any(isinstance(s, Hole) for s in draft.segments):
                        self._parts(expr, Context(module), confidence)

    def _parts(self, expr: Text | Binary, context: Context, confidence: str) -> None:
        """What fills the holes of a prompt: constants with something to say are prompts too."""
        composed = self.composer.compose(expr, context)
        self.dumps.extend(composed.dumps)
        for origin in composed.origins:
            if origin.expr is not expr and len(_words(origin.expr)) >= _WORDS_OF_A_PART:
                self._origin(origin, None, confidence)

    def _named_strings(self, module: Module) -> Iterator[tuple[str | None, Text | Binary, str]]:
        for binding in module.facts.bindings:
            if binding.operation in ("set", "item", "add"):
                name = binding.key or binding.name.rpartition(".")[2]
                for expr in self._strings_in(binding.value, module, 0):
                    yield name, expr, binding.scope
                yield from self._entries(binding.value, binding.scope, name, module, 0)
        for invocation in module.facts.invocations:
            for key, value in invocation.keywords.items:
                for expr in self._strings_in(value, module, 0):
                    yield key, expr, invocation.scope
                yield from self._entries(value, invocation.scope, key, module, 0)
        for function in module.facts.functions:
            for value in function.returns:
                name = function.qualname.rpartition(".")[2]
                for expr in self._strings_in(value, module, 0):
                    yield name, expr, function.qualname
                yield from self._entries(value, function.qualname, name, module, 0)
            for parameter in function.parameters:
                if isinstance(parameter.default, (Text, Binary)):
                    yield parameter.name, parameter.default, function.qualname

    def _entries(
        self, expr: Expr, scope: str, name: str | None, module: Module, depth: int
    ) -> Iterator[tuple[str | None, Text | Binary, str]]:
        """The strings of dictionaries and lists, by their keys."""
        if depth > 4:
            return
        if isinstance(expr, Table):
            for key, value in expr.items:
                for string in self._strings_in(value, module, 0):
                    yield key, string, scope
                yield from self._entries(value, scope, key, module, depth + 1)
        elif isinstance(expr, Items):
            for value in expr.values:
                strings = list(self._strings_in(value, module, 0))
                yield from ((name, string, scope) for string in strings)
                if not strings:
                    yield from self._entries(value, scope, name, module, depth + 1)

    def _strings_in(self, expr: Expr | None, module: Module, depth: int) -> Iterator[Text | Binary]:
        """A string itself, or the one a method such as `.strip()`, `.format()` or `dedent` is applied to."""
        if depth > 3:
            return
        if isinstance(expr, Text) or (isinstance(expr, Binary) and expr.operator in ("+", "%") and text_segments(expr)):
            yield expr
        elif isinstance(expr, Result):
            invocation = module.facts.invocations[expr.invocation]
            base = getattr(invocation.callee, "base", None)
            if isinstance(base, (Text, Result)):
                yield from self._strings_in(base, module, depth + 1)
            elif getattr(invocation.callee, "name", "") in ("dedent", "cleandoc", "Template"):
                for argument in invocation.positional[:1]:
                    yield from self._strings_in(argument, module, depth + 1)

    def _uses(self, module: Module) -> None:
        """`.format(...)` on a known prompt: what it passes."""
        context = Context(module)
        for name in _TEMPLATE_FILLS:
            for index in module.calls_by_name.get(name, ()):
                invocation = module.facts.invocations[index]
                base = getattr(invocation.callee, "base", None)
                if base is None:
                    continue
                values = each(self.names.resolve(base, context))
                if len(values) != 1 or not isinstance(values[0], Data) or not isinstance(values[0].expr, Text):
                    continue
                value = values[0]
                draft = self.drafts.get((value.context.module.path, value.expr.span.start, value.expr.span.end))
                if draft is None or value.expr.form != "constant":  # type: ignore[union-attr]  # a Text
                    continue
                if draft.syntax is None:
                    self._split(draft, "format", "format")
                arguments = read(self.names, invocation, context, ())
                for _, filled in invocation.keywords.items:
                    self.dumps.extend(self.composer.compose(filled, context).dumps)
                given = tuple(sorted(arguments.given))
                draft.uses.append(
                    TemplateUse(
                        prompt=f"{draft.path}:{draft.span.start}",
                        place=Place(path=module.path, span=invocation.span),
                        given=given,
                        positional=len(invocation.positional),
                        open=bool(arguments.open) or name == "format_map" or bool(invocation.starred),
                    )
                )

    def _file(self, path: str, facts: FileFacts, role: str | None, site_id: str | None) -> None:
        for entry in facts.prompts:
            key = (path, entry.span.start, entry.span.end)
            draft = self.drafts.get(key)
            if draft is None:
                form = "jinja" if entry.syntax == "jinja2" else "file"
                draft = _Draft(
                    path,
                    entry.span,
                    entry.segments,
                    form,
                    "high" if site_id else "medium",
                    entry.key,
                    entry.role or role,
                    entry.syntax,
                )
                draft.required = facts.variables
                draft.problem = facts.problem
                self.drafts[key] = draft
            if site_id is not None:
                draft.used_by.add(site_id)
                draft.confidence = "high"

    def _outermost(self) -> Iterator[_Draft]:
        """Drafts that are not inside another one of the same file."""
        by_path: dict[str, list[_Draft]] = {}
        for draft in self.drafts.values():
            by_path.setdefault(draft.path, []).append(draft)
        for drafts in by_path.values():
            end = -1
            for draft in sorted(drafts, key=lambda d: (d.span.start, -d.span.end)):
                if draft.span.end > end:
                    end = draft.span.end
                    yield draft


def text_segments(expr: Expr) -> tuple[Segment, ...]:
    """The segments of a string expression as it stands; other operands are holes."""
    if isinstance(expr, Text):
        return expr.segments
    if isinstance(expr, Binary) and expr.operator == "+":
        return (*text_segments(expr.left), *text_segments(expr.right))
    if isinstance(expr, Binary) and expr.operator == "%":
        return text_segments(expr.left)
    return (Hole(source="", name=getattr(expr, "name", ""), value=expr, span=expr.span),)


def _words(expr: Text | Binary) -> list[str]:
    return " ".join(s.text for s in text_segments(expr) if isinstance(s, Literal)).split()


def _instructs(expr: Text | Binary) -> bool:
    return len(_words(expr)) >= 15 or tells(" ".join(_words(expr))) >= 1


def _says_something(segments: Iterable[Segment]) -> bool:
    return any(isinstance(s, Literal) and any(c.isalpha() for c in s.text) for s in segments)


def _variable(hole: Hole) -> str:
    """The variable a placeholder needs: `user` of `{user.name!r}`."""
    name = hole.name
    for mark in ".[":
        name = name.partition(mark)[0]
    return name.strip()


def _prompt(draft: _Draft) -> Prompt:
    return Prompt(
        id=f"{draft.path}:{draft.span.start}",
        place=Place(path=draft.path, span=draft.span),
        form=draft.form,
        name=draft.name,
        role=draft.role,
        segments=draft.segments,
        confidence=draft.confidence,
        scope="",
        syntax=draft.syntax,
        used_by=tuple(sorted(draft.used_by)),
        uses=tuple(draft.uses),
        problem=draft.problem,
        problem_place=draft.problem_place,
        required=draft.required,
        reshaped=draft.reshaped,
    )
