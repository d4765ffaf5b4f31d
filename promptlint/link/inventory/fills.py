"""Where prompts are filled in: `.format(...)`, template objects, and `.replace("[SLOT]", value)` where slots are their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.facts import Attribute, Binary, Expr, Invocation, Literal, Name, Place, Result, Span, TemplateUse, Text
from promptlint.link.inventory.drafts import Draft, Drafts, instructs
from promptlint.link.program.module import Module
from promptlint.link.resolve.arguments import read
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.passed import Arguments
from promptlint.link.resolve.strings import word_count
from promptlint.link.resolve.values import (
    ClassValue,
    Context,
    Data,
    Default,
    Made,
    ModuleValue,
    Value,
    constant,
    each,
    is_text,
)
from promptlint.link.texts.compose import Composer
from promptlint.link.texts.composed import Origin
from promptlint.parse.holes import split_at

_FORMATS = ("format", "format_map")
_FILLS = (
    "render",
    "render_async",
    "substitute",
    "safe_substitute",
    "format",
    "format_prompt",
    "aformat",
    "aformat_prompt",
)
_KEEPS = frozenset(("replace", "strip", "lstrip", "rstrip"))
_SLOT = re.compile(r"[^\w\s]{0,4} ?[A-Za-z_][\w .-]{0,40} ?[^\w\s]{0,4}")
_LONGEST_CHAIN = 40
WORDS_OF_A_PART = 8
"""What fills a hole of a prompt and has as many says something of its own."""


class Fills:
    """Notes on each draft how it is used. `dumps`: what is made JSON on the way in."""

    def __init__(self, names: Names, composer: Composer, drafts: Drafts) -> None:
        self.names = names
        self.composer = composer
        self.drafts = drafts
        self.dumps: list[tuple[Context, Invocation]] = []
        self._bound: dict[str, dict[int, str]] = {}

    def note(self, module: Module) -> None:
        """All uses in one module."""
        context = Context(module)
        for name in _FORMATS:
            for index in module.calls_by_name.get(name, ()):
                invocation = module.facts.invocations[index]
                drafts = list(self._drafts(invocation, context))
                arguments = self._filled(invocation, context) if drafts else None
                if arguments is not None and len(drafts) == 1:
                    if drafts[0].syntax is None:
                        self.drafts.split(drafts[0], "format", "format")
                    self._use(drafts[0], invocation, context, arguments, every=name == "format_map")
        for index in module.calls_by_name.get("replace", ()):
            invocation = module.facts.invocations[index]
            slot = self._slot(invocation, context)
            for draft in self._drafts(invocation, context) if slot else ():
                self._replace(draft, slot)

    def note_objects(self, module: Module) -> None:
        """All uses of template objects in one module: `Template("...").render(...)`, `PromptTemplate(...).format(...)`."""
        context = Context(module)
        for name in _FILLS:
            for index in module.calls_by_name.get(name, ()):
                invocation = module.facts.invocations[index]
                base: Expr | None = getattr(invocation.callee, "base", None)
                values = each(self.names.resolve(base, context)) if base is not None else ()
                drafts = [d for v in values if isinstance(v, Made) for d in self._held(v)]
                # A dictionary in place of keywords may serve several templates.
                if len(values) == len(drafts) == 1:
                    arguments = self._filled(invocation, context)
                    self._use(drafts[0], invocation, context, arguments, every=bool(invocation.positional))

    def _held(self, value: Made) -> Iterator[Draft]:
        """The prompt that a template object holds."""
        template = self.composer.templates.built(value)
        if template is None or template.messages:
            return
        if template.text is None:
            yield from self.drafts.of_file(template.file.path) if template.file is not None else ()
            return
        text = self._plain(self.names.resolve(template.text, template.context))
        if isinstance(text, Data):
            draft = self.drafts.at(text.context.module.path, text.expr.span)
            if draft is not None:
                yield draft

    def _plain(self, value: Value) -> Value:
        """A text, whose indentation may be taken off: `dedent("...")`."""
        if isinstance(value, Made) and is_text(value) and value.invocation.positional:
            return self.names.resolve(value.invocation.positional[0], value.context)
        return value

    def _drafts(self, invocation: Invocation, context: Context) -> Iterator[Draft]:
        """The constant prompts whose method is called, at the start of a chain of replacements."""
        base: Expr | None = getattr(invocation.callee, "base", None)
        for _ in range(_LONGEST_CHAIN):
            if not isinstance(base, Result):
                break
            callee = context.module.facts.invocations[base.invocation].callee
            if not isinstance(callee, Attribute) or callee.name not in _KEEPS:
                break
            base = callee.base
        for found in each(self.names.resolve(base, context)) if base is not None else ():
            value = self._plain(found)
            if isinstance(value, Data) and isinstance(value.expr, Text) and value.expr.form == "constant":
                draft = self.drafts.at(value.context.module.path, value.expr.span)
                if draft is not None:
                    yield draft

    def _filled(self, invocation: Invocation, context: Context) -> Arguments:
        """What a prompt is filled with, those of dictionaries included; the constants among it are noted as parts of it."""
        arguments = read(self.names, invocation, context, ())
        filled = [(expr, context) for expr in invocation.positional]
        filled += [(one.expr, one.context) for given in arguments.given.values() for one in given]
        for expr, where in filled:
            composed = self.composer.compose(expr, where)
            self.dumps.extend(composed.dumps)
            for origin in composed.origins:
                self._part(origin, module=context.module, around=invocation.span)
        return arguments

    def _part(self, origin: Origin, module: Module, around: Span) -> None:
        """A constant that fills a prompt is part of it; what is written in the call itself may be a sample."""
        inside = origin.path == module.path and around.start <= origin.expr.span.start < around.end
        if word_count(origin.expr) >= WORDS_OF_A_PART and (not inside or instructs(origin.expr)):
            draft = self.drafts.add(origin, None, "medium")
            if draft is not None and not inside:
                draft.name = draft.name or self._name(origin)

    def _name(self, origin: Origin) -> str | None:
        """What a text is bound to where it stands."""
        if origin.path not in self._bound:
            bound = self.names.modules.at(origin.path).facts.bindings
            self._bound[origin.path] = {
                b.value.span.start: b.name for b in bound if isinstance(b.value, (Text, Binary))
            }
        name = self._bound[origin.path].get(origin.expr.span.start)
        return name.rpartition(".")[2] if name is not None else None

    def _use(
        self, draft: Draft, invocation: Invocation, context: Context, arguments: Arguments, *, every: bool
    ) -> None:
        draft.uses.append(
            TemplateUse(
                prompt=f"{draft.path}:{draft.span.start}",
                place=Place(path=context.module.path, span=invocation.span),
                given=tuple(sorted(arguments.given)),
                positional=len(invocation.positional),
                open=bool(arguments.open) or every or bool(invocation.starred),
                sole=self._sole(invocation, context),
                sure=self._surely(invocation, context),
                written=invocation.keyword_spans,
            )
        )

    def _surely(self, invocation: Invocation, context: Context) -> bool:
        """Whether it is this text that is filled, and not one that takes its place: an object may fill itself otherwise."""
        base: Expr | None = getattr(invocation.callee, "base", None)
        value = self._plain(self.names.resolve(base, context)) if base is not None else None
        return isinstance(value, Data) or (isinstance(value, Default) and value.sure)

    def _sole(self, invocation: Invocation, context: Context) -> bool:
        """Whether a constant or variable is filled that holds one text whoever calls: no attribute, which others may set."""
        base: Expr | None = getattr(invocation.callee, "base", None)
        if isinstance(base, Attribute) and not self._fixed(base, context):
            return False
        if not isinstance(base, (Name, Attribute, Text, Result)):
            return False
        return isinstance(self.names.resolve(base, context), (Data, Made))

    def _fixed(self, base: Attribute, context: Context) -> bool:
        """Whether an attribute is of a module, or of a class that is called by its own name: `Prompts.ASK`."""
        owner = self.names.resolve(base.base, context)
        if isinstance(owner, ClassValue):
            return isinstance(base.base, (Name, Attribute)) and base.base.name == owner.cls.qualname.rpartition(".")[2]
        return isinstance(owner, ModuleValue)

    def _slot(self, invocation: Invocation, context: Context) -> str:
        """The text that a value takes the place of; empty when words are swapped for others."""
        if len(invocation.positional) < 2:
            return ""
        old = constant(self.names.resolve(invocation.positional[0], context))
        new = constant(self.names.resolve(invocation.positional[1], context))
        return old if old and new is None and _SLOT.fullmatch(old.strip()) else ""

    def _replace(self, draft: Draft, slot: str) -> None:
        segments = tuple(
            part for s in draft.segments for part in (split_at(s, slot) if isinstance(s, Literal) else (s,))
        )
        if len(segments) > len(draft.segments):
            draft.segments = segments
            draft.form = "template"
