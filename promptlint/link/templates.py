"""Template objects and prompt files: which text a template class holds, and which file a loader reads."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from promptlint.facts import Attribute, Expr, FileFacts, Literal, Name, Result, Segment, Text
from promptlint.knowledge import TemplateSpec
from promptlint.link.arguments import read
from promptlint.link.names import Names, constant, each
from promptlint.link.values import Context, Data, External, Made, Value
from promptlint.parse.holes import TemplateError, split

_LOADERS = frozenset(("jinja2.FileSystemLoader", "jinja2.PackageLoader", "jinja2.loaders.FileSystemLoader"))
_READS = frozenset(("read_text", "read", "read_bytes"))


@dataclass(frozen=True, eq=False)
class Template:
    """A template object: its text, or the file it was loaded from."""

    spec: str
    syntax: str
    form: str
    text: Expr | None
    context: Context
    file: str | None = None
    messages: bool = False


class Templates:
    """Knows template classes from `rules/sdk` and files by their path."""

    def __init__(self, names: Names, files: Mapping[str, FileFacts]) -> None:
        self.names = names
        self.files = files
        self._by_end: dict[str, list[str]] = {}
        for path in files:
            self._by_end.setdefault(path.rpartition("/")[2], []).append(path)

    def split(self, segment: Segment, syntax: str | None) -> tuple[Segment, ...]:
        """Literal text cut at its placeholders; the text itself when it is not a valid template."""
        if not isinstance(segment, Literal) or not syntax:
            return (segment,)
        try:
            return split(segment, syntax)
        except TemplateError:
            return (segment,)

    def built(self, value: Made) -> Template | None:
        """The template a value is: `PromptTemplate(...)`, `env.get_template(...)`, `Template(...)`."""
        path = ".".join((value.path, *(c for c in value.chain if c != "()")))
        spec = self.names.knowledge.template_at(path) if not value.chain else None
        if spec is not None:
            return self._from_class(spec, value)
        if path.endswith(".get_template") and value.path.startswith("jinja2."):
            return self._loaded(value)
        if value.path.startswith("jinja2.Environment") and value.chain[:1] == ("from_string",):
            return None
        return None

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
        form = {"jinja2": "jinja", "dollar": "template"}.get(syntax, "langchain")
        if spec.from_file:
            return Template(
                spec.names[0], syntax, "file", None, argument.context, self.path_of(argument.expr, argument.context)
            )
        return Template(spec.names[0], syntax, form, argument.expr, argument.context, None, spec.messages)

    def _loaded(self, value: Made) -> Template | None:
        """`env.get_template("name")`: the file below the loader's folder, or the only file whose path ends so."""
        positional = value.invocation.positional
        name = constant(self.names.resolve(positional[0], value.context)) if positional else None
        if name is None:
            return None
        file = self.by_end(name)
        return Template("jinja2", "jinja2", "jinja", None, value.context, file) if file else None

    def by_end(self, name: str) -> str | None:
        """The only file of the project whose path ends in `name`."""
        name = posixpath.normpath(name).lstrip("./")
        hits = [p for p in self._by_end.get(name.rpartition("/")[2], ()) if p == name or p.endswith("/" + name)]
        return hits[0] if len(hits) == 1 else None

    def file_read(self, value: Made) -> str | None:
        """The project file whose text a value is: `open(...).read()`, `Path(...).read_text()`, `files(...).read_text()`."""
        if not any(c in _READS for c in value.chain) and value.path not in (
            "pkgutil.get_data",
            "importlib.resources.read_text",
        ):
            return None
        return self._path_of_made(value)

    def path_of(self, expr: Expr, context: Context) -> str | None:
        """The project file a path expression names."""
        parts: list[str] = []
        self._collect(expr, context, parts, 0)
        name = "/".join(p.strip("/") for p in parts if p.strip("/"))
        return self._existing(name, context) if name else None

    def _path_of_made(self, value: Made) -> str | None:
        parts: list[str] = []
        for expr in (
            *value.invocation.positional,
            *(v for k, v in value.invocation.keywords.items if k in ("file", "path")),
        ):
            self._collect(expr, value.context, parts, 0)
        name = "/".join(p.strip("/") for p in parts if p.strip("/"))
        return self._existing(name, value.context) if name else None

    def _existing(self, name: str, context: Context) -> str | None:
        folder = posixpath.dirname(context.module.path)
        local = posixpath.normpath(posixpath.join(folder, name))
        return local if local in self.files else self.by_end(name)

    def _collect(self, expr: Expr, context: Context, parts: list[str], depth: int) -> None:
        """The constant parts of a path: `Path(__file__).parent / "a" / "b.md"`, `os.path.join(here, "b.md")`."""
        if depth > 8:
            return
        if isinstance(expr, Text):
            text = "".join(s.text if isinstance(s, Literal) else "" for s in expr.segments)
            parts.append(text)
            return
        if isinstance(expr, Result):
            invocation = context.module.facts.invocations[expr.invocation]
            for argument in invocation.positional:
                self._collect(argument, context, parts, depth + 1)
            return
        if isinstance(expr, (Name, Attribute)):
            for value in each(self.names.resolve(expr, context)):
                self._collect_value(value, parts, depth)

    def _collect_value(self, value: Value, parts: list[str], depth: int) -> None:
        if isinstance(value, Data):
            self._collect(value.expr, value.context, parts, depth + 1)
        elif isinstance(value, Made):
            for argument in value.invocation.positional:
                self._collect(argument, value.context, parts, depth + 1)
        elif isinstance(value, External):
            return

    def file_segments(self, path: str) -> tuple[Segment, ...]:
        """The text of a prompt file, all entries in order."""
        return tuple(s for entry in self.files[path].prompts for s in entry.segments)
