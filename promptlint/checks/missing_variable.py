"""PRM601 missing-variable. Its page: `rules/checks/PRM601-missing-variable.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Prompt
from promptlint.findings import Finding
from promptlint.registry import check


@check("PRM601")
def missing_variable(prompt: Prompt) -> Iterator[Finding]:
    """Report a template that is filled without a variable it needs."""
    if prompt.problem is not None or prompt.syntax != "format":
        return
    names = [name for name in prompt.required if not name.isdigit()]
    positional = [name for name in prompt.required if name.isdigit()]
    for use in prompt.uses:
        if not use.sure or use.open or use.partial or (positional and use.positional):
            continue
        missing = [name for name in names if name not in use.given]
        if missing:
            listed = ", ".join(f"`{name}`" for name in missing)
            yield Finding(
                place=use.place,
                message=f"the template needs {listed}, which this call does not pass: it raises KeyError",
                related=((prompt.place, "the template"),),
            )
