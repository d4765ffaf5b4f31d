"""Where prompts are filled in: `.format(...)`, and `.replace("[SLOT]", value)` for templates with slots of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.facts import Attribute, Expr, Invocation, Literal, Name, Place, Result, TemplateUse, Text
from promptlint.link.arguments import read
from promptlint.link.compose import Composer
from promptlint.link.drafts import Draft, Drafts
from promptlint.link.modules import Module
from promptlint.link.names import Names
from promptlint.link.values import Context, Data, Default, ModuleValue, constant, each
from promptlint.parse.holes import split_at

_FORMATS = ("format", "format_map")
_KEEPS = frozenset(("replace", "strip", "lstrip", "rstrip"))
_SLOT = re.compile(r"[^\w\s]{0,4} ?[A-Za-z_][\w .-]{0,40} ?[^\w\s]{0,4}")
_LONGEST_CHAIN = 40


class Fills:
    """Notes on each draft how it is used. `dumps`: what is made JSON on the way in."""

    def __init__(self, names: Names, composer: Composer, drafts: Drafts) -> None:
        self.names = names
        self.composer = composer
        self.drafts = drafts
        self.dumps: list[tuple[Context, Invocation]] = []

    def note(self, module: Module) -> None:
        """All uses in one module."""
        context = Context(module)
        for name in _FORMATS:
            for index in module.calls_by_name.get(name, ()):
                invocation = module.facts.invocations[index]
                drafts = list(self._drafts(invocation, context))
                if len(drafts) == 1:
                    self._format(drafts[0], invocation, context, every=name == "format_map")
        for index in module.calls_by_name.get("replace", ()):
            invocation = module.facts.invocations[index]
            slot = self._slot(invocation, context)
            for draft in self._drafts(invocation, context) if slot else ():
                self._replace(draft, slot)

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
        for value in each(self.names.resolve(base, context)) if base is not None else ():
            if isinstance(value, Data) and isinstance(value.expr, Text) and value.expr.form == "constant":
                draft = self.drafts.at(value.context.module.path, value.expr.span)
                if draft is not None:
                    yield draft

    def _format(self, draft: Draft, invocation: Invocation, context: Context, *, every: bool) -> None:
        if draft.syntax is None:
            self.drafts.split(draft, "format", "format")
        arguments = read(self.names, invocation, context, ())
        for _, filled in invocation.keywords.items:
            self.dumps.extend(self.composer.compose(filled, context).dumps)
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
        value = self.names.resolve(base, context) if base is not None else None
        return isinstance(value, Data) or (isinstance(value, Default) and value.sure)

    def _sole(self, invocation: Invocation, context: Context) -> bool:
        """Whether a constant or variable is filled that holds one text whoever calls: no attribute, which others may set."""
        base: Expr | None = getattr(invocation.callee, "base", None)
        if isinstance(base, Attribute) and not isinstance(self.names.resolve(base.base, context), ModuleValue):
            return False
        if not isinstance(base, (Name, Attribute, Text)):
            return False
        return isinstance(self.names.resolve(base, context), Data)

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
