"""What a revision says of its calls and prompts, kept so that another revision, or another run, can be held against it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

from promptlint.facts import Call, Literal, Message, Place, Project, Prompt, Record
from promptlint.money.cost import Measures
from promptlint.money.spend import Request
from promptlint.money.traffic import Volume

Locate = Callable[[Place], tuple[str, int]]
"""The path and line of a place, as people see them."""


class PromptState(Record, frozen=True):
    """One prompt: `key` tells it from the others of its file, `digest` is of its text, `used_by` holds site ids."""

    key: str
    path: str
    line: int
    name: str | None
    tokens: int
    digest: str
    used_by: tuple[str, ...] = ()


class CallState(Record, frozen=True):
    """One call with a cost of its own. `text` is a digest of its literal text, empty when it has none.

    `wrapper`: site id of the SDK call that its function wraps. `model_at`, `cap_at`: where those values stand.
    """

    site_id: str
    path: str
    line: int
    function: str
    callee: str
    sdk: str
    request: Request
    text: str
    volume: Volume
    loop: str | None = None
    caller_loop: bool = False
    wrapper: str | None = None
    model_at: str | None = None
    cap_at: str | None = None


class State(Record, frozen=True):
    """A revision's calls and prompts, in order of place."""

    calls: tuple[CallState, ...] = ()
    prompts: tuple[PromptState, ...] = ()


def state(project: Project, measures: Measures, reported: Callable[[str], bool], locate: Locate) -> State:
    """The state of the files that were asked for."""
    inner = {call.place: call.site_id for call in project.calls}
    return State(
        calls=tuple(_call(call, measures, inner, locate) for call in own_calls(project, measures, reported)),
        prompts=tuple(_prompts((p for p in project.prompts if reported(p.place.path)), measures, locate)),
    )


def own_calls(project: Project, measures: Measures, reported: Callable[[str], bool]) -> list[Call]:
    """The calls with a cost of their own: a wrapper's are its callers.

    One place that reaches the same request in several ways (streamed or not) makes one request, and counts once.
    """
    found: dict[tuple[object, ...], Call] = {}
    for call in (*project.calls, *project.callers):
        if not call.callers and reported(call.place.path):
            r = measures.calls[call.site_id].request
            same = (call.place, call.callee, _digest(call.messages), r.models, r.cap, r.limit, r.answers, r.kind)
            found.setdefault(same, call)
    return list(found.values())


def _call(call: Call, measures: Measures, inner: dict[Place, str], locate: Locate) -> CallState:
    measure = measures.calls[call.site_id]
    path, line = locate(call.place)
    cap = call.cap.literal or call.cap.place if call.cap is not None else None
    return CallState(
        site_id=call.site_id,
        path=path,
        line=line,
        function=call.function,
        callee=call.callee,
        sdk=call.sdk,
        request=measure.request,
        text=_digest(call.messages),
        volume=measure.volume,
        loop=call.loop,
        caller_loop=call.caller_loop is not None,
        wrapper=inner.get(call.via[-1]) if call.via else None,
        model_at=_where(call.model.place, locate),
        cap_at=_where(cap, locate),
    )


def _where(place: Place | None, locate: Locate) -> str | None:
    if place is None:
        return None
    path, line = locate(place)
    return f"{path}:{line}"


def _digest(messages: tuple[Message, ...]) -> str:
    """Of the roles and literal texts; what fills a hole may be renamed without a change of cost."""
    texts = [(m.role, [s.text if isinstance(s, Literal) else None for s in m.segments]) for m in messages]
    return _hash(texts) if any(text for _, parts in texts for text in parts) else ""


def _prompts(prompts: Iterable[Prompt], measures: Measures, locate: Locate) -> Iterable[PromptState]:
    seen: dict[tuple[str, str | None, str], int] = {}
    for prompt in prompts:
        path, line = locate(prompt.place)
        name = (path, prompt.name, prompt.form)
        seen[name] = seen.get(name, 0) + 1
        yield PromptState(
            key="|".join((path, prompt.name or "", prompt.form, str(seen[name]))),
            path=path,
            line=line,
            name=prompt.name,
            tokens=measures.prompts[prompt.id].tokens.low,
            digest=_hash([s.text if isinstance(s, Literal) else None for s in prompt.segments]),
            used_by=prompt.used_by,
        )


def _hash(value: object) -> str:
    return hashlib.sha256(repr(value).encode("utf-8", "backslashreplace")).hexdigest()[:16]
