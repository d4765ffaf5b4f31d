"""PRM902 unreadable-file. Its page: `rules/checks/PRM902-unreadable-file.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Place, Project, Span
from promptlint.findings import Finding
from promptlint.registry import Context, check


@check("PRM902")
def unreadable_file(project: Project, context: Context) -> Iterator[Finding]:
    """Report each file that could not be decoded or parsed; the run then ends in 2."""
    at = {(place.path, message): place for place, message in project.problems}
    for problem in context.problems:
        place = at.get((problem.path, problem.message), Place(path=problem.path, span=Span(problem.at, problem.at)))
        yield Finding(place=place, message=problem.message)
