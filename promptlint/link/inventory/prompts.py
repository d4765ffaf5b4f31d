"""The prompts of a project: every string that reaches a call, a message, a template class or a prompt file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain

from promptlint.facts import (
    Binary,
    Hole,
    Invocation,
    Literal,
    Name,
    Prompt,
    Text,
)
from promptlint.link.callers.graph import CallGraph
from promptlint.link.inventory.drafts import Drafts
from promptlint.link.inventory.fills import WORDS_OF_A_PART, Fills
from promptlint.link.inventory.joined import join_lines
from promptlint.link.inventory.said import Said
from promptlint.link.inventory.told import Told
from promptlint.link.program.module import Module
from promptlint.link.program.modules import Modules
from promptlint.link.program.shown import OnlyShown
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.strings import text_segments, with_holes, word_count, words
from promptlint.link.resolve.values import (
    Context,
    FunctionValue,
    each,
)
from promptlint.link.texts.compose import Composer
from promptlint.link.texts.composed import Composed, Origin
from promptlint.link.texts.named import (
    SURELY,
    gathered_strings,
    joined_strings,
    named_results,
    named_strings,
    reshaped_strings,
)
from promptlint.link.texts.stored import Stored
from promptlint.link.texts.templates import Templates
from promptlint.parse.reads import names_prompt, prompt_confidence, tells

_WORDS_ADDED = 5
_FEWEST_PASSED = 4
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
        self.composer = composer
        self.templates = templates
        self.drafts = Drafts(modules)
        self.dumps: list[tuple[Context, Invocation]] = []
        self.told = Told(names, composer, templates, self.drafts)
        self.said = Said(names, modules, composer, self.drafts, self.told, graph)

    def collect(self, calls: Iterable[tuple[Composed, str | None, str, bool]]) -> tuple[Prompt, ...]:
        """All prompts of the project, by path and place; `said.read` comes first."""
        for composed, role, site_id, from_caller in calls:
            self._sent(composed, role, site_id, from_caller=from_caller)
        told = (self.told.template_classes, self.told.instructed, self.told.decorated, self._named)
        for steps in (told, (self._made_elsewhere,), (self._gathered,)):
            self._each_module(*steps)
        fills = Fills(self.names, self.composer, self.drafts)
        self._each_module(fills.note)
        for path, facts in sorted(self.modules.files.items()):
            if facts.kind != "python":
                with self.modules.guarded(path):
                    self.drafts.add_file(path, facts, facts.prompts, None, None)
        self._each_module(fills.note_objects)
        self.dumps.extend(fills.dumps)
        self._includes()
        self._each_module(self._reshaped)
        join_lines(self.names, self.drafts)
        self.drafts.by_themselves()
        return self.drafts.prompts()

    def _each_module(self, *steps: Callable[[Module], None]) -> None:
        for module in self.modules:
            with self.modules.guarded(module.path):
                for step in steps:
                    step(module)

    def _sent(self, composed: Composed, role: str | None, site_id: str, *, from_caller: bool) -> None:
        """The text of one request."""
        for origin in composed.origins:
            with self.modules.guarded(origin.path):
                if (
                    from_caller
                    and not _asked(words(origin.expr))
                    and self.drafts.at(origin.path, origin.expr.span) is None
                ):
                    continue  # a value or a question that a caller passes, not an instruction
                self.drafts.add(origin, role, "high", site_id)
        for stored in composed.files:
            with self.modules.guarded(stored.path):
                self.told.stored(stored, role, site_id)

    def _reshaped(self, module: Module) -> None:
        for start in reshaped_strings(module):
            self.drafts.reshaped(module.path, start)

    def _named(self, module: Module) -> None:
        """Strings whose name and text both say that they are prompts."""
        docstrings = {f.docstring.span.start for f in module.facts.functions if f.docstring}
        docstrings |= {c.docstring.span.start for c in module.facts.classes if c.docstring}
        judged: tuple[object, str | None] | None = (
            None  # of all its items, which follow each other, a list says the same
        )
        shown: OnlyShown | None = None  # most files are never asked
        for name, expr, scope, holder, listed in named_strings(module):
            if expr.span.start in docstrings:
                continue
            draft = self.drafts.at(module.path, expr.span)
            if draft is not None:
                draft.name = draft.name or name
                continue
            text = with_holes(expr)
            if (text.isascii() and len(text.split(None, 1)) < 2) or _is_path(expr):
                continue  # one word
            owner = holder or (scope.rpartition(".")[2] if scope in module.classes else "")
            holes = any(isinstance(segment, Hole) for segment in text_segments(expr))
            confidence = prompt_confidence(name, text, module.path, owner, holes=holes)
            if confidence not in ("high", "medium") and word_count(expr) >= _WORDS_ADDED:
                if judged is None or judged[0] is not listed:
                    judged = listed, _of_list(name, listed, module.path, owner)
                confidence = judged[1]
            if confidence not in ("high", "medium"):
                continue
            if name and scope in module.functions:
                shown = shown or OnlyShown(module)
                if shown.has(scope, name):
                    continue
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
                text = with_holes(origin.expr)
                if self.drafts.at(origin.path, origin.expr.span) is None and tells(text) >= _TOLD_ELSEWHERE:
                    confidence = prompt_confidence(name, text, origin.path)
                    if confidence in ("high", "medium"):
                        self.drafts.add(origin, None, confidence)

    def _gathered(self, module: Module) -> None:
        """What is added to a text that holds a prompt, or joined with one, is part of it, whatever it says."""
        for strings in chain(gathered_strings(module), joined_strings(module)):
            if any(self.drafts.at(module.path, named.expr.span) is not None for named in strings):
                for name, expr, scope, *_ in strings:
                    if word_count(expr) >= _WORDS_ADDED and self.drafts.at(module.path, expr.span) is None:
                        self._named_string(module, name, expr, scope, "medium")

    def _parts(self, expr: Text | Binary, context: Context, confidence: str) -> None:
        """What fills the holes of a prompt: constants with something to say are prompts too."""
        composed = self.composer.compose(expr, context)
        self.dumps.extend(composed.dumps)
        for origin in composed.origins:
            if origin.expr is not expr and word_count(origin.expr) >= WORDS_OF_A_PART:
                self.drafts.add(origin, None, confidence)

    def _includes(self) -> None:
        """The templates that prompts include, and those that these include; the files that a collection lists as prompts."""
        listing = {path for path, facts in self.modules.files.items() if facts.kind == "data" and facts.includes}
        waiting = sorted(listing | set(self.drafts.paths()))
        seen = set(waiting)
        while waiting:
            path = waiting.pop()
            with self.modules.guarded(path):
                for name in self.modules.files[path].includes:
                    part = self.templates.stored.named(name, path)
                    if part is not None and part not in seen:
                        seen.add(part)
                        waiting.append(part)
                        self.told.stored(Stored(part), None, None)


def _is_path(expr: Text | Binary) -> bool:
    """Whether a string is a path with holes in it: `f"{folder}/prompts/math.jinja"`."""
    written = "".join(s.text for s in text_segments(expr) if isinstance(s, Literal))
    return "/" in written and not any(map(str.isspace, written))


def _of_list(name: str | None, listed: tuple[Text | Binary, ...], path: str, owner: str) -> str | None:
    """How surely the items of a list are the lines of one prompt: read together, and at least every other one says what to do."""
    if not _FEWEST_LINES <= len(listed) <= _MOST_LINES:
        return None
    texts = [with_holes(item) for item in listed]
    if sum(tells(text) > 0 for text in texts) * 2 < len(texts):
        return None
    return prompt_confidence(name, "\n".join(texts), path, owner)


def _asked(found: list[str]) -> bool:
    """Whether what a caller passes is an instruction: a plain question is what a user may ask."""
    text = " ".join(found)
    return len(found) >= _FEWEST_PASSED and (not text.endswith("?") or tells(text) >= 1)
