"""Text changes of a prompt → edits of its source, checked by reading the changed source again."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from promptlint.editor.changes import Change, applied, checked, refined
from promptlint.editor.files import other_scalars, read_file, read_yaml, scalar_index
from promptlint.editor.layout import DOUBLED, NOWHERE, CannotWrite, Layout
from promptlint.editor.python import read_python, written
from promptlint.facts import Hole, Literal, Place, Prompt, Span
from promptlint.findings import Edit, Fix

_ONLY_READ = {
    "ipynb": "notebooks", "json": "JSON files", "toml": "TOML files", "xml": "XML files", "rail": "XML files",
}  # fmt: skip
_CONTINUED = re.compile(r"\\\r?\n")
# Stands for a value that has no text of its own.
_ADDED = "{value}"
_LONE_NEWLINE = re.compile(r"(?<!\r)\n")


class Refusal(Struct, frozen=True):
    """Changes that cannot be written faithfully, and why: a clause to put behind `not written: `."""

    reason: str


def prompt_text(prompt: Prompt) -> str:
    """The text of a prompt as the program sees it, holes as their source: what offsets of changes count in."""
    return "".join(s.text if isinstance(s, Literal) else s.source for s in prompt.segments)


class Sent(Struct, frozen=True):
    """A prompt as something like what is sent: a value that is added (`"a" + x`) stands as `{value}`.

    `holes` and offsets are those of `text`; `offset` leads back to `prompt_text`.
    """

    text: str
    holes: tuple[tuple[int, int], ...]
    added: tuple[int, ...]

    def offset(self, position: int) -> int:
        """The place in `prompt_text` of a place in `text` that is not inside a value."""
        return position - len(_ADDED) * bisect_right(self.added, position - len(_ADDED))


def prompt_sent(prompt: Prompt) -> Sent:
    """The text that a rewrite and the contract see: added values keep apart what stands on either side, and what joins lines
    stays as it is.
    """
    pieces, holes, added, position = [], [], [], 0
    for segment in prompt.segments:
        content = segment.text if isinstance(segment, Literal) else segment.source or _ADDED
        if isinstance(segment, Hole) or (prompt.between and segment.span.start == segment.span.end):
            holes.append((position, position + len(content)))
        if isinstance(segment, Hole) and not segment.source:
            added.append(position)
        pieces.append(content)
        position += len(content)
    return Sent("".join(pieces), tuple(holes), tuple(added))


def prompt_edits(prompt: Prompt, changes: Sequence[Change], text: str) -> tuple[Edit, ...] | Refusal:
    """Edits that make the changes (start, end, content in code points of `prompt_text`) where the prompt stands.

    `text` is the source of the prompt's file. Quotes, prefixes, escapes, joined literals, line ends and holes stay as
    they are; what comes back was checked by reading the changed source. A `Refusal` says why nothing can be written.
    """
    try:
        layout = _read(prompt, text, prompt.place.span, _own_holes(prompt))
        if layout.text != prompt_text(prompt):
            raise CannotWrite("its text stands in the source in another way")
        wanted = [(a, b, _lines_of(layout, prompt, content)) for a, b, content in checked(changes, len(layout.text))]
        parts = refined(layout, wanted)
        edits = _block_edits(prompt, layout, parts, text) if _is_block(layout) else _edits(prompt, layout, parts, text)
        _check(prompt, text, layout, edits, applied(layout.text, wanted))
    except CannotWrite as refused:
        return Refusal(str(refused))
    return edits


def located(prompt: Prompt, text: str) -> Layout | None:
    """Where each code point of `prompt_text` stands in the source; None when it cannot be told."""
    try:
        layout = _read(prompt, text, prompt.place.span, _own_holes(prompt))
    except CannotWrite:
        return None
    return layout if layout.text == prompt_text(prompt) else None


def prompt_fix(
    prompt: Prompt, changes: Sequence[Change], text: str, *, title: str, applicability: str
) -> tuple[Fix | None, str]:
    """The fix that makes the changes, and what a message says where there is none: `; not written: ...`."""
    edits = prompt_edits(prompt, changes, text)
    if isinstance(edits, Refusal):
        return None, f"; not written: {edits.reason}"
    return Fix(title=title, applicability=applicability, edits=edits), ""


def _suffix(prompt: Prompt) -> str:
    return prompt.place.path.rpartition(".")[2].lower()


def _is_python(prompt: Prompt) -> bool:
    return _suffix(prompt) in ("py", "pyi")


def _own_holes(prompt: Prompt) -> list[Hole]:
    """The holes that Python fills; those of a template are found again by its syntax."""
    return [s for s in prompt.segments if isinstance(s, Hole) and s.value is not None] if _is_python(prompt) else []


def _read(prompt: Prompt, text: str, span: Span, holes: list[Hole]) -> Layout:
    if prompt.place.cell is not None:
        raise CannotWrite("it stands in a file that is only read")
    if prompt.problem is not None:
        raise CannotWrite("its template cannot be read")
    suffix = _suffix(prompt)
    if suffix in _ONLY_READ:
        raise CannotWrite(f"{_ONLY_READ[suffix]} are only read")
    if suffix in ("yaml", "yml"):
        return read_yaml(text, span.start, prompt.syntax)
    if not _is_python(prompt):
        return read_file(text, span, prompt.syntax)
    if any(h.source and text[h.span.start : h.span.end] != h.source for h in holes):
        raise CannotWrite("a hole stands in the source in another way")
    return read_python(text, span, holes, prompt.syntax, prompt.between)


def _lines_of(layout: Layout, prompt: Prompt, content: str) -> str:
    """New text with the line ends that the prompt's text has: CR LF in a file that is read as it is."""
    content = content.replace("\r\n", "\n")
    whole = not _is_python(prompt) and _suffix(prompt) not in ("yaml", "yml")
    return _LONE_NEWLINE.sub("\r\n", content) if whole and layout.newline == "\r\n" else content


def _is_block(layout: Layout) -> bool:
    return bool(layout.pieces) and layout.pieces[0].indent is not None


def _edits(prompt: Prompt, layout: Layout, parts: list[Change], text: str) -> tuple[Edit, ...]:
    found: list[Edit] = []
    for start, end, content in parts:
        span, index = _span(layout, start, end)
        _check_gaps(layout, start, end, text)
        piece, before = layout.pieces[index], text[span.start : span.end]
        if piece.quote:
            known = _escapes(layout, start, end, text)
            content = written(content, piece, text, span, known, prompt.syntax, layout.newline)
        else:
            content = _doubled(content, prompt.syntax)
        found.append(Edit(place=Place(path=prompt.place.path, span=span), before=before, content=content))
    return tuple(found)


def _doubled(content: str, syntax: str | None) -> str:
    doubled = DOUBLED.get(syntax or "", "")
    return "".join(c * 2 if c in doubled else c for c in content)


def _span(layout: Layout, start: int, end: int) -> tuple[Span, int]:
    """The source of a range of text, and the piece it lies in. An insertion stands behind what is before it."""
    if start < end:
        return Span(layout.starts[start], layout.ends[end - 1]), layout.piece_of[start]
    if start and layout.piece_of[start - 1] != NOWHERE:
        return Span(layout.ends[start - 1], layout.ends[start - 1]), layout.piece_of[start - 1]
    if start < len(layout.piece_of) and layout.piece_of[start] != NOWHERE:
        return Span(layout.starts[start], layout.starts[start]), layout.piece_of[start]
    hole = next((h for h in layout.holes if h.end == start and h.piece != NOWHERE), None)
    if hole is not None:
        return Span(hole.span.end, hole.span.end), hole.piece
    hole = next((h for h in layout.holes if h.start == start and h.piece != NOWHERE), None)
    if hole is None:
        raise CannotWrite("there is no text to add to")
    return Span(hole.span.start, hole.span.start), hole.piece


def _check_gaps(layout: Layout, start: int, end: int, text: str) -> None:
    """Between two characters that are replaced nothing but a continued line may stand; nor is half an escape replaced."""
    for i in range(start, end - 1):
        if layout.ends[i] < layout.starts[i + 1] and _CONTINUED.sub("", text[layout.ends[i] : layout.starts[i + 1]]):
            raise CannotWrite("a comment of the template stands in the text")
    for i in (start, end):
        if 0 < i < len(layout.starts) and start < end and layout.piece_of[i] != NOWHERE:
            if layout.starts[i] == layout.starts[i - 1] and layout.ends[i] == layout.ends[i - 1]:
                raise CannotWrite("it would change half of an escape")


def _escapes(layout: Layout, start: int, end: int, text: str) -> dict[str, str]:
    """Characters of a range that stand there as an escape, and the escape."""
    found = {}
    for i in range(start, end):
        source = text[layout.starts[i] : layout.ends[i]]
        if source.startswith("\\") and len(source) > 1:
            found[layout.characters[i]] = source
    return found


def _block_edits(prompt: Prompt, layout: Layout, parts: list[Change], text: str) -> tuple[Edit, ...]:
    """Whole lines of a YAML block: each keeps the indentation of the block."""
    indent, whole = layout.pieces[0].indent or "", layout.text
    groups: list[tuple[int, int, list[Change]]] = []
    for start, end, content in parts:
        first = whole.rfind("\n", 0, start) + 1
        newline = whole.find("\n", end)
        last = newline if newline >= 0 else len(whole)
        if groups and first <= groups[-1][1]:
            groups[-1] = (groups[-1][0], max(last, groups[-1][1]), [*groups[-1][2], (start, end, content)])
        else:
            groups.append((first, last, [(start, end, content)]))
    edits = []
    for first, last, changes in groups:
        moved = [(a - first, b - first, _doubled(content, prompt.syntax)) for a, b, content in changes]
        source = _line_source(layout, first, last, text)
        bare = [line[len(indent) :] for line in text[source.start : source.end].replace("\r\n", "\n").split("\n")]
        if "\n".join(bare) != whole[first:last]:
            raise CannotWrite("a line of the YAML block stands in another way")
        lines = applied(whole[first:last], moved).split("\n")
        content = layout.newline.join(indent + line if line else "" for line in lines)
        before = text[source.start : source.end]
        edits.append(Edit(place=Place(path=prompt.place.path, span=source), before=before, content=content))
    return tuple(edits)


def _line_source(layout: Layout, first: int, last: int, text: str) -> Span:
    """The whole lines in the source that hold a range of whole lines of text, without the last line end."""
    if first >= len(layout.starts):
        raise CannotWrite("there is no line to add to")
    start = text.rfind("\n", 0, layout.starts[first]) + 1
    end = layout.starts[last] if last < len(layout.starts) else layout.ends[-1]
    return Span(start, max(start, end))


def _check(prompt: Prompt, text: str, layout: Layout, edits: tuple[Edit, ...], expected: str) -> None:
    """Read the changed source: it must hold the expected text and the same holes, or nothing is written."""
    from promptlint.edits import apply

    after = apply(text, edits)
    growth = len(after) - len(text)
    span = prompt.place.span
    holes = [_moved(hole, edits) for hole in _own_holes(prompt)]
    again = _read(prompt, after, Span(span.start, span.end + growth), holes)
    if again.text != expected:
        raise CannotWrite("the new text cannot be written in this kind of string")
    if [h.source for h in again.holes] != [h.source for h in layout.holes]:
        raise CannotWrite("it would change what is filled in")
    if _suffix(prompt) in ("yaml", "yml"):
        index = scalar_index(text, span.start)
        if other_scalars(after, index) != other_scalars(text, index):
            raise CannotWrite("it would change another string of the YAML file")


def _moved(hole: Hole, edits: tuple[Edit, ...]) -> Hole:
    by = sum(len(e.content) - len(e.before) for e in edits if e.place.span.end <= hole.span.start)
    return replace(hole, span=Span(hole.span.start + by, hole.span.end + by))
