"""PRM208 growing-history. Its page: `rules/checks/PRM208-growing-history.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Call
from promptlint.findings import Finding
from promptlint.money.vendors import is_local
from promptlint.registry import check


@check("PRM208")
def growing_history(call: Call) -> Iterator[Finding]:
    """Report a conversation that is sent as a whole on each turn and never shortened."""
    # A model on this machine takes longer for each turn, and no money.
    if call.growing is None or is_local(call.provider or call.sdk):
        return
    cap = call.cap.value if call.cap is not None and call.cap.state == "number" else None
    answers = f", up to {cap:,} tokens of answer more each time" if cap else ""
    yield Finding(
        place=call.growing,
        function=call.function,
        message=f"each turn sends all turns before it again{answers}, and nothing shortens the conversation",
        related=((call.callee_place, "the request"),),
    )
