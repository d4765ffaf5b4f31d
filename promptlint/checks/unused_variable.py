"""PRM602 unused-variable. Its page: `rules/checks/PRM602-unused-variable.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.facts import Hole, Place, Prompt
from promptlint.findings import Finding
from promptlint.registry import check

_FIELD = re.compile(r"\{(\w+)")  # also in the format of another field: `{text:>{width}}`


@check("PRM602")
def unused_variable(prompt: Prompt) -> Iterator[Finding]:
    """Report a value that is passed to a template and stands nowhere in it: the model never sees it."""
    # A text without any field is filled for form's sake, with others that have one.
    if prompt.problem is not None or prompt.syntax != "format" or not prompt.required:
        return
    used = {name for s in prompt.segments if isinstance(s, Hole) for name in _FIELD.findall(s.source)}
    for use in prompt.uses:
        if not use.sole or use.open or use.partial:
            continue
        for name, span in use.written.items():
            if name not in used and not name.startswith("_"):
                yield Finding(
                    place=Place(path=use.place.path, span=span),
                    message=f"`{name}` is passed, but the template has no `{{{name}}}`: the model never sees it",
                    related=((prompt.place, "the template"),),
                )
