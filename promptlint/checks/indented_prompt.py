"""PRM202 indented-prompt. Its page: `rules/checks/PRM202-indented-prompt.md`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.editor import located, prompt_fix
from promptlint.editor.layout import NOWHERE, Layout
from promptlint.facts import Literal, Place, Prompt, Span
from promptlint.findings import Finding
from promptlint.money.cost import PromptMeasure, prompt_saving
from promptlint.money.tokens import count
from promptlint.registry import Context, check

# A first line that ends so opens what is indented below it.
_OPENS = (":", "{", "[", "(")
_FEWEST_LINES = 2


@check("PRM202")
def indented_prompt(prompt: Prompt, measure: PromptMeasure, context: Context) -> Iterator[Finding]:
    """Report the indentation of the code around a prompt, sent with every line of it."""
    if prompt.confidence == "low" or prompt.reshaped or prompt.form == "docstring":
        return
    text = context.text(prompt.place.path)
    base = _indentation(text, prompt.place.span.start)
    if not base or "\n" not in prompt.text or not prompt.place.path.endswith((".py", ".pyi")):
        return
    layout = located(prompt, text)
    margin = _margin(layout, text, base) if layout is not None else ""
    if layout is None or not margin:
        return
    changes = [(start, start + width, "") for start, width in _margins(layout, text, margin)]
    before, after = (sum(count(r, measure.encoding) for r in _runs(prompt, c)) for c in ([], changes))
    saved = before - after
    if len(changes) < _FEWEST_LINES or saved < context.threshold("PRM202", "min-tokens"):
        return
    fix, refused = prompt_fix(prompt, changes, text, title="Dedent it", applicability="safe")
    first, sent = changes[0], bool(prompt.used_by)
    yield Finding(
        place=Place(path=prompt.place.path, span=Span(layout.starts[first[0]], layout.ends[first[1] - 1])),
        message=f"{len(changes)} lines are sent with the indentation of the code, {saved} tokens in every request{refused}",
        impact=prompt_saving(prompt, context.measures, saved),
        fix=fix,
        # Text that is found by its name alone may be dedented by whoever sends it.
        preview=not sent,
        confidence="high" if sent else "medium",
        related=((prompt.place, "the prompt"),),
    )


def _indentation(text: str, offset: int) -> str:
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _lines(layout: Layout, text: str) -> Iterator[tuple[int, str, bool]]:
    """The lines of the text, holes as a mark: their offset, and whether they begin a line of the source.

    The first one counts only if it does: else it stands right behind the quotes.
    """
    shown = "".join("\0" if piece == NOWHERE else c for c, piece in zip(layout.text, layout.piece_of, strict=True))
    position = 0
    for i, line in enumerate(shown.split("\n")):
        begins = not line or text[layout.starts[position] - 1] == "\n"
        if i or (line and begins):
            yield position, line, begins
        position += len(line) + 1


def _margin(layout: Layout, text: str, base: str) -> str:
    """The blanks that begin every line, at least those of the code; empty when some line has fewer, or is a hole's."""
    operands = {hole.start for hole in layout.holes if hole.start == hole.end}
    margins = []
    lines = list(_lines(layout, text))
    for position, line, begins in lines:
        bare = line.lstrip(" \t")
        width = len(line) - len(bare)
        if not begins or bare.startswith("\0") or operands & set(range(position, position + width + 1)):
            return ""
        if bare:
            margins.append(line[:width])
    margin = _common(margins)
    head = "" if lines and lines[0][0] == 0 else layout.text.partition("\n")[0]
    return margin if margin.startswith(base) and not head.rstrip().endswith(_OPENS) else ""


def _margins(layout: Layout, text: str, margin: str) -> Iterator[tuple[int, int]]:
    """Where the margin stands in each line, and how much of it there is."""
    for position, line, _ in _lines(layout, text):
        width = len(_common([line, margin]))
        if width:
            yield position, width


def _common(texts: Sequence[str]) -> str:
    """What all texts begin with."""
    first, last = min(texts, default=""), max(texts, default="")
    return first[: next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))]


def _runs(prompt: Prompt, changes: Sequence[tuple[int, int, str]]) -> list[str]:
    """The literal runs of a prompt without what the changes take out."""
    gone = {i for start, end, _ in changes for i in range(start, end)}
    found, position = [], 0
    for segment in prompt.segments:
        content = segment.text if isinstance(segment, Literal) else segment.source
        if isinstance(segment, Literal):
            found.append("".join(c for i, c in enumerate(content, position) if i not in gone))
        position += len(content)
    return found
