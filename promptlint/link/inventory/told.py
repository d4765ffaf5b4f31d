"""What template classes, agents, tasks and decorated functions are told where they are made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from promptlint.facts import Binary, Expr, Items, Text
from promptlint.knowledge.specs import TemplateSpec
from promptlint.link.inventory.drafts import Drafts
from promptlint.link.program.module import Module
from promptlint.link.requests.decorated import decorations, documented
from promptlint.link.resolve.arguments import layered, read
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.passed import Argument, Arguments
from promptlint.link.resolve.strings import with_holes, word_count
from promptlint.link.resolve.values import Context, Data, External, Instance, Made, constant, each
from promptlint.link.texts.compose import Composer
from promptlint.link.texts.composed import Composed, Origin
from promptlint.link.texts.stored import Stored
from promptlint.link.texts.templates import Templates, template_form
from promptlint.parse.reads import prosaic

_NAME = re.compile(r"\s*[\w.-]*\s*", re.ASCII)


class Told:
    """Drafts of these texts, one module at a time."""

    def __init__(self, names: Names, composer: Composer, templates: Templates, drafts: Drafts) -> None:
        self.names = names
        self.composer = composer
        self.templates = templates
        self.drafts = drafts

    def template_classes(self, module: Module) -> None:
        """`PromptTemplate(template=...)` and its like, and messages made of tuples."""
        for spec, argument, arguments in self.template_calls(module):
            if spec.from_file:
                stored = self.templates.stored.at(argument.expr, argument.context)
                if stored is not None:
                    self.stored(stored, None, None)
            elif spec.messages:
                self._template_messages(argument.expr, argument.context, spec.syntax or "fstring")
            else:
                composed = self.composer.compose(argument.expr, argument.context)
                self.split(composed, self.syntax(spec, arguments), spec.general, spec.role)

    def template_calls(self, module: Module) -> Iterator[tuple[TemplateSpec, Argument, Arguments]]:
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

    def syntax(self, spec: TemplateSpec, arguments: Arguments) -> str:
        """The syntax of a template: what the call says, else that of its class."""
        chosen = arguments.first("template_format")
        said = constant(self.names.resolve(chosen[1][0].expr, chosen[1][0].context)) if chosen else None
        return said or spec.syntax or "fstring"

    def instructed(self, module: Module) -> None:
        """What agents and tasks are told where they are built, whoever runs them: a team, a crew, a flow."""
        for argument, role in self.instructions(module):
            self._text(argument.expr, argument.context, role)

    def instructions(self, module: Module) -> Iterator[tuple[Argument, str | None]]:
        """The texts that agents and tasks are built with, each with its role."""
        context = Context(module)
        for last in sorted(_locals(module, self.names.knowledge.instructed) & module.calls_by_name.keys()):
            for invocation in (module.facts.invocations[i] for i in module.calls_by_name[last]):
                for value in each(self.names.results.result(invocation, context)):
                    if not isinstance(value, Instance) or not value.layers:
                        continue
                    given = layered(self.names, value.layers).given
                    for parameter in (*value.client.system, *value.client.texts):
                        for argument in given.get(parameter, ()):
                            yield argument, "system" if parameter in value.client.system else None

    def _text(self, expr: Expr, context: Context, role: str | None) -> None:
        for origin in self.composer.compose(expr, context).origins:
            if word_count(origin.expr) > 1:
                self.drafts.add(origin, role, "high")

    def decorated(self, module: Module) -> None:
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
        self.split(self.composer.compose(expr, context), syntax, False, role)

    def split(self, composed: Composed, syntax: str, general: bool, role: str | None) -> None:
        """Note texts that are templates of a syntax; of a `general` one, those that are prose. One word alone is a name."""
        form = template_form(syntax)
        for origin in composed.origins:
            if _NAME.fullmatch(with_holes(origin.expr)):
                continue
            if general and not prosaic(with_holes(origin.expr)):
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

    def stored(self, stored: Stored, role: str | None, site_id: str | None) -> None:
        """A file or an entry that a call or loader reaches: a prompt whether it reads like one or not."""
        entries = self.templates.stored.entries(stored)
        self.drafts.add_file(stored.path, self.names.modules.files[stored.path], entries, role, site_id)


def _locals(module: Module, lasts: frozenset[str]) -> frozenset[str]:
    """Some last names, and those a module imports them under: `from jinja2 import Template as Page`."""
    return lasts | {entry.local for entry in module.facts.imports if entry.target.rpartition(".")[2] in lasts}
