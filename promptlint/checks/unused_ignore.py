"""PRM901 unused-ignore. Its page: `rules/checks/PRM901-unused-ignore.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Project
from promptlint.findings import Finding
from promptlint.registry import check


@check("PRM901")
def unused_ignore(project: Project) -> Iterator[Finding]:
    """Findings of this rule are made by `suppress`, which alone knows what an ignore comment suppressed."""
    yield from ()
