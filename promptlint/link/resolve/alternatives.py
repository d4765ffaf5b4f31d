"""One call on one of several clients, as a factory with branches returns them: what is known of all of them together; and one request of several callers."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from promptlint.facts import Cap, Place, Setting


def one_model(models: Sequence[Setting]) -> Setting:
    """Every model that can be meant. It is sure only when it is written for each client."""
    known = [m for m in models if m.state == "known"]
    if len(models) == 1 or not known:
        return next((m for m in models if m.state != "none"), models[0])
    bases = {m.basis for m in models}
    basis = bases.pop() if len(bases) == 1 else "configured" if "configured" in bases else "default"
    values = tuple(sorted({str(v) for m in known for v in m.values}))
    return msgspec.structs.replace(
        known[0],
        values=values,
        places=places(values, known),
        basis=basis,
        reason=next((m.reason for m in models if m.reason), None),
    )


def places(values: Sequence[str], models: Sequence[Setting]) -> tuple[Place | None, ...]:
    """Where each value stands: at the first of the models that names it."""
    first = {value: model for model in reversed(models) for value in model.values}
    return tuple(first[value].place_of(value) for value in values)


def one_cap(caps: Sequence[Cap | None]) -> Cap | None:
    """A number when each client has the same, none when none has one; dynamic when some have."""
    given = [cap for cap in caps if cap is not None]
    if len(given) < 2:
        return given[0] if given else None
    states = {(cap.state, cap.value) for cap in given}
    if len(states) == 1:
        return given[0]
    limited = next((cap for cap in given if cap.state in ("number", "dynamic")), None)
    if limited is not None:
        return msgspec.structs.replace(
            limited, state="dynamic", value=None, literal=None, reason="one of several clients"
        )
    return next(cap for cap in given if cap.state == "unknown")
