"""PRM701 endless-agent. Its page: `rules/checks/PRM701-endless-agent.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Call
from promptlint.findings import Finding
from promptlint.registry import check


@check("PRM701")
def endless_agent(call: Call) -> Iterator[Finding]:
    """Report requests that go on until the money is gone: an agent without a limit, a loop without a way out."""
    found = call.endless
    if found is None:
        return
    if found.kind == "agent":
        off = found.place != call.callee_place
        what = f"`{found.parameter}=None` takes the limit off" if off else f"no `{found.parameter}` is set"
        message = f"{what}: the agent may take paid steps without end"
    else:
        message = f"`{call.callee}` is called in a `while True` that nothing leaves: it is paid for until the program is killed"
    yield Finding(
        place=found.place,
        function=call.function,
        message=message,
        confidence="high" if found.kind == "agent" else "medium",
        related=() if found.place == call.callee_place else ((call.callee_place, "the agent runs here"),),
    )
