"""The messages in the code, sent from here or not, and what callers pass into one or into a template."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from promptlint.facts import Attribute, Binary, Binding, Expr, Invocation, Items, Name, Result, Span, Table, Text, Want
from promptlint.link.callers.graph import CallGraph
from promptlint.link.inventory.drafts import Drafts, instructs
from promptlint.link.inventory.told import Told
from promptlint.link.program.module import Module
from promptlint.link.program.modules import Modules
from promptlint.link.program.parts import last_name
from promptlint.link.requests.sums import sums
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.strings import slotted, word_count, words
from promptlint.link.resolve.values import (
    ClassValue,
    Context,
    Data,
    External,
    Frame,
    Instance,
    ParameterValue,
    constant,
    each,
)
from promptlint.link.sent.messages import MESSAGE_ROLES
from promptlint.link.texts.compose import Composer
from promptlint.link.texts.composed import Composed, Origin
from promptlint.parse.reads import tells

_GUIDANCE = "guidance"
_Syntax = tuple[str, bool]
"""The syntax of a template, and whether it is a general one."""
_FILLED: _Syntax = ("format", True)
"""That of a text which is filled where it is passed to."""

_MESSAGE = re.compile(r"(?:[mM]essage(?:Param)?|[mM]sg|[cC]hat|[tT]urn|^add|^append)$|^(?:[mM]essage|add_)|_message_")
_ROLE_MESSAGE = re.compile(r"(?:^|_)(system|user|human|assistant|developer)_?(?:message|msg|turn)$", re.IGNORECASE)
_ROLES = {
    "system": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "developer": "developer",
    "ai": "assistant",
}
_SCREENS = frozenset(
    ("panel", "streamlit", "gradio", "chainlit", "nicegui", "reflex", "mesop", "solara", "shiny", "textual")
)
_WORDS_ADDED = 5
_DEEPEST = 4
_TOLD_ELSEWHERE = 2


class Said:
    """Drafts of what messages say. `sinks` are the functions that make a message or a template of what they are passed."""

    def __init__(
        self, names: Names, modules: Modules, composer: Composer, drafts: Drafts, told: Told, graph: CallGraph
    ) -> None:
        self.names = names
        self.modules = modules
        self.composer = composer
        self.drafts = drafts
        self.told = told
        self.graph = graph
        self.sinks: set[Want] = set()
        self._passed: list[tuple[ParameterValue, str | None, _Syntax | None]] = []

    def read(self, calls: Iterable[tuple[Composed, str | None, str, bool]]) -> None:
        """Every message in the code, sent from here or not, and what callers pass into one, into a template or into `calls`.

        What a message says may be written in a file that nothing else points at: such files are wanted.
        """
        read: set[str] = set()
        while late := [module for module in self.modules if module.path not in read]:
            for module in late:
                with self.modules.guarded(module.path):
                    self._messages(module)
                    self._message_objects(module)
                    self._template_parameters(module)
                    self._instruction_parameters(module)
                    self._added(module)
            read.update(module.path for module in late)
        for composed, role, *_ in calls:
            self._kept(composed, role)
        self._passed_on()

    def _messages(self, module: Module) -> None:
        """Every `{"role": ..., "content": ...}` in the code, sent from here or not."""
        context = Context(module)
        for expr in module.facts.texts:
            listed = isinstance(expr, Items) and len(expr.values) > 1
            for table in expr.values if isinstance(expr, Items) else (expr,):
                if not isinstance(table, Table):
                    continue
                keys = {k: v for k, v in table.items if k is not None}
                role = constant(self.names.resolve(keys["role"], context)) if "role" in keys else None
                if role not in ("system", "user", "assistant", "developer", "human", "model", "ai"):
                    continue
                content = keys.get("content", keys.get("parts"))
                if content is not None:
                    self._content(content, context, role, table.span, listed)

    def _message_objects(self, module: Module) -> None:
        """`SystemMessage("...")`, `dict(role=..., content=...)`, `system_message("...")`, `add_message("user", "...")`."""
        context = Context(module)
        for name, indexes in module.calls_by_name.items():
            if name == "dict" or _MESSAGE.search(name):
                for invocation in (module.facts.invocations[i] for i in indexes):
                    found = self._message_object(name, invocation, context)
                    if found is not None:
                        self._content(*found, invocation.span)
            elif name.lower() in _ROLES:  # `messages.system("...")`
                for invocation in (module.facts.invocations[i] for i in indexes):
                    callee = invocation.callee
                    held = isinstance(callee, Attribute) and last_name(callee.base).lower() == "messages"
                    if held and len(invocation.positional) == 1:
                        self._content(invocation.positional[0], context, _ROLES[name.lower()], invocation.span)
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
        given = keywords.get("role")
        if given is not None:
            role = constant(self.names.resolve(given, context)) or role
        elif len(positional) >= 2 and (first := constant(self.names.resolve(positional[0], context))) in _ROLES:
            role = _ROLES[first]
            positional.pop(0)
        elif (name not in MESSAGE_ROLES and not named) or self._is_shown(invocation, context):
            return None
        content = keywords.get("content", keywords.get("text", keywords.get("message")))
        if content is None and len(positional) == 1:
            content = positional[0]
        return (content, context, role) if content is not None else None

    def _is_shown(self, invocation: Invocation, context: Context) -> bool:
        """Whether a message is one of a page or a terminal: `pn.chat.ChatMessage("Hello!", user="Assistant")`."""
        made = each(self.names.resolve(invocation.callee, context))
        return any(isinstance(v, External) and v.path.partition(".")[0] in _SCREENS for v in made)

    def _added(self, module: Module) -> None:
        """What is added to a model of guidance, which is sent with what it is to generate: `lm += "Name: " + gen("name")`."""
        if _GUIDANCE not in module.roots:
            return
        context = Context(module)
        for binding in module.facts.bindings:
            if binding.operation == "add" and self._is_program(binding, context):
                self._content(binding.value, context, None, binding.span)
        for first, added in sums(module):
            if self._is_model(first, context):
                for expr in added:
                    self._content(expr, context, None, expr.span)

    def _is_program(self, binding: Binding, context: Context) -> bool:
        """Whether a name stands for a model of guidance: one that was made, or the first parameter of a function for one."""
        function = context.module.functions.get(binding.scope)
        if function is not None and function.parameters and function.parameters[0].name == binding.name:
            made = [v for d in function.decorators for v in each(self.names.resolve(d, context))]
            return any(getattr(v, "path", "").partition(".")[0] == _GUIDANCE for v in made)
        return self._is_model(Name(name=binding.name, scope=binding.scope, span=binding.span), context)

    def _is_model(self, expr: Expr, context: Context) -> bool:
        return any(
            isinstance(v, Instance) and v.client.sdk == _GUIDANCE for v in each(self.names.resolve(expr, context))
        )

    def _prompt_object(self, invocation: Invocation, context: Context) -> None:
        """The text of `Prompt("...")`, a class of the project that is named for what it holds."""
        values = each(self.names.resolve(invocation.callee, context))
        if not any(isinstance(value, ClassValue) for value in values):
            return
        keywords = [v for k, v in invocation.keywords.items if k in ("text", "prompt", "template", "content")]
        for expr in (*keywords[:1], *invocation.positional[:1]):
            for origin in self.composer.compose(expr, context).origins:
                if word_count(origin.expr) >= _WORDS_ADDED and origin.path == context.module.path:
                    self.drafts.add(origin, None, "medium")

    def _content(
        self, content: Expr, context: Context, role: str | None, around: Span, listed: bool = False, part: bool = False
    ) -> None:
        """Note what a message says, or a part of it. `listed`: it stands in a list of messages, where an answer may be an example."""
        for value in each(self.names.resolve(content, context)) if not part else ():
            if isinstance(value, Data) and isinstance(value.expr, Items):  # parts, of which some are text
                for one in value.expr.values:
                    text = _text_of(one, value.context.module)
                    # What a model said stands in a class of its SDK.
                    if text is not None and not (role == "assistant" and isinstance(one, Result)):
                        self._content(text, value.context, role, around, listed, part=True)
                return
        composed = self._followed(content, context)
        own = [p for p in composed.parameters if p.module is context.module]
        self._passed.extend((p, role, _syntax_of(p, composed)) for p in own)
        for origin in composed.origins:
            inside = origin.path == context.module.path and around.start <= origin.expr.span.start < around.end
            if inside and word_count(origin.expr) < 2:
                continue
            if role == "assistant" and self._answers(origin, inside=inside, listed=listed):
                continue
            self.drafts.add(
                origin,
                role,
                "high",
                form="messages_literal" if inside and origin.form in ("constant", "fstring") else None,
            )

    def _answers(self, origin: Origin, *, inside: bool, listed: bool) -> bool:
        """Whether the program says a text in the model's stead: `return "Something went wrong, please try again."`."""
        told = tells(" ".join(words(origin.expr)))
        if not inside and origin.path in self.modules.files:
            functions = self.modules.at(origin.path).facts.functions
            if any(origin.expr is value for function in functions for value in function.returns):
                return told < _TOLD_ELSEWHERE
        return told == 0 and not listed

    def _followed(self, expr: Expr, context: Context) -> Composed:
        """The text of an expression, files that it leads to being wanted."""
        with self.modules.reading(True):
            return self.composer.compose(expr, context)

    def _template_parameters(self, module: Module) -> None:
        """Parameters of functions that make a template of what they are given: `def prompt(text): return Template(dedent(text))`."""
        context = Context(module)
        for spec, argument, arguments in self.told.template_calls(module):
            if spec.from_file or spec.messages:
                continue
            for parameter in self.composer.compose(argument.expr, context).parameters:
                self._passed.append((parameter, spec.role, (self.told.syntax(spec, arguments), spec.general)))

    def _instruction_parameters(self, module: Module) -> None:
        """Parameters of functions that tell an agent what they are given: `def make(name, text): return Agent(name, text)`."""
        for argument, role in self.told.instructions(module):
            for value in each(self.names.resolve(argument.expr, argument.context)):
                if isinstance(value, ParameterValue) and value.module is module:
                    self._passed.append((value, role, None))

    def _kept(self, composed: Composed, role: str | None) -> None:
        """Note what constructors are given that a request says, whoever makes it: `Conversation("You are a tutor.")`."""
        made = (p for p in composed.parameters if p.function.qualname.endswith(".__init__"))
        self._passed.extend((p, role, _syntax_of(p, composed)) for p in made)

    def _passed_on(self) -> None:
        """What callers pass for a parameter that becomes the content of a message, a template, or what an agent is told."""
        seen: set[tuple[int, str]] = set()
        for _ in range(_DEEPEST):
            passed, self._passed = self._passed, []
            for value, role, syntax in passed:
                key = (id(value.function), value.name)
                parameter = value.parameter
                if key in seen or parameter is None or value.chain:
                    continue
                seen.add(key)
                self.sinks.add(Want(module=value.module.path, name=value.function.qualname))
                for module, invocation in self.graph.callers(value.module, value.function):
                    frame = Frame(value.module, value.function, invocation, Context(module))
                    argument = self.names.parameters.argument(frame, parameter)
                    if argument is not None:
                        self._argument(*argument, role, syntax)

    def _argument(self, expr: Expr, context: Context, role: str | None, syntax: _Syntax | None) -> None:
        composed = self._followed(expr, context)
        self._passed.extend((p, role, syntax or _syntax_of(p, composed)) for p in composed.parameters)
        if syntax is not None and syntax != _FILLED:
            self.told.split(composed, *syntax, role)
            return
        if role == "assistant":  # whoever passes it says it in the model's stead
            return
        for origin in composed.origins:
            if instructs(origin.expr) or slotted(origin.expr):
                filled = syntax == _FILLED and not origin.syntax
                self.drafts.add(replace(origin, form="format", syntax="format") if filled else origin, role, "high")


def _syntax_of(parameter: ParameterValue, composed: Composed) -> _Syntax | None:
    return _FILLED if any(parameter is filled for filled in composed.filled) else None


def _text_of(part: Expr, module: Module) -> Expr | None:
    """The text of one part of a message: `{"type": "text", "text": ...}`, `TextContent(text=...)`, or just a string."""
    if isinstance(part, (Text, Binary)):
        return part
    table = module.facts.invocations[part.invocation].keywords if isinstance(part, Result) else part
    return dict(table.items).get("text") if isinstance(table, Table) else None
