"""PRM702 endless-retry. Its page: `rules/checks/PRM702-endless-retry.md`."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from promptlint.facts import Call
from promptlint.findings import Finding
from promptlint.registry import Context, check


@check("PRM702")
def endless_retry(site: Call, context: Context) -> Iterator[Finding]:
    """Report a request that is tried again without end, or many times more than each of its retries says."""
    for retry in site.retries:
        if retry.endless:
            loop = retry.name == "while True"
            what = f"`{site.callee}`" if loop else f"what `{site.function.rpartition('.')[2]}` asks for"
            how = "in a `while True`" if loop else f"by `{retry.name}`, which is not told when to stop"
            yield Finding(
                place=retry.place,
                function=site.function,
                message=f"{what} is tried again and again {how}: an error that stays is repeated without end",
                related=() if retry.place == site.callee_place else ((site.callee_place, "the request"),),
            )
            return
    known = [retry for retry in site.retries if retry.attempts is not None and retry.attempts > 1]
    attempts = prod(retry.attempts or 1 for retry in known)
    if len(known) > 1 and attempts > context.threshold("PRM702", "most-attempts"):
        product = " × ".join(f"{retry.attempts} of {retry.name}" for retry in known)
        yield Finding(
            place=known[0].place,
            function=site.function,
            message=f"retries multiply: one failing request is sent up to {attempts} times ({product})",
            related=((site.callee_place, "the request"),),
        )
