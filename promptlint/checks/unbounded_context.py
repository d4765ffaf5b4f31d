"""PRM209 unbounded-context. Its page: `rules/checks/PRM209-unbounded-context.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Call
from promptlint.findings import Finding
from promptlint.registry import Context, check


@check("PRM209")
def unbounded_context(site: Call, context: Context) -> Iterator[Finding]:
    """Report a request that is filled with dozens of documents that a search found."""
    most = context.threshold("PRM209", "max-documents")
    for search in site.retrieved:
        if search.count > most:
            yield Finding(
                place=search.place,
                function=site.function,
                message=f"all {search.count:,} results of `{search.callee}` are sent with the request, however long they are",
                related=((site.callee_place, "the request"),),
            )
