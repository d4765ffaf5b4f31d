"""PRM405 unreconciled-batch. Its page: `rules/checks/PRM405-unreconciled-batch.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Call
from promptlint.findings import Finding
from promptlint.registry import check


@check("PRM405")
def unreconciled_batch(site: Call) -> Iterator[Finding]:
    """Report a batch whose answers are paid for and lost: its id is not kept, and nothing asks for batches."""
    if site.lost:
        yield Finding(
            place=site.callee_place,
            function=site.function,
            confidence="medium",
            message=f"what `{site.callee}` returns is not kept, and nothing in the project collects a batch: "
            "its answers are paid for and lost",
        )
