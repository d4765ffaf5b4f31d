"""PRM206 wasteful-json. Its page: `rules/checks/PRM206-wasteful-json.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.edits import drop_argument
from promptlint.facts import Dump, Project
from promptlint.findings import Finding, Fix
from promptlint.registry import Context, check

_OWN_OPTIONS = ("orjson", "ujson")


@check("PRM206")
def wasteful_json(project: Project, context: Context) -> Iterator[Finding]:
    """Report JSON that is indented, or escaped to ASCII, on its way into a prompt."""
    for dump in project.dumps:
        if dump.callee.split(".")[0] in _OWN_OPTIONS or not dump.callee.endswith("dumps"):
            continue
        if dump.indent is None or dump.indent < context.threshold("PRM206", "min-indent"):
            continue
        yield Finding(
            place=dump.place,
            message=f"`{dump.callee}` indents JSON by {dump.indent} for a model: line breaks and blanks are billed, the model does not need them",
            fix=_fix(dump, context),
        )


def _fix(dump: Dump, context: Context) -> Fix | None:
    """Take out `indent=...`; the text goes only into the prompt, or a person must agree."""
    value = dump.keyword_spans.get("indent")
    edit = drop_argument(dump.place, value, context.text(dump.place.path)) if value is not None else None
    if edit is None:
        return None
    return Fix(title="Write it without indentation", applicability="safe" if dump.only else "unsafe", edits=(edit,))
