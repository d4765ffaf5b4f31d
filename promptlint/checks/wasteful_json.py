"""PRM206 wasteful-json. Its page: `rules/checks/PRM206-wasteful-json.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from promptlint.editor import located, prompt_fix
from promptlint.edits import add_argument, drop_argument
from promptlint.facts import Dump, Literal, Place, Project, Prompt, Span
from promptlint.findings import Finding, Fix
from promptlint.money.cost import prompt_saving
from promptlint.money.tokens import count
from promptlint.registry import Context, check

_OWN_OPTIONS = ("orjson", "ujson")
# A schema is written by programmers, in ASCII.
_SCHEMA = re.compile(r"schema", re.IGNORECASE)
_HOLE = re.compile(r"\{[\w\s.(]*\Z")
_FSTRING = re.compile(r"\b[rR]?[fF][rR]?[\"'][^\"']*\{[^}]*\Z")
_REACH = 300
_BRACKET = re.compile(r"[{}\[\]]")
_BEFORE = 300
# `Return the output only in this JSON format:`
_ASKED_FOR = re.compile(
    r"\b(?:answer|respond|response|reply|return|output|write|produce|generate|provide|format)\w*\b[^{}\[\]]{0,120}?"
    r"\b(?:in|as|with|using|use|than|like|be|follow\w*|match\w*)\b[^.!?\n{}\[\]]{0,40}"
    r"\b(?:format|json|structure|schema|layout|template|form|object)\b[^{}\[\]]{0,100}\Z",
    re.IGNORECASE,
)
_LAID_OUT = re.compile(r"[{\[][ \t]*\r?\n[ \t]*[\"{\[]")


@check("PRM206")
def wasteful_json(project: Project, context: Context) -> Iterator[Finding]:
    """Report JSON that is indented, escaped to ASCII or spaced out on its way into a prompt, or laid out in its text."""
    told = dict(_before(project)) if project.dumps else {}
    for dump in project.dumps:
        safety = _safety(dump, told.get((dump.place.path, dump.place.span.start), ""), context)
        if dump.callee.split(".")[0] in _OWN_OPTIONS or not dump.callee.endswith("dumps"):
            continue
        if not dump.indent or dump.indent < context.threshold("PRM206", "min-indent") or dump.flat:
            yield from _defaults(dump, context, safety)
            continue
        yield Finding(
            place=dump.place,
            message=f"`{dump.callee}` indents JSON by {dump.indent} for a model: line breaks and blanks are billed, the model does not need them",
            fix=_fix(dump, context, safety),
        )
    for prompt in project.prompts:
        yield from _literal(prompt, context)


def _fix(dump: Dump, context: Context, safety: str) -> Fix | None:
    """Take out `indent=...`."""
    value = dump.keyword_spans.get("indent")
    edit = drop_argument(dump.place, value, context.text(dump.place.path)) if value is not None else None
    if edit is None:
        return None
    return Fix(title="Write it without indentation", applicability=safety, edits=(edit,))


def _safety(dump: Dump, before: str, context: Context) -> str:
    """Safe where the text goes only into the prompt, and what is said before it does not ask for an answer of its form.

    No answer looks like a schema.
    """
    shown = _ASKED_FOR.search(before) is not None and not _SCHEMA.search(_written(dump, context))
    return "safe" if dump.only and not shown else "unsafe"


def _written(dump: Dump, context: Context) -> str:
    return context.text(dump.place.path)[dump.place.span.start : dump.place.span.end]


def _before(project: Project) -> Iterator[tuple[tuple[str, int], str]]:
    """What fills a prompt where it stands, and what the prompt says before it."""
    for prompt in project.prompts:
        said, filled = "", dict[str, str]()
        for segment in prompt.segments:
            if isinstance(segment, Literal):
                said = (said + segment.text)[-_BEFORE:]
            elif segment.value is not None:
                yield (prompt.place.path, segment.value.span.start), said
            else:
                filled.setdefault(segment.name, said)
        for use in prompt.uses:
            for name, span in use.written.items():
                yield (use.place.path, span.start), filled.get(name, "")


def _defaults(dump: Dump, context: Context, safety: str) -> Iterator[Finding]:
    """What `json.dumps` does unless it is told otherwise."""
    text = context.text(dump.place.path)
    wanted, costs = [], []
    # Quotes may not stand within an f-string that has the same ones.
    if dump.default_separators and not _lines(dump, text) and not _in_fstring(dump, text):
        wanted.append('separators=(",", ":")')
        costs.append("puts a blank behind every `,` and `:`")
    if dump.default_ascii and not _SCHEMA.search(_written(dump, context)):
        wanted.insert(0, "ensure_ascii=False")
        costs.append("escapes each letter that is not ASCII, which then costs several tokens")
    if not wanted:
        return
    edits = add_argument(dump.place, dump.place.span.start + len(dump.callee), ", ".join(wanted), text)
    fix = Fix(title=f"Add `{', '.join(wanted)}`", applicability=safety, edits=edits) if edits else None
    yield Finding(
        place=dump.place,
        message=f"`{dump.callee}` {', and '.join(costs)}",
        confidence="medium",
        preview=True,
        fix=fix,
    )


def _lines(dump: Dump, text: str) -> bool:
    """Whether an indentation is passed, known or not: Python then ends lines behind `,` and puts no blank there."""
    span = dump.keyword_spans.get("indent")
    return span is not None and text[span.start : span.end] != "None"


def _in_fstring(dump: Dump, text: str) -> bool:
    """Whether it may stand between the braces of an f-string, where Python before 3.12 takes no quotes like its own."""
    start = dump.place.span.start
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return _HOLE.search(text[max(0, start - _REACH) : start]) is not None or _FSTRING.search(line) is not None


def _literal(prompt: Prompt, context: Context) -> Iterator[Finding]:
    """JSON that the text of a prompt itself holds, laid out over lines."""
    if prompt.confidence == "low" or prompt.problem or not _LAID_OUT.search(prompt.text):
        return
    if not context.reported(prompt.place.path):
        return
    from promptlint.compress.prompt import folded, literal_tokens

    least, encoding = context.threshold("PRM206", "min-tokens"), context.measures.prompts[prompt.id].encoding
    counted = partial(count, encoding=encoding)
    changes = folded(prompt, count=counted, counted_by=encoding, least=least)
    if not changes:
        return
    before, after = (literal_tokens(prompt, made, counted) for made in ((), changes))
    saved = before - after
    text, edits = context.text(prompt.place.path), [(c.start, c.end, c.content) for c in changes]
    fix, refused = prompt_fix(prompt, edits, text, title="Put it on one line", applicability="unsafe")
    yield Finding(
        place=_block(prompt, text, changes[0].start),
        message=f"the layout of JSON in this prompt costs {saved} tokens in every request{refused}",
        confidence="medium",
        preview=True,
        impact=prompt_saving(prompt, context.measures, saved),
        fix=fix,
        related=((prompt.place, "the prompt"),),
    )


def _block(prompt: Prompt, text: str, inside: int) -> Place:
    """Where the JSON round an offset of the prompt's text stands, if that can be told."""
    layout = located(prompt, text)
    if layout is None:
        return prompt.place
    said = layout.text
    start = max(said.rfind("{", 0, inside), said.rfind("[", 0, inside), 0)
    depth, end = 0, inside
    for match in _BRACKET.finditer(said, start):
        depth += 1 if match.group() in "{[" else -1
        if depth <= 0:
            end = match.end()
            break
    return Place(path=prompt.place.path, span=Span(layout.starts[start], layout.ends[end - 1]))
