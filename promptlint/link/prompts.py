"""The prompts of a project: every string that reaches a call, a message, a template class or a prompt file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from promptlint.facts import (
    Binary,
    Expr,
    Hole,
    Invocation,
    Items,
    Literal,
    Name,
    Prompt,
    Span,
    Table,
    Text,
    Want,
)
from promptlint.knowledge.specs import TemplateSpec
from promptlint.link.arguments import Argument, Arguments, layered, read
from promptlint.link.compose import Composer
from promptlint.link.composed import Composed, Origin
from promptlint.link.decorated import decorations, documented
from promptlint.link.drafts import Drafts, instructs
from promptlint.link.fills import Fills
from promptlint.link.graph import CallGraph
from promptlint.link.messages import MESSAGE_ROLES
from promptlint.link.modules import Module, Modules
from promptlint.link.named import (
    SURELY,
    gathered_strings,
    joined_strings,
    named_results,
    named_strings,
    reshaped_strings,
)
from promptlint.link.names import Names
from promptlint.link.stored import Stored
from promptlint.link.strings import slotted, text_segments, words
from promptlint.link.templates import Templates, template_form
from promptlint.link.values import (
    ClassValue,
    Context,
    Data,
    External,
    Frame,
    FunctionValue,
    Instance,
    Made,
    ParameterValue,
    constant,
    each,
)
from promptlint.parse.reads import names_prompt, prompt_confidence, prosaic, tells

_Syntax = tuple[str, bool]
"""The syntax of a template, and whether it is a general one."""

_MESSAGE = re.compile(r"(?:[mM]essage|[mM]sg|[cC]hat|[tT]urn|^add|^append)$|^(?:[mM]essage|add_)|_message_")
_ROLE_MESSAGE = re.compile(r"(?:^|_)(system|user|human|assistant|developer)_?(?:message|msg|turn)$", re.IGNORECASE)
_ROLES = {
    "system": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "developer": "developer",
    "ai": "assistant",
}
_WORDS_OF_A_PART = 8
_WORDS_ADDED = 5
_FEWEST_PASSED = 4
_DEEPEST = 4
_TOLD_ELSEWHERE = 2
_MOST_LINES = 200
_FEWEST_LINES = 3


class Prompts:
    """Collects the evidence, one draft for each place."""

    def __init__(
        self, names: Names, modules: Modules, composer: Composer, templates: Templates, graph: CallGraph
    ) -> None:
        self.names = names
        self.modules = modules
        self.graph = graph
        self.composer = composer
        self.templates = templates
        self.drafts = Drafts(modules)
        self.dumps: list[tuple[Context, Invocation]] = []
        self.sinks: set[Want] = set()
        self._passed: list[tuple[ParameterValue, str | None, _Syntax | None]] = []

    def read_messages(self) -> None:
        """Every message in the code, sent from here or not, and what callers pass into one or into a template.

        What a message says may be written in a file that nothing else points at: such files are wanted.
        """
        self.modules.eager = False
        read: set[str] = set()
        while late := [module for module in self.modules if module.path not in read]:
            for module in late:
                with self.modules.guarded(module):
                    self._messages(module)
                    self._message_objects(module)
                    self._template_parameters(module)
            read.update(module.path for module in late)
        self._passed_on()

    def collect(self, calls: Iterable[tuple[Composed, str | None, str, bool]]) -> tuple[Prompt, ...]:
        """All prompts of the project, by path and place; `read_messages` comes first."""
        self.modules.eager = False
        for composed, role, site_id, from_caller in calls:
            for origin in composed.origins:
                if (
                    from_caller
                    and not _asked(words(origin.expr))
                    and self.drafts.at(origin.path, origin.expr.span) is None
                ):
                    continue  # a value or a question that a caller passes, not an instruction
                self.drafts.add(origin, role, "high", site_id)
            for stored in composed.files:
                self._stored(stored, role, site_id)
        told = (self._template_classes, self._instructed, self._decorated, self._named)
        for steps in (told, (self._made_elsewhere,), (self._gathered,)):
            for module in self.modules:
                with self.modules.guarded(module):
                    for step in steps:
                        step(module)
        fills = Fills(self.names, self.composer, self.drafts)
        for module in self.modules:
            fills.note(module)
        self.dumps.extend(fills.dumps)
        for path, facts in sorted(self.modules.files.items()):
            if facts.kind != "python":
                self.drafts.add_file(path, facts, facts.prompts, None, None)
        for module in self.modules:
            fills.note_objects(module)
        self._includes()
        for path, start in reshaped_strings(self.modules):
            self.drafts.reshaped(path, start)
        return self.drafts.prompts()

    # --- evidence ---

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
        """`SystemMessage("...")`, `dict(role=..., content=...)`, `system_message("...")`, `add_message("user", "...")`."""
        context = Context(module)
        for name, indexes in module.calls_by_name.items():
            if name == "dict" or _MESSAGE.search(name):
                for invocation in (module.facts.invocations[i] for i in indexes):
                    found = self._message_object(name, invocation, context)
                    if found is not None:
                        self._content(*found, invocation.span)
            elif name.endswith("Prompt"):
                for invocation in (module.facts.invocations[i] for i in indexes):
                    self._prompt_object(invocation, context)

    def _message_object(
        self, name: str, invocation: Invocation, context: Context
    ) -> tuple[Expr, Context, str | None] | None:
        """The content and role of a message that a class or a helper makes; None when it is no message."""
        keywords = {k: v for k, v in invocation.keywords.items if k is not None}
        named = _ROLE_MESSAGE.search(name)
        role = MESSAGE_ROLES.get(name) or (_ROLES.get(named.group(1).lower()) if named else None)
        positional = list(invocation.positional)
        first = constant(self.names.resolve(positional[0], context)) if positional else None
        given = keywords.get("role")
        if given is not None:
            role = constant(self.names.resolve(given, context)) or role
        elif len(positional) >= 2 and first in _ROLES:
            role = _ROLES[first]
            positional.pop(0)
        elif name not in MESSAGE_ROLES and not named:
            return None
        content = keywords.get("content", keywords.get("text", keywords.get("message")))
        if content is None and len(positional) == 1:
            content = positional[0]
        return (content, context, role) if content is not None else None

    def _prompt_object(self, invocation: Invocation, context: Context) -> None:
        """The text of `Prompt("...")`, a class of the project that is named for what it holds."""
        values = each(self.names.resolve(invocation.callee, context))
        if not any(isinstance(value, ClassValue) for value in values):
            return
        keywords = [v for k, v in invocation.keywords.items if k in ("text", "prompt", "template", "content")]
        for expr in (*keywords[:1], *invocation.positional[:1]):
            for origin in self.composer.compose(expr, context).origins:
                if len(words(origin.expr)) >= _WORDS_ADDED and origin.path == context.module.path:
                    self.drafts.add(origin, None, "medium")

    def _content(self, content: Expr, context: Context, role: str | None, around: Span) -> None:
        for value in each(self.names.resolve(content, context)):
            if isinstance(value, Data) and isinstance(value.expr, Items):  # parts, of which some are text
                for part in value.expr.values:
                    text = dict(part.items).get("text") if isinstance(part, Table) else None
                    if text is not None:
                        self._content(text, value.context, role, around)
                return
        composed = self._followed(content, context)
        self._passed.extend((p, role, None) for p in composed.parameters if p.module is context.module)
        for origin in composed.origins:
            inside = origin.path == context.module.path and around.start <= origin.expr.span.start < around.end
            if inside and len(words(origin.expr)) < 2:
                continue
            if role == "assistant" and not inside and self._answers(origin):
                continue
            self.drafts.add(
                origin,
                role,
                "high",
                form="messages_literal" if inside and origin.form in ("constant", "fstring") else None,
            )

    def _answers(self, origin: Origin) -> bool:
        """Whether a function says a text in the model's stead: `return "Something went wrong, please try again."`."""
        if origin.path not in self.modules.files or tells(" ".join(words(origin.expr))) >= _TOLD_ELSEWHERE:
            return False
        return any(origin.expr is value for f in self.modules.at(origin.path).facts.functions for value in f.returns)

    def _followed(self, expr: Expr, context: Context) -> Composed:
        """The text of an expression, files that it leads to being wanted."""
        self.modules.eager = True
        composed = self.composer.compose(expr, context)
        self.modules.eager = False
        return composed

    def _template_parameters(self, module: Module) -> None:
        """Parameters of functions that make a template of what they are given: `def prompt(text): return Template(dedent(text))`."""
        context = Context(module)
        for spec, argument, arguments in self._template_calls(module):
            if spec.from_file or spec.messages:
                continue
            for parameter in self.composer.compose(argument.expr, context).parameters:
                self._passed.append((parameter, spec.role, (self._syntax(spec, arguments), spec.general)))

    def _passed_on(self) -> None:
        """What callers pass for a parameter that becomes the content of a message, or a template."""
        seen: set[tuple[int, str]] = set()
        for _ in range(_DEEPEST):
            passed, self._passed = self._passed, []
            for value, role, syntax in passed:
                key = (id(value.function), value.name)
                parameter = next((p for p in value.function.parameters if p.name == value.name), None)
                if key in seen or parameter is None or value.chain:
                    continue
                seen.add(key)
                self.sinks.add(Want(module=value.module.path, name=value.function.qualname))
                for module, invocation in self.graph.callers(value.function):
                    frame = Frame(value.module, value.function, invocation, Context(module))
                    argument = self.names.scopes.argument(frame, parameter)
                    if argument is not None:
                        self._argument(*argument, role, syntax)

    def _argument(self, expr: Expr, context: Context, role: str | None, syntax: _Syntax | None) -> None:
        composed = self._followed(expr, context)
        self._passed.extend((p, role, syntax) for p in composed.parameters)
        if syntax is not None:
            self._split(composed, *syntax, role)
            return
        for origin in composed.origins:
            if instructs(origin.expr) or slotted(origin.expr):
                self.drafts.add(origin, role, "high")

    def _template_classes(self, module: Module) -> None:
        """`PromptTemplate(template=...)` and its like, and messages made of tuples."""
        for spec, argument, arguments in self._template_calls(module):
            if spec.from_file:
                stored = self.templates.stored.at(argument.expr, argument.context)
                if stored is not None:
                    self._stored(stored, None, None)
            elif spec.messages:
                self._template_messages(argument.expr, argument.context, spec.syntax or "fstring")
            else:
                composed = self.composer.compose(argument.expr, argument.context)
                self._split(composed, self._syntax(spec, arguments), spec.general, spec.role)

    def _template_calls(self, module: Module) -> Iterator[tuple[TemplateSpec, Argument, Arguments]]:
        """The calls of template classes that are given a text: that, and all they are given."""
        lasts = frozenset(name.rpartition(".")[2] for name in self.names.knowledge.templates)
        context = Context(module)
        for last in sorted(_locals(module, lasts) & module.calls_by_name.keys()):
            for invocation in (module.facts.invocations[i] for i in module.calls_by_name[last]):
                for value in each(self.names.resolve(invocation.callee, context)):
                    spec = self.names.knowledge.template_at(value.path) if isinstance(value, External) else None
                    if spec is not None and spec.text:
                        arguments = read(self.names, invocation, context, spec.positional)
                        passed = arguments.first(spec.text)
                        if passed is not None:
                            yield spec, passed[1][0], arguments

    def _syntax(self, spec: TemplateSpec, arguments: Arguments) -> str:
        """The syntax of a template: what the call says, else that of its class."""
        chosen = arguments.first("template_format")
        said = constant(self.names.resolve(chosen[1][0].expr, chosen[1][0].context)) if chosen else None
        return said or spec.syntax or "fstring"

    def _instructed(self, module: Module) -> None:
        """What agents and tasks are told where they are built, whoever runs them: a team, a crew, a flow."""
        context = Context(module)
        for last in sorted(_locals(module, self.names.knowledge.instructed) & module.calls_by_name.keys()):
            for invocation in (module.facts.invocations[i] for i in module.calls_by_name[last]):
                for value in each(self.names.results.result(invocation, context)):
                    if not isinstance(value, Instance) or not value.layers:
                        continue
                    given = layered(self.names, value.layers).given
                    for parameter in (*value.client.system, *value.client.texts):
                        for argument in given.get(parameter, ()):
                            role = "system" if parameter in value.client.system else None
                            self._told(argument.expr, argument.context, role)

    def _told(self, expr: Expr, context: Context, role: str | None) -> None:
        for origin in self.composer.compose(expr, context).origins:
            if len(words(origin.expr)) > 1:
                self.drafts.add(origin, role, "high")

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
                        self.drafts.add(origin, role, "high", form=form)
        docstrings = {cls.docstring.span for cls in module.facts.classes if cls.docstring is not None}
        for text, role in documented(self.names, module):
            form = "docstring" if text.span in docstrings else text.form
            self.drafts.add(Origin(module.path, text, form, ""), role, "high", form=form)

    def _template(self, expr: Expr, context: Context, syntax: str, role: str | None) -> None:
        self._split(self.composer.compose(expr, context), syntax, False, role)

    def _split(self, composed: Composed, syntax: str, general: bool, role: str | None) -> None:
        """Note texts that are templates of a syntax; of a `general` one, those that are prose."""
        form = template_form(syntax)
        for origin in composed.origins:
            if general and not prosaic(_with_holes(origin.expr)):
                continue
            made = replace(origin, form=form, syntax=syntax) if form else origin
            self.drafts.add(made, role, "high", form=form or None)

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
                    elif isinstance(inner, Made) and (message := self.templates.built(inner)) and message.text:
                        role = self.templates.role(inner)
                        self._template(message.text, message.context, message.syntax or syntax, role)

    def _named(self, module: Module) -> None:
        """Strings whose name and text both say that they are prompts."""
        docstrings = {f.docstring.span.start for f in module.facts.functions if f.docstring}
        docstrings |= {c.docstring.span.start for c in module.facts.classes if c.docstring}
        judged: tuple[object, str | None] | None = (
            None  # of all its items, which follow each other, a list says the same
        )
        for name, expr, scope, holder, listed in named_strings(module):
            if expr.span.start in docstrings:
                continue
            draft = self.drafts.at(module.path, expr.span)
            if draft is not None:
                draft.name = draft.name or name
                continue
            text = _with_holes(expr)
            owner = holder or (scope.rpartition(".")[2] if scope in module.classes else "")
            holes = any(isinstance(segment, Hole) for segment in text_segments(expr))
            confidence = prompt_confidence(name, text, module.path, owner, holes=holes)
            if confidence not in ("high", "medium") and len(words(expr)) >= _WORDS_ADDED:
                if judged is None or judged[0] is not listed:
                    judged = listed, _of_list(name, listed, module.path, owner)
                confidence = judged[1]
            if confidence in ("high", "medium"):
                self._named_string(module, name, expr, scope, confidence)

    def _named_string(self, module: Module, name: str | None, expr: Text | Binary, scope: str, confidence: str) -> None:
        origin = Origin(module.path, expr, "concat" if isinstance(expr, Binary) else expr.form, scope)
        draft = self.drafts.add(origin, None, confidence)
        if draft is not None:
            draft.name = draft.name or name
            if any(isinstance(s, Hole) for s in draft.segments):
                self._parts(expr, Context(module), confidence)

    def _made_elsewhere(self, module: Module) -> None:
        """What functions of the project return for a name that says prompt: `prompt = Judge.verdict(text)`."""
        context = Context(module)
        for name, result in named_results(module):
            if names_prompt(name) < SURELY:
                continue
            callee = module.facts.invocations[result.invocation].callee
            for value in each(self.names.resolve(callee, context)):
                if isinstance(value, FunctionValue):
                    self._returned(value, name)

    def _returned(self, value: FunctionValue, name: str) -> None:
        """The texts that a function returns, judged by what its caller calls them."""
        for expr in value.function.returns:
            if not isinstance(expr, (Text, Binary, Name)):
                continue
            for origin in self.composer.compose(expr, Context(value.module)).origins:
                text = _with_holes(origin.expr)
                if self.drafts.at(origin.path, origin.expr.span) is None and tells(text) >= _TOLD_ELSEWHERE:
                    confidence = prompt_confidence(name, text, origin.path)
                    if confidence in ("high", "medium"):
                        self.drafts.add(origin, None, confidence)

    def _gathered(self, module: Module) -> None:
        """What is added to a text that holds a prompt, or joined with one, is part of it, whatever it says."""
        for strings in chain(gathered_strings(module), joined_strings(module)):
            if any(self.drafts.at(module.path, named.expr.span) is not None for named in strings):
                for name, expr, scope, *_ in strings:
                    if len(words(expr)) >= _WORDS_ADDED and self.drafts.at(module.path, expr.span) is None:
                        self._named_string(module, name, expr, scope, "medium")

    def _parts(self, expr: Text | Binary, context: Context, confidence: str) -> None:
        """What fills the holes of a prompt: constants with something to say are prompts too."""
        composed = self.composer.compose(expr, context)
        self.dumps.extend(composed.dumps)
        for origin in composed.origins:
            if origin.expr is not expr and len(words(origin.expr)) >= _WORDS_OF_A_PART:
                self.drafts.add(origin, None, confidence)

    def _stored(self, stored: Stored, role: str | None, site_id: str | None) -> None:
        """A file or an entry that a call or loader reaches: a prompt whether it reads like one or not."""
        entries = self.templates.stored.entries(stored)
        self.drafts.add_file(stored.path, self.modules.files[stored.path], entries, role, site_id)

    def _includes(self) -> None:
        """The templates that prompts include, and those that these include; the files that a collection lists as prompts."""
        listing = {path for path, facts in self.modules.files.items() if facts.kind == "data" and facts.includes}
        waiting = sorted(listing | set(self.drafts.paths()))
        seen = set(waiting)
        while waiting:
            path = waiting.pop()
            for name in self.modules.files[path].includes:
                part = self.templates.stored.named(name, path)
                if part is not None and part not in seen:
                    seen.add(part)
                    waiting.append(part)
                    self._stored(Stored(part), None, None)


def _with_holes(expr: Text | Binary) -> str:
    """The text of a string, ` x ` for each hole."""
    return "".join(s.text if isinstance(s, Literal) else " x " for s in text_segments(expr))


def _of_list(name: str | None, listed: tuple[Text | Binary, ...], path: str, owner: str) -> str | None:
    """How surely the items of a list are the lines of one prompt: read together, and at least every other one says what to do."""
    if not _FEWEST_LINES <= len(listed) <= _MOST_LINES:
        return None
    texts = [_with_holes(item) for item in listed]
    if sum(tells(text) > 0 for text in texts) * 2 < len(texts):
        return None
    return prompt_confidence(name, "\n".join(texts), path, owner)


def _locals(module: Module, lasts: frozenset[str]) -> frozenset[str]:
    """Some last names, and those a module imports them under: `from jinja2 import Template as Page`."""
    return lasts | {entry.local for entry in module.facts.imports if entry.target.rpartition(".")[2] in lasts}


def _asked(found: list[str]) -> bool:
    """Whether what a caller passes is an instruction: a plain question is what a user may ask."""
    text = " ".join(found)
    return len(found) >= _FEWEST_PASSED and (not text.endswith("?") or tells(text) >= 1)
