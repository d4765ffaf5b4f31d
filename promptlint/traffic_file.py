"""`promptlint-traffic.toml`: new call sites put in, measured figures written, and nothing that people wrote touched."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from promptlint.config import Figures
from promptlint.facts import Record
from promptlint.source import lines_of

_HEAD = """\
# How often each call is made, and how much it carries: `promptlint cost` makes dollars a month of it.
# Take the # away and fill in what you know; promptlint adds new calls and never changes what you wrote.
# Tokens are averages of one request; input-tokens is what is filled in at run time. Shares go from 0 to 1.
"""
_SITE = re.compile(r"^\[sites\.[\"']?([0-9a-f]{12})[\"']?\]")
_KEYS = ("calls-per-month", "input-tokens", "output-tokens", "cached-share", "batchable-share", "repeated-share")


class TrafficFileError(Exception):
    """The file cannot be extended. The message says why, and what to do."""


class Site(Record, frozen=True):
    """A call site as the file shows it: `label` is what stands in the comment above, `order` where it belongs."""

    site_id: str
    label: str
    order: tuple[str, int, str]


class Written(Struct, frozen=True):
    """What became of the file: sites put in, figures measured, and sites whose figures a person wrote (left alone)."""

    text: str
    added: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def synced(text: str, sites: Sequence[Site], *, elsewhere: frozenset[str] = frozenset()) -> Written:
    """The file with a commented block for each site that has none, in order of place. Lines are only ever added.

    `elsewhere`: sites whose figures stand in another file. Raises `TrafficFileError`.
    """
    there = _sites(text)
    missing = sorted((s for s in sites if s.site_id not in there and s.site_id not in elsewhere), key=lambda s: s.order)
    if not missing:
        return Written(text)
    order = {s.site_id: s.order for s in sites}
    lines = lines_of(text or _HEAD)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    end = "\r\n" if any(line.endswith("\r\n") for line in lines) else "\n"
    at = 0
    for site in missing:
        at = _position(lines, site, order, at)
        block = [f"# {_one_line(site.label)}", f"[sites.{site.site_id}]", *(f"# {key} =" for key in _KEYS)]
        before = [""] if at == len(lines) and lines and lines[-1].strip() else []
        after = [""] if at < len(lines) else []
        lines[at:at] = [f"{line}{end}" for line in (*before, *block, *after)]
        at += len(before) + len(block) + len(after)
    result = "".join(lines)
    _checked(text, result)
    return Written(result, added=tuple(s.site_id for s in missing))


def _position(lines: list[str], site: Site, order: Mapping[str, tuple[str, int, str]], start: int) -> int:
    """Before the first block of a site that comes later, comments above it included; else the end. None is before `start`."""
    for i in range(start, len(lines)):
        found = _SITE.match(lines[i])
        if found and order.get(found.group(1), ("",)) > site.order:
            while i > 0 and lines[i - 1].startswith("#"):
                i -= 1
            return i
    return len(lines)


def measured(text: str, sites: Sequence[Site], figures: Mapping[str, Figures]) -> Written:
    """The file with measured figures of some sites, and blocks for those that had none.

    A table with figures but without `measured` was written by a person: it stays. Raises `TrafficFileError`.
    """
    chosen = [s for s in sites if s.site_id in figures]
    result = synced(text, chosen)
    tables = _sites(result.text)
    kept = tuple(s.site_id for s in chosen if tables[s.site_id] and "measured" not in tables[s.site_id])
    done = tuple(s.site_id for s in chosen if s.site_id not in kept)
    lines = lines_of(result.text)
    heads = {m.group(1): i for i in reversed(range(len(lines))) if (m := _SITE.match(lines[i]))}
    for site in done:
        if site not in heads:
            raise TrafficFileError(f"sites.{site} is not a [sites.{site}] table of its own")
    for site in sorted(
        done, key=heads.__getitem__, reverse=True
    ):  # the last first: those before it stay where they are
        _set(lines, heads[site], _values(figures[site]))
    filled = "".join(lines)
    _checked(result.text, filled, but=frozenset(done))
    return Written(filled, result.added, done, kept)


def _set(lines: list[str], head: int, values: Mapping[str, str]) -> None:
    """Write values into the block of a site: over the old ones, else over their comments, else below the head."""
    end = "\r\n" if lines[head].endswith("\r\n") else "\n"
    if not lines[head].endswith("\n"):
        lines[head] += end
    stop = next((i for i in range(head + 1, len(lines)) if lines[i].startswith("[")), len(lines))
    if "output-p99" not in values:  # that of an older log
        lines[head + 1 : stop] = [line for line in lines[head + 1 : stop] if not line.startswith("output-p99")]
        stop = next((i for i in range(head + 1, len(lines)) if lines[i].startswith("[")), len(lines))
    below = head + 1
    for key, value in values.items():
        old = re.compile(rf"(?:# *)?{key} *=[^#\r\n]*?( *#.*)?$")
        at = next((i for i in range(head + 1, stop) if old.match(lines[i].rstrip("\r\n"))), None)
        if at is None:
            lines.insert(below, f"{key} = {value}{end}")
            stop += 1
        else:
            found = old.match(lines[at].rstrip("\r\n"))
            lines[at] = f"{key} = {value}{(found and found.group(1)) or ''}{end}"
        below = (at if at is not None else below) + 1


def _values(figures: Figures) -> dict[str, str]:
    """The figures that there are, as TOML."""
    # What a log alone can say is no line to fill in by hand.
    keys = (*_KEYS, "output-p99", "measured")
    found = {key: getattr(figures, key.replace("-", "_")) for key in keys}
    return {
        k: json.dumps(v, ensure_ascii=False) if isinstance(v, str) else f"{v}"
        for k, v in found.items()
        if v is not None
    }


def _sites(text: str) -> dict[str, Any]:  # Any: what people wrote
    """The sites a file has. Raises `TrafficFileError` when it is no TOML."""
    try:
        sites = tomllib.loads(text).get("sites", {})
    except tomllib.TOMLDecodeError as error:
        raise TrafficFileError(f"not valid TOML: {error}") from error
    return sites if isinstance(sites, dict) else {}


def _checked(before: str, after: str, *, but: frozenset[str] = frozenset()) -> None:
    """Every value of `before` is still in `after`, except in the sites `but`. Raises `TrafficFileError`."""
    try:
        old, new = tomllib.loads(before), tomllib.loads(after)
    except tomllib.TOMLDecodeError as error:
        cure = "`sites` is written as one value; make it [sites.<id>] tables, then run this again"
        raise TrafficFileError(cure) from error
    sites = {**new.pop("sites", {})}
    for name, value in old.pop("sites", {}).items():
        if name not in but and sites.get(name) != value:
            raise TrafficFileError(f"sites.{name} would change; nothing was written")
    if old != new:
        raise TrafficFileError("other figures would change; nothing was written")


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)
