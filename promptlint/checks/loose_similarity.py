"""PRM307 loose-similarity. Its page: `rules/checks/PRM307-loose-similarity.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Project
from promptlint.findings import Finding
from promptlint.registry import Context, check


@check("PRM307")
def loose_similarity(project: Project, context: Context) -> Iterator[Finding]:
    """Report a semantic cache that takes questions for the same which are not."""
    for cache in project.similarities:
        key = "strict-percent" if context.listed("PRM307", "strict-paths", cache.place.path) else "least-percent"
        least = context.threshold("PRM307", key) / 100
        if 0 <= cache.least < least:
            yield Finding(
                place=cache.place,
                message=f"`{cache.callee}` answers a question with the answer to another one that is {cache.least:.2f} like it; "
                f"below {least:.2f} they often ask for something else",
            )
