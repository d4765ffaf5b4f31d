"""The configuration: found, read, checked. An unknown key is an error, never ignored."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

import msgspec
from msgspec import Struct, field

from promptlint.bytes_of import regular_bytes
from promptlint.mistakes import said

_NAMES = (".promptlint.toml", "promptlint.toml", "pyproject.toml")
_SCOPES = ("tests", "evals", "examples", "docs")
LARGEST = 10_000_000  # bytes of a file of settings
MOST = 10**15  # calls or tokens: more than all models together serve in a year


class ConfigError(Exception):
    """The configuration cannot be used. The message names the file, what is wrong and the cure."""


class Wrapper(Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """A function outside the project that sends a request: which of its parameters is what."""

    callee: str
    prompt: str | None = None
    model: str | None = None
    cap: str | None = None


class Prices(Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """`discount`: provider → share taken off its list prices, 0.15 for 15 %."""

    discount: dict[str, Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for provider, share in self.discount.items():
            if not share.is_finite() or not -10 <= share <= 1:
                raise ValueError(f"`discount` of {provider} is {share}; it is a share: 0.15 for 15 %, at most 1")


class Figures(Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """The traffic of a call site, as far as it is said. Tokens are averages of one request.

    `input-tokens`: what is filled in at run time, besides the text that stands in the code. `cached-share`: part of the
    input read from a prompt cache; `batchable-share`: part of the calls that can wait; `repeated-share`: part of the calls
    that ask what was asked before. `output-p99`: what 99 of 100 answers do not pass. `measured`: the log that these
    figures come from.
    """

    calls_per_month: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    output_p99: int | None = None
    cached_share: Decimal | None = None
    batchable_share: Decimal | None = None
    repeated_share: Decimal | None = None
    measured: str | None = None

    def __post_init__(self) -> None:
        for name in ("calls_per_month", "input_tokens", "output_tokens", "output_p99"):
            if (getattr(self, name) or 0) < 0:
                raise ValueError(f"`{name.replace('_', '-')}` is below zero")
            if (getattr(self, name) or 0) > MOST:
                raise ValueError(f"`{name.replace('_', '-')}` is above {MOST:,}")
        for name in ("cached_share", "batchable_share", "repeated_share"):
            share = getattr(self, name) or Decimal(0)
            if not share.is_finite() or not 0 <= share <= 1:
                raise ValueError(f"`{name.replace('_', '-')}` is a share: a number from 0 to 1")


class Traffic(Figures, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """Figures for every call site, and for some: by glob of paths, by function, by site id; the closest one holds."""

    paths: dict[str, Figures] = field(default_factory=dict)
    functions: dict[str, Figures] = field(default_factory=dict)
    sites: dict[str, Figures] = field(default_factory=dict)


class Budget(Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """The most tokens of constant text, and of an answer: glob of paths, or name of a prompt, function or call → tokens.

    `max-monthly-usd`: what all calls may cost a month; `max-monthly-increase-usd`: what a change may add to that.
    """

    max_prompt_tokens: dict[str, int] = field(default_factory=dict)
    max_call_tokens: dict[str, int] = field(default_factory=dict)
    max_output_tokens: dict[str, int] = field(default_factory=dict)
    max_monthly_usd: Decimal | None = None
    max_monthly_increase_usd: Decimal | None = None

    def __post_init__(self) -> None:
        for name in ("max_monthly_usd", "max_monthly_increase_usd"):
            most = getattr(self, name) or Decimal(0)
            if not most.is_finite() or most < 0:
                raise ValueError(f"`{name.replace('_', '-')}` is no number of dollars")
        for name in ("max_prompt_tokens", "max_call_tokens", "max_output_tokens"):
            below = next((key for key, limit in getattr(self, name).items() if limit < 0), None)
            if below is not None:
                raise ValueError(f"`{name.replace('_', '-')}` of {below!r} is below zero")


class Asked(Struct, frozen=True):
    """Rules of the command line. `select` takes the place of what the configuration says of rules, the others come after it."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


_NO_KEYS = ("path", "profile", "asked")


class Config(Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """`[tool.promptlint]`. Paths and globs are relative to the folder of the file."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    preview: bool = False
    exclude: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    per_file_ignores: dict[str, tuple[str, ...]] = field(default_factory=dict)
    respect_gitignore: bool = True
    models: dict[str, str] = field(default_factory=dict)
    prices: Prices = field(default_factory=Prices)
    traffic: Traffic = field(default_factory=Traffic)
    budget: Budget = field(default_factory=Budget)
    rules: dict[str, dict[str, int | float | str | bool]] = field(default_factory=dict)
    wrappers: tuple[Wrapper, ...] = ()
    extend_rules: tuple[str, ...] = ()
    extend: str | None = None
    path: str | None = None
    """The file this came from; not a key."""
    profile: str | None = None
    """The traffic profile that was asked for (`--traffic`); not a key."""
    asked: Asked = Asked()
    """The rules that the command line names; not a key."""


def load(start: Path, explicit: Path | None = None, *, isolated: bool = False) -> Config:
    """The configuration for a folder: `explicit`, else the nearest file upward, up to the repository. Raises `ConfigError`."""
    if isolated:
        return Config()
    if explicit is not None:
        if not explicit.is_file():
            raise ConfigError(f"{explicit}: no such configuration file")
        return _read(explicit, ()) or Config(path=str(explicit))
    found = find(start)
    return found[1] if found is not None else Config()


def find(start: Path) -> tuple[Path, Config] | None:
    """The nearest configuration file at or above a folder, not beyond the top of the repository."""
    for folder in (start, *start.parents):
        for name in _NAMES:
            path = folder / name
            if path.is_file():
                config = _read(path, ())
                if config is not None:
                    return path, config
        if (folder / ".git").exists():
            return None
    return None


def _read(path: Path, seen: tuple[Path, ...]) -> Config | None:
    """One file; None for a `pyproject.toml` without our table."""
    raw = read_toml(path)
    if path.name == "pyproject.toml":
        tools = raw.get("tool", {})
        table = tools.get("promptlint") if isinstance(tools, dict) else None
        if table is None:
            return None
        if not isinstance(table, dict):
            raise ConfigError(f"{path}: `tool.promptlint` is a {_kind(table)}; it must be a table, [tool.promptlint]")
        raw = table
    base = _extended(path, raw, seen)
    _check_keys(path, raw, Config, "")
    config = _converted(path, {**base, **raw}, Config)
    odd = next((scope for scope in config.include if scope not in _SCOPES), None)
    if odd is not None:
        raise ConfigError(f"{path}: `include` names {odd!r}; it takes {', '.join(_SCOPES)}")
    globs = (*config.exclude, *config.extend_exclude, *config.per_file_ignores, *config.traffic.paths)
    for rule, values in config.rules.items():
        for key, value in values.items():
            if isinstance(value, float) and not math.isfinite(value):
                raise ConfigError(f"{path}: `rules.{rule}.{key}` is {value}, which is no number to compare with")
    _check_globs(path, (*globs, *config.budget.max_prompt_tokens, *config.budget.max_output_tokens))
    return msgspec.structs.replace(config, path=str(path))


_Made = TypeVar("_Made")


def _converted(path: Path, raw: dict[str, Any], kind: type[_Made]) -> _Made:
    try:
        return msgspec.convert(raw, kind, strict=False)
    except (msgspec.ValidationError, ArithmeticError, RecursionError, ValueError, UnicodeError) as error:
        raise ConfigError(f"{path}: {said(str(error))}") from error


def _check_globs(path: Path, globs: Iterable[str]) -> None:
    for glob in globs:
        problem = glob_problem(glob)
        if problem is not None:
            raise ConfigError(f"{path}: {glob!r} is no glob that can be used: {problem}")


def _kind(value: object) -> str:
    return "list" if isinstance(value, list) else "text" if isinstance(value, str) else type(value).__name__


def read_toml(path: Path) -> dict[str, Any]:  # Any: whatever the file holds
    """What a TOML file holds. Raises `ConfigError` naming it."""
    try:
        return tomllib.loads(regular_bytes(path, LARGEST).decode("utf-8-sig").replace("\r\n", "\n"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: not valid TOML: nested too deeply") from error
    except ValueError as error:  # no text, no TOML, or a number of more digits than can be read
        raise ConfigError(f"{path}: not valid TOML: {error}") from error


def _extended(path: Path, raw: dict[str, Any], seen: tuple[Path, ...]) -> dict[str, Any]:
    """The keys of the file that `extend` names; this file's own keys win."""
    if not isinstance(raw.get("extend"), str):
        return {}
    try:
        target = (path.parent / raw["extend"]).resolve()
        there = target.is_file()
    except (OSError, ValueError, RuntimeError) as error:
        raise ConfigError(
            f"{path}: `extend` names {raw['extend'][:200]!r}, which is no path: {error.args[-1]}"
        ) from error
    if target in seen or target == path.resolve() or len(seen) > 8:
        raise ConfigError(f"{path}: `extend` leads back to {target}")
    if not there:
        raise ConfigError(f"{path}: `extend` names {raw['extend']}, which does not exist or is no file")
    inherited = _read(target, (*seen, path.resolve()))
    if inherited is None:
        return {}
    values: dict[str, Any] = msgspec.to_builtins(inherited)
    return {k: v for k, v in values.items() if k not in (*_NO_KEYS, "extend") and v not in ((), [], {}, None)}


TRAFFIC_FILE = "promptlint-traffic.toml"


def with_traffic(config: Config, root: Path) -> Config:
    """The configuration with what `promptlint-traffic.toml` in the project's root says. Raises `ConfigError`."""
    path = root / TRAFFIC_FILE
    if not path.is_file():
        return config
    raw = read_toml(path)
    _check_keys(path, raw, Traffic, "")
    own = _converted(path, raw, Traffic)
    _check_globs(path, own.paths)
    return msgspec.structs.replace(config, traffic=_merged(config.traffic, own))


def _merged(first: Traffic, second: Traffic) -> Traffic:
    """Two tables made one, key by key; of two values the second counts."""
    changes: dict[str, object] = {}
    for name in Figures.__struct_fields__:
        if getattr(second, name) is not None:
            changes[name] = getattr(second, name)
    for name in ("paths", "functions", "sites"):
        changes[name] = {**getattr(first, name), **getattr(second, name)}
    return msgspec.structs.replace(first, **changes)


def _check_keys(path: Path, raw: dict[str, Any], struct: type[Struct], where: str) -> None:
    """Unknown keys, with the one that was meant."""
    known = {f.encode_name: f for f in msgspec.structs.fields(struct) if f.name not in _NO_KEYS}
    for key, value in raw.items():
        if key == "tool" and struct is Config:
            raise ConfigError(
                f"{path}: `[tool.promptlint]` is for pyproject.toml; leave `tool.promptlint` out of the headers here"
            )
        if key not in known:
            close = get_close_matches(key, known, n=1, cutoff=0.5)
            hint = f"; did you mean `{close[0]}`?" if close else f"; known keys: {', '.join(sorted(known))}"
            raise ConfigError(f"{path}: unknown key `{where}{key}`{hint}")
        kind = known[key].type
        if get_origin(kind) is dict and isinstance(value, dict):
            inner = get_args(kind)[1]
            for name, each in value.items():
                if isinstance(inner, type) and issubclass(inner, Struct) and isinstance(each, dict):
                    _check_keys(path, each, inner, f"{where}{key}.{name}.")
        if isinstance(kind, type) and issubclass(kind, Struct) and isinstance(value, dict):
            _check_keys(path, value, kind, f"{where}{key}.")


_MOST_STARS = 6
_MOST_IN_ALL = 24
_STARS = re.compile(r"\*+|(?<!\*)\?+\*+")


def glob_problem(pattern: str) -> str | None:
    """Why a glob cannot be used. Each star of a path's part multiplies the ways to match it: a few are enough for anybody."""
    import pathspec

    if (problem := odd_glob(pattern)) is not None:
        return problem
    try:
        pathspec.PathSpec.from_lines("gitignore", [pattern])
    except (ValueError, re.error, OverflowError, RecursionError) as error:
        return str(error)
    return None


def odd_glob(pattern: str) -> str | None:
    """Why a glob that can be compiled is not used all the same."""
    if pattern.strip() == "/":
        return "a slash alone names nothing"
    if pattern.count("*") <= _MOST_STARS:
        return None
    if pattern.count("*") > _MOST_IN_ALL:
        return f"more than {_MOST_IN_ALL} stars"
    deep = len(re.findall(r"(?:^|/)\*\*(?=/|$)", re.sub(r"(?:\*\*/)+", "**/", pattern)))
    if deep > _MOST_STARS or any(len(_STARS.findall(part)) > _MOST_STARS for part in pattern.split("/")):
        return f"more than {_MOST_STARS} stars"
    return None


@lru_cache(maxsize=4096)
def glob_matches(pattern: str, path: str) -> bool:
    """Whether a glob, read as in an ignore file of git, takes a path. One that is no glob takes none."""
    import pathspec

    if glob_problem(pattern) is not None:
        return False
    return bool(pathspec.PathSpec.from_lines("gitignore", [pattern]).match_file(path))
