"""A prompt file as texts to shorten, and the file put together again: front matter, keys and styles stay as they are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from promptlint.compress.engines import Engine, EngineError
from promptlint.compress.rewrite import Change, Rewrite
from promptlint.compress.splice import applied
from promptlint.compress.standing import recognisable
from promptlint.facts import Hole, Literal, Span, TextFile
from promptlint.parse.holes import TemplateError, guess, split
from promptlint.parse.scalars import Scalar, yaml_scalars
from promptlint.parse.text import parse_text

_TEMPLATES = (".j2", ".jinja", ".jinja2")
_DATA = (".yaml", ".yml", ".json")
_BLANKS = " \t"


class Entry(Struct, frozen=True):
    """One text of a file. `runs` maps it: (text offset, source offset, length); `key` names it in YAML or JSON.

    `reason` says why it can be read but not written.
    """

    text: str
    runs: tuple[tuple[int, int, int], ...]
    holes: tuple[tuple[int, int], ...] = ()
    syntax: str | None = None
    key: str | None = None
    reason: str | None = None


class Document(Struct, frozen=True):
    """A file after an engine: its text, the changes in its own code points, and what was left out, (offset, reason).

    `reasons`: why suggestions were dropped, as far as the engine says. `error` ended the work before the last text.
    """

    text: str
    changes: tuple[Change, ...]
    tokens_before: int
    tokens_after: int
    dropped: int
    notes: tuple[tuple[int, str], ...]
    reasons: tuple[tuple[int, str], ...] = ()
    error: str | None = None


def entries(path: str, text: str) -> list[Entry]:
    """The texts of a file by its name: the whole of a template, the body of a text, the prompts of YAML and JSON."""
    low = path.lower()
    if low.endswith(_TEMPLATES):
        return [Entry(text, ((0, 0, len(text)),), syntax="jinja2")]
    if low.endswith(_DATA):
        scalars = {scalar.start: scalar for scalar in yaml_scalars(text)} if not low.endswith(".json") else {}
        return [_scalar(text, prompt, scalars.get(prompt.span.start)) for prompt in parse_text(path, text).prompts]
    facts = parse_text(path, text)  # what is named here is a prompt, whether it reads like one or not
    return [_body(text, body) for body in facts.prompts or facts.others]


def _body(text: str, body: TextFile) -> Entry:
    end = body.span.end
    whole = text[body.span.start : end]
    # The line ends before it belong to the file: the line of its role stands there.
    start = end - len(whole.lstrip("\r\n"))
    holes = tuple((s.span.start - start, s.span.end - start) for s in body.segments if isinstance(s, Hole))
    return Entry(text[start:end], ((0, start, end - start),), holes, body.syntax)


def _scalar(text: str, prompt: TextFile, scalar: Scalar | None) -> Entry:
    """An entry of YAML: a block with `|`, or a value on one line that stands there as it is."""
    start, end = prompt.span.start, prompt.span.end
    if scalar is None:
        return Entry("", ((0, start, 0),), key=prompt.key, reason="a string of JSON is not rewritten")
    if scalar.runs:
        return Entry(scalar.value, scalar.runs, syntax=guess(scalar.value), key=prompt.key)
    inside = start + 1 if text[start : start + 1] in ("'", '"') else start
    if text.startswith(scalar.value, inside) and "\n" not in scalar.value and end - start <= len(scalar.value) + 2:
        return Entry(scalar.value, ((0, inside, len(scalar.value)),), syntax=guess(scalar.value), key=prompt.key)
    style = "a folded block" if text[start : start + 1] == ">" else "a value that is folded or escaped"
    return Entry(scalar.value, ((0, start, 0),), key=prompt.key, reason=f"{style} is not rewritten: write it with `|`")


def shorten(
    path: str,
    text: str,
    engine: Engine,
    *,
    count: Callable[[str], int],
    unsafe: bool = False,
    contractions: bool = True,
    first: Callable[[Sequence[str]], None] = lambda _: None,
) -> Document:
    """The file with every text of it shortened. A change that YAML would read differently is left out.

    `first` is told all texts that will be rewritten. Raises `EngineError`, unless a text was already rewritten: work that
    was paid for is kept.
    """
    changes: list[Change] = []
    notes: list[tuple[int, str]] = []
    reasons: list[tuple[int, str]] = []
    error: str | None = None
    before = after = dropped = 0
    parts = entries(path, text)
    first([entry.text for entry in parts if entry.reason is None])
    for entry in parts:
        tokens = _said(entry.text, entry.syntax, count)
        before, after = before + tokens, after + tokens
        named = f"`{entry.key}`: " if entry.key else ""
        if entry.reason is not None:
            notes.append((entry.runs[0][1], named + entry.reason))
            continue
        if error is not None:
            continue
        try:
            done = engine.rewrite(
                entry.text,
                count=count,
                holes=entry.holes,
                syntax=entry.syntax,
                unsafe=unsafe,
                contractions=contractions,
            )
        except EngineError as problem:
            if not changes:
                raise
            error = str(problem)
            continue
        if entry.key is not None:
            done = _findable(path, entry, done, count)
        dropped += done.dropped
        reasons += [(_offset(entry.runs, at), named + reason) for at, reason in done.reasons]
        placed = [_placed(text, entry, change) for change in done.changes]
        if not _reads_as(text, placed, entry, done):
            notes.append(
                (entry.runs[0][1], named + "YAML would read the shorter text differently; nothing was changed")
            )
            continue
        changes += placed
        after += _said(done.text, entry.syntax, count) - tokens
    return Document(applied(text, changes), tuple(changes), before, after, dropped, tuple(notes), tuple(reasons), error)


def _said(text: str, syntax: str | None, count: Callable[[str], int]) -> int:
    """The tokens of a text as every command counts them: each run of it alone, without what is filled in."""
    try:
        parts = split(Literal(text=text, span=Span(0, len(text))), syntax) if syntax else []
    except TemplateError:
        parts = []
    return sum(count(part.text) for part in parts if isinstance(part, Literal)) if parts else count(text)


def _findable(path: str, entry: Entry, done: Rewrite, count: Callable[[str], int]) -> Rewrite:
    """A rewrite of a value that is still found among the other values of its file."""
    name = entry.key.rpartition(".")[2] if entry.key else None
    kept = recognisable(entry.text, done.changes, name=name, path=path)
    if len(kept) == len(done.changes):
        return done
    text = applied(entry.text, kept)
    return replace(done, text=text, changes=tuple(kept), tokens_after=count(text))


def _placed(text: str, entry: Entry, change: Change) -> Change:
    """A change of a text as one of its file: the indentation of a block stays before lines and goes between joined ones.

    New lines get the indentation of the block.
    """
    start = _offset(entry.runs, change.start)
    content = _indented(text, entry, change)
    if change.start == change.end:
        return Change(start, start, content, change.rule, change.safe)
    end = _offset(entry.runs, change.end - 1) + 1
    joins = entry.text[change.end - 1] == "\n" and not change.content.endswith("\n") and change.end < len(entry.text)
    if joins:
        end = _offset(entry.runs, change.end)
    return Change(start, end, content, change.rule, change.safe)


def _indented(text: str, entry: Entry, change: Change) -> str:
    if entry.key is None or "\n" not in change.content:
        return change.content
    at = next((start for _, start, length in entry.runs if text[start : start + length].strip("\n")), 0)
    indentation = text[text.rfind("\n", 0, at) + 1 : at]
    if indentation.strip(_BLANKS):
        return change.content
    body, last = change.content, ""
    if body.endswith("\n") and change.end > change.start and entry.text[change.end - 1] == "\n":
        body, last = body[:-1], "\n"  # the next line has its indentation
    lines = body.split("\n")
    return "\n".join([lines[0], *(indentation + line if line else "" for line in lines[1:])]) + last


def _offset(runs: Sequence[tuple[int, int, int]], position: int) -> int:
    text_at, source_at, length = runs[max(0, bisect_right(runs, position, key=lambda run: run[0]) - 1)]
    return source_at + min(max(0, position - text_at), length)


def _reads_as(text: str, placed: Sequence[Change], entry: Entry, done: Rewrite) -> bool:
    """Whether the changed file holds the shorter text under the same key, and all else as it was."""
    if not placed or entry.key is None:
        return True
    now = {scalar.path: scalar.value for scalar in yaml_scalars(applied(text, placed))}
    then = {scalar.path: scalar.value for scalar in yaml_scalars(text)}
    return now == {**then, entry.key: done.text}
