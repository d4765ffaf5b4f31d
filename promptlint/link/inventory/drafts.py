"""Drafts: a prompt while evidence for it is collected, one for each place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from promptlint.facts import Binary, FileFacts, Hole, Literal, Place, Prompt, Segment, Span, TemplateUse, Text, TextFile
from promptlint.link.program.modules import Modules
from promptlint.link.program.shown import documented
from promptlint.link.resolve.strings import text_segments, word_count, words
from promptlint.link.texts.composed import Origin
from promptlint.parse.holes import TemplateError, guess, split
from promptlint.parse.reads import tells

_MANY_WORDS = 15
_WORDS_OF_A_SENTENCE = 5
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# Syntaxes that are known by their placeholders, and the form of what is written in one.
_TOLD_BY_TEXT = {"jinja2": "jinja", "format": "format"}


@dataclass(eq=False)
class Draft:
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
    between: str | None = None


class Drafts:
    """All drafts of a project."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._by_place: dict[tuple[str, int, int], Draft] = {}
        self._documented: dict[str, tuple[Span, ...]] = {}

    def __contains__(self, place: tuple[str, int, int]) -> bool:
        return place in self._by_place

    def at(self, path: str, span: Span) -> Draft | None:
        """The draft of a place."""
        return self._by_place.get((path, span.start, span.end))

    def starts(self) -> dict[str, list[int]]:
        """Where the drafts of each file begin."""
        found: dict[str, list[int]] = {}
        for path, start, _ in sorted(self._by_place):
            found.setdefault(path, []).append(start)
        return found

    def of_file(self, path: str) -> list[Draft]:
        """The drafts of a file: one, where the whole file is a prompt."""
        return [draft for (where, _, _), draft in self._by_place.items() if where == path]

    def prompts(self) -> tuple[Prompt, ...]:
        """The prompts that were found, by path and place."""
        drafts = sorted(self._outermost(), key=lambda d: (d.path, d.span.start, d.span.end))
        drafts = [d for d in drafts if _says_something(d.segments)]  # a template may be nothing but a hole
        return tuple(_prompt(d) for d in drafts)

    def add(
        self, origin: Origin, role: str | None, confidence: str, site_id: str | None = None, form: str | None = None
    ) -> Draft | None:
        """Note a string that is a prompt; None when it holds no word, or documents an API and is not sent."""
        expr = origin.expr
        segments = text_segments(expr, self._modules.at(origin.path))
        if not _says_something(segments) or (origin.part and not instructs(expr)):
            return None
        if site_id is None and self._documents(origin.path, expr.span):
            return None
        key = (origin.path, expr.span.start, expr.span.end)
        draft = self._by_place.get(key)
        if draft is None:
            draft = Draft(origin.path, expr.span, segments, form or origin.form, confidence)
            self._by_place[key] = draft
        if origin.syntax and draft.syntax is None:
            self.split(draft, origin.syntax, origin.form)
        if form:
            draft.form = form
        if confidence == "high":
            draft.confidence = "high"
        draft.role = draft.role or role
        draft.reshaped = draft.reshaped or origin.reshaped
        if site_id is not None:
            draft.used_by.add(site_id)
        return draft

    def _documents(self, path: str, span: Span) -> bool:
        """Whether a string stands in an example that a program gives of its API."""
        if path not in self._documented:
            self._documented[path] = tuple(documented(self._modules.at(path)))
        return any(around.start <= span.start < around.end for around in self._documented[path])

    def split(self, draft: Draft, syntax: str, form: str) -> None:
        """Cut the text at its placeholders; a syntax error is kept for the rules."""
        draft.syntax, draft.form = syntax, form
        try:
            parts = cut(draft.segments, syntax)
        except TemplateError:
            # A field may begin in one string and end in the next. It is known then, but stands at no one place.
            try:
                parts = cut(_joined(draft.segments), syntax)
            except TemplateError as error:
                draft.problem = error.message
                draft.problem_place = Place(path=draft.path, span=draft.span)
                return
        else:
            draft.segments = tuple(parts)
        draft.required = tuple(dict.fromkeys(_variable(s) for s in parts if isinstance(s, Hole) and _variable(s)))

    def join(self, lines: list[Draft], span: Span, segments: tuple[Segment, ...], between: str) -> None:
        """Put one draft in the place of several, which are lines of it."""
        first = lines[0]
        confidence = "high" if any(line.confidence == "high" for line in lines) else first.confidence
        whole = Draft(first.path, span, segments, "concat", confidence, syntax=first.syntax, between=between)
        whole.name = next((line.name for line in lines if line.name), None)
        whole.role = next((line.role for line in lines if line.role), None)
        whole.used_by = {site for line in lines for site in line.used_by}
        whole.uses = list({use.place: use for line in lines for use in line.uses}.values())
        whole.required = tuple(dict.fromkeys(name for line in lines for name in line.required))
        whole.reshaped = any(line.reshaped for line in lines)
        for line in lines:
            del self._by_place[line.path, line.span.start, line.span.end]
        self._by_place[first.path, span.start, span.end] = whole

    def by_themselves(self) -> None:
        """Cut the constants that nothing is known to fill or to send at the placeholders that they are written with."""
        for draft in self._by_place.values():
            known = draft.syntax is not None or draft.used_by or draft.uses or draft.problem is not None
            texts = [s.text for s in draft.segments if isinstance(s, Literal)]
            if (draft.form != "constant" and draft.between is None) or known or len(texts) < len(draft.segments):
                continue
            syntax = guess("".join(texts))
            if syntax in _TOLD_BY_TEXT and _is_cut(draft.segments, syntax):
                self.split(draft, syntax, _TOLD_BY_TEXT[syntax])

    def reshaped(self, path: str, start: int) -> None:
        """Note that the white space of a string is changed before it is sent."""
        for (where, first, _), draft in self._by_place.items():
            if where == path and first == start:
                draft.reshaped = True

    def paths(self) -> set[str]:
        """The files that hold a draft."""
        return {draft.path for draft in self._by_place.values()}

    def add_file(
        self, path: str, facts: FileFacts, entries: Iterable[TextFile], role: str | None, site_id: str | None
    ) -> None:
        """Note prompts of a file: the whole, or entries of it."""
        for entry in entries:
            if not _says_something(entry.segments):
                continue
            key = (path, entry.span.start, entry.span.end)
            draft = self._by_place.get(key)
            if draft is None:
                form = "jinja" if entry.syntax == "jinja2" else "file"
                draft = Draft(
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
                self._by_place[key] = draft
            if site_id is not None:
                draft.used_by.add(site_id)
                draft.confidence = "high"

    def _outermost(self) -> Iterator[Draft]:
        """Drafts that are not inside another one of the same file."""
        by_path: dict[str, list[Draft]] = {}
        for draft in self._by_place.values():
            by_path.setdefault(draft.path, []).append(draft)
        for drafts in by_path.values():
            end = -1
            for draft in sorted(drafts, key=lambda d: (d.span.start, -d.span.end)):
                if draft.span.end > end:
                    end = draft.span.end
                    yield draft


def instructs(expr: Text | Binary) -> bool:
    """Whether a string says what is to be done, or says much: a short one may be a value or a sample input."""
    count, text = word_count(expr), " ".join(words(expr))
    sentence = count >= _WORDS_OF_A_SENTENCE and text[-1] in ".:!?。：！？"
    return sentence or count >= _MANY_WORDS or (count > 1 and tells(text) >= 1)


def cut(segments: Iterable[Segment], syntax: str) -> list[Segment]:
    """Literal text cut at the placeholders of a syntax. Raises `TemplateError`."""
    return [part for s in segments for part in (split(s, syntax) if isinstance(s, Literal) else (s,))]


def _is_cut(segments: Iterable[Segment], syntax: str) -> bool:
    """Whether each string can be cut at the placeholders of a syntax by itself."""
    try:
        return any(isinstance(part, Hole) for part in cut(segments, syntax))
    except TemplateError:
        return False


def _joined(segments: Iterable[Segment]) -> Iterator[Segment]:
    """Neighbouring strings as one text, which has no map."""
    for literal, group in groupby(segments, key=lambda s: isinstance(s, Literal)):
        parts = list(group)
        if literal:
            text = "".join(s.text for s in parts if isinstance(s, Literal))
            yield Literal(text=text, span=Span(parts[0].span.start, parts[-1].span.end))
        else:
            yield from parts


def _says_something(segments: Iterable[Segment]) -> bool:
    """Whether a text has a word, beside what markup hides: a comment alone is a mark for a program."""
    return any(isinstance(s, Literal) and any(c.isalpha() for c in _shown(s.text)) for s in segments)


def _shown(text: str) -> str:
    return _COMMENT.sub("", text) if "<!--" in text else text


def _variable(hole: Hole) -> str:
    """The variable a placeholder needs: `user` of `{user.name!r}`."""
    name = hole.name
    for mark in ".[":
        name = name.partition(mark)[0]
    return name.strip()


def _prompt(draft: Draft) -> Prompt:
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
        between=draft.between,
    )
