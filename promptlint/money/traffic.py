"""How often a call is made and how much it carries, as far as somebody said so: each figure with where it comes from."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

import msgspec

from promptlint.config import Config, ConfigError, Figures, glob_matches
from promptlint.facts import Call, Record
from promptlint.findings import Basis
from promptlint.knowledge.tables import rules_dir

NAMES = {
    "calls_per_month": "calls a month",
    "input_tokens": "input tokens filled in",
    "output_tokens": "output tokens",
    "output_p99": "output tokens that 99 of 100 answers do not pass",
    "cached_share": "share of the input that is cached",
    "batchable_share": "share of the calls that can wait",
    "repeated_share": "share of the calls that repeat another",
}


class Figure(Record, frozen=True):
    """One figure and its basis. `level`: sites | functions | paths | default | profile, the closest first."""

    value: int | Decimal
    level: str
    basis: Basis


class Volume(Record, frozen=True):
    """The traffic of one call site; None where nobody said."""

    calls_per_month: Figure | None = None
    input_tokens: Figure | None = None
    output_tokens: Figure | None = None
    output_p99: Figure | None = None
    cached_share: Figure | None = None
    batchable_share: Figure | None = None
    repeated_share: Figure | None = None

    @property
    def calls(self) -> int | None:
        """Calls a month."""
        return int(self.calls_per_month.value) if self.calls_per_month is not None else None


def volume(call: Call, config: Config) -> Volume:
    """Each figure from the closest place that gives it: the site, its function, its path, the default, the profile."""
    found: dict[str, Figure] = {}
    for level, where, figures in _sources(call, config):
        for name, title in NAMES.items():
            value = getattr(figures, name)
            if value is None or name in found:
                continue
            origin = "assumed" if level == "profile" else "measured" if figures.measured else "configured"
            basis = Basis(input=title, value=str(value), origin=origin, where=figures.measured or where)
            found[name] = Figure(value=value, level=level, basis=basis)
    return Volume(**found)


def _sources(call: Call, config: Config) -> Iterator[tuple[str, str, Figures]]:
    """(level, name for people, figures), the closest first."""
    traffic = config.traffic
    if call.site_id in traffic.sites:
        yield "sites", f"traffic.sites.{call.site_id}", traffic.sites[call.site_id]
    for name in dict.fromkeys((call.function, call.function.rpartition(".")[2])):
        if name and name in traffic.functions:
            yield "functions", f"traffic.functions.{name}", traffic.functions[name]
    # Of several globs the longest says most.
    for glob in sorted(traffic.paths, key=lambda g: (-len(g), g)):
        if glob_matches(glob, call.place.path):
            yield "paths", f'traffic.paths."{glob}"', traffic.paths[glob]
    yield "default", "traffic, for every call", traffic
    if config.profile is not None:
        yield "profile", f"--traffic {config.profile}", profiles()[config.profile]


@cache
def profiles() -> dict[str, Figures]:
    """`rules/traffic.toml`: the profiles by name. Raises `ConfigError`."""
    path = rules_dir() / "traffic.toml"
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), dict[str, Figures])
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"{path}: {error}") from error
