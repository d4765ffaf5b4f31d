"""PRM603 broken-template. Its page: `rules/checks/PRM603-broken-template.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Prompt
from promptlint.findings import Finding
from promptlint.registry import check


@check("PRM603")
def broken_template(prompt: Prompt) -> Iterator[Finding]:
    """Report a template that its own syntax rejects, where the project fills it in."""
    uses = [use for use in prompt.uses if use.sure]
    if prompt.problem is None or not (uses or prompt.form in ("langchain", "jinja")):
        return
    yield Finding(
        place=uses[0].place if uses else prompt.place,
        message=f"this template cannot be filled: {prompt.problem}",
        related=((prompt.place, "the template"),) if uses else (),
    )
