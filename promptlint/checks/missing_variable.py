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
        if not use.sure or use.open or (positional and use.positional):
            continue
        missing = [name for name in names if name not in use.given]
        if missing:
            yield Finding(
                place=use.place,
                message=f"{_said(missing)}: it raises KeyError",
                related=((prompt.place, "the template"),),
            )


def _said(missing: list[str]) -> str:
    """What is wrong. No call can pass a variable whose name begins with a quote: that is JSON, and its braces are to be doubled."""
    json = next((name for name in missing if name.startswith(('"', "'"))), None)
    if json is not None:
        return f"the template has a single brace before `{json}`, which is taken for a variable (`{{{{` is a brace)"
    return f"the template needs {', '.join(f'`{name}`' for name in missing)}, which this call does not pass"
