"""The tables of `rules/`, read and validated."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, get_args

import msgspec

from promptlint.bytes_of import regular_bytes
from promptlint.knowledge.specs import CallSpec, CapSpec, ClientSpec, MissingCap, Retries, Sdk

_LARGEST = 10_000_000
_HANDED_DOWN = dict.fromkeys(("client", "call", "decorator"), ("sdk", "report", "provider")) | {"wrapper": ("sdk",)}


class RulesError(Exception):
    """A table in `rules/` (or in `extend-rules`) is not valid. The message names file and key."""


def rules_dir() -> Path:
    """`rules/` inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    packaged = package / "_rules"
    return packaged if packaged.is_dir() else package.parent / "rules"


def own_tables() -> tuple[Sdk, ...]:
    """The tables that ship, read from TOML: a twentieth of a second. Raises `RulesError`."""
    return tuple(read_sdk(path) for path in sorted((rules_dir() / "sdk").glob("*.toml")))


def extended(own: tuple[Sdk, ...], folders: tuple[Path, ...]) -> tuple[Sdk, ...]:
    """Those tables and the ones in some folders: of two with one id the later counts. Raises `RulesError`."""
    found = {sdk.id: sdk for sdk in own}
    found.update((sdk.id, sdk) for folder in folders for sdk in map(read_sdk, sorted(folder.glob("*.toml"))))
    return tuple(found.values())


def read_sdk(path: Path) -> Sdk:
    """One SDK table. Raises `RulesError` naming file and key."""
    try:
        raw = tomllib.loads(regular_bytes(path, _LARGEST).decode("utf-8").replace("\r\n", "\n"))
        _hand_down(raw)
        return msgspec.convert(raw, Sdk)
    except OSError as error:
        raise RulesError(f"{path}: {error.strerror or error}") from error
    except (ValueError, RecursionError, ArithmeticError) as error:  # no text, no TOML, or another shape
        raise RulesError(f"{path}: {error}{_cure(error)}") from error


def _cure(error: Exception) -> str:
    """What may stand there, where that is one of a few words."""
    return f"; one of {', '.join(get_args(MissingCap))}" if str(error).endswith("missing_cap`") else ""


def _hand_down(raw: dict[str, Any]) -> None:  # Any: a table before it is validated
    """Give the rows of a table its names, where they have none of their own. What is no row is left to the validation."""
    names = {
        "sdk": raw.get("id", ""),
        "report": raw.get("report") or raw.get("id", ""),
        "provider": raw.get("provider"),
    }
    for kind, kept in _HANDED_DOWN.items():
        rows = raw.get(kind)
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict):
                for name in kept:
                    row.setdefault(name, names[name])


def of_wrappers(wrappers: Sequence[tuple[str, str | None, str | None, str | None]]) -> Sdk:
    """A table for functions that send a request, named in the configuration: (callee, prompt, model, cap).

    `acme.llm.Gateway.chat` is a method: the name before the last begins with a capital. The prompt is what a call passes
    first when it passes no keyword.
    """
    clients: dict[str, ClientSpec] = {}
    calls: list[CallSpec] = []
    for callee, prompt, model, cap in wrappers:
        owner, _, name = callee.rpartition(".")
        match = callee
        report = callee.partition(".")[0]
        if owner.rpartition(".")[2][:1].isupper():
            client = clients.setdefault(
                owner, ClientSpec(names=(owner,), role=f"configured_{len(clients)}", sdk="configured", report=report)
            )
            match = f"{{{client.role}}}.{name}"
        calls.append(
            CallSpec(
                match=(match,), kind="chat", sdk="configured", report=report, positional=(prompt,) if prompt else (),
                prompt=(prompt,) if prompt else (), model=(model,) if model else (),
                caps=(CapSpec(param=cap),) if cap else (),
            )
        )  # fmt: skip
    roots = tuple(sorted({callee.partition(".")[0] for callee, *_ in wrappers}))
    return Sdk(id="configured", checked="configuration", roots=roots, client=tuple(clients.values()), call=tuple(calls))


@cache
def retries() -> Retries:
    """The table of retries. Raises `RulesError`."""
    path = rules_dir() / "retries.toml"
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Retries)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise RulesError(f"{path}: {error}") from error
