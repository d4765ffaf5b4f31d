"""Template objects and prompt files: which text a template class holds, and which file a loader reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from promptlint.facts import Expr, FileFacts, Literal, Segment
from promptlint.knowledge.specs import TemplateSpec
from promptlint.link.resolve.arguments import read
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.values import Context, Made, constant
from promptlint.link.texts.stored import Stored, StoredFiles
from promptlint.parse.holes import TemplateError, split


@dataclass(frozen=True, eq=False)
class Template:
    """A template object: its text, or the file it was loaded from. No `syntax`: its text is sent as it is."""

    spec: str
    syntax: str
    form: str
    text: Expr | None
    context: Context
    file: Stored | None = None
    messages: bool = False


def template_form(syntax: str) -> str:
    """The form of a prompt that a template class holds; none where the text is sent as it is written."""
    return {"jinja2": "jinja", "dollar": "template", "none": ""}.get(syntax, "langchain")


class Templates:
    """Knows template classes from `rules/sdk`; `stored` knows the files they are loaded from."""

    def __init__(self, names: Names, files: Mapping[str, FileFacts], paths: Mapping[str, str] = {}) -> None:
        self.names = names
        self.stored = StoredFiles(names, files, paths)

    def split(self, segment: Segment, syntax: str | None) -> tuple[Segment, ...]:
        """Literal text cut at its placeholders; the text itself when it is not a valid template."""
        if not isinstance(segment, Literal) or not syntax:
            return (segment,)
        try:
            return split(segment, syntax)
        except TemplateError:
            return (segment,)

    def built(self, value: Made) -> Template | None:
        """The template a value is: `PromptTemplate(...)`, `env.get_template(...)`, `env.from_string(...)`."""
        path = ".".join((value.path, *(c for c in value.chain if c != "()")))
        spec = self.names.knowledge.template_at(path) if not value.chain else None
        if spec is not None:
            return self._from_class(spec, value)
        if path.endswith(".get_template") and value.path.startswith("jinja2."):
            return self._loaded(value)
        if path.endswith(".from_string") and value.path.startswith("jinja2.") and value.invocation.positional:
            return Template("jinja2", "jinja2", "jinja", value.invocation.positional[0], value.context, None)
        return None

    def role(self, value: Made) -> str | None:
        """The role of the message a value is: `ChatMessage.from_system(...)`."""
        spec = self.names.knowledge.template_at(value.path) if not value.chain else None
        return spec.role if spec is not None else None

    def _from_class(self, spec: TemplateSpec, value: Made) -> Template | None:
        arguments = read(self.names, value.invocation, value.context, spec.positional)
        syntax = spec.syntax or "fstring"
        chosen = arguments.first("template_format")
        if chosen is not None:
            syntax = constant(self.names.resolve(chosen[1][0].expr, chosen[1][0].context)) or syntax
        passed = arguments.first(spec.text) if spec.text else None
        if passed is None:
            return None
        argument = passed[1][0]
        form = template_form(syntax)
        if spec.from_file:
            file = self.stored.at(argument.expr, argument.context)
            return Template(spec.names[0], syntax, "file", None, argument.context, file)
        parsed = "" if syntax == "none" else syntax
        return Template(spec.names[0], parsed, form, argument.expr, argument.context, None, spec.messages)

    def _loaded(self, value: Made) -> Template | None:
        """`env.get_template("name")`: the file below the loader's folder, or the only file whose path ends so."""
        positional = value.invocation.positional
        name = constant(self.names.resolve(positional[0], value.context)) if positional else None
        if name is None:
            return None
        file = self.stored.named(name, value.context.module.path)
        return Template("jinja2", "jinja2", "jinja", None, value.context, Stored(file)) if file else None
