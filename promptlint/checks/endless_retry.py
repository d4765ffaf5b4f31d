"""PRM702 endless-retry. Its page: `rules/checks/PRM702-endless-retry.md`."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from promptlint.facts import Call, Place, Project, Retry
from promptlint.findings import Finding
from promptlint.registry import Context, check


@check("PRM702")
def endless_retry(project: Project, context: Context) -> Iterator[Finding]:
    """Report a request that is tried again without end, or many times more than each of its retries says."""
    seen: set[Place] = set()
    # Calls of wrappers come last: what is round the request itself is told there, once.
    for call in (*project.calls, *project.callers):
        retry = next((retry for retry in call.retries if retry.endless), None)
        most = context.threshold("PRM702", "most-attempts")
        found = _endless(call, retry) if retry is not None else _multiplied(call, most)
        if found is None:
            continue
        # One loop or decorator may be round several requests.
        place = retry.loop or retry.place if retry is not None else found.place
        if place not in seen:
            seen.add(place)
            yield found


def _endless(call: Call, retry: Retry) -> Finding:
    loop = retry.name == "while"
    what = f"`{call.callee}`" if loop else f"what `{retry.function.rpartition('.')[2]}` asks for"
    how = "in a `while` that only a success ends" if loop else f"by `{retry.name}`, which is not told when to stop"
    return Finding(
        place=retry.place,
        function=call.function,
        message=f"{what} is tried again and again {how}: an error that stays is repeated without end",
        related=() if retry.place == call.callee_place else ((call.callee_place, "the request"),),
    )


def _multiplied(call: Call, most: int) -> Finding | None:
    known = [retry for retry in call.retries if retry.attempts is not None and retry.attempts > 1]
    attempts = prod(retry.attempts or 1 for retry in known)
    if len(known) < 2 or attempts <= most:
        return None
    product = " × ".join(
        f"{retry.attempts} of {'the loop' if retry.name == 'range' else retry.name}" for retry in known
    )
    return Finding(
        place=known[0].place,
        function=call.function,
        message=f"retries multiply: one failing request is sent up to {attempts} times ({product})",
        related=((call.callee_place, "the request"),),
    )
