"""Links of a project: a file is read once, by the name that is its own, and what a link calls it leads there."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping

_MOST_HOPS = 40  # as many as Linux follows
_MOST_ALIASES = 20_000


def by_depth(paths: Iterable[str]) -> list[str]:
    """The shortest way to a file first."""
    return sorted(paths, key=lambda path: (path.count("/"), path))


def followed(path: str, links: Mapping[str, str]) -> str:
    """Where a path leads in a tree with these links; nowhere is the empty path."""
    rest, done, hops = path.split("/"), "", 0
    rest.reverse()
    while rest:
        done = f"{done}/{rest.pop()}" if done else rest.pop()
        if done in links:
            hops += 1
            if hops > _MOST_HOPS or not links[done]:
                return ""
            rest += reversed(links[done].split("/"))
            done = ""
    return done


def aliases(links: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """The other names of the files `names`: what a link calls them. `links` says where each leads; folders above it lead round."""
    known, ordered = frozenset(names), sorted(names)
    found: dict[str, str] = {}
    for link in by_depth(links):
        target = links[link]
        below = f"{target}/"
        if target in known:
            found.setdefault(link, target)
        elif target and not link.startswith(below):
            at = bisect_left(ordered, below)
            while at < len(ordered) and ordered[at].startswith(below) and len(found) < _MOST_ALIASES:
                found.setdefault(f"{link}/{ordered[at][len(below) :]}", ordered[at])
                at += 1
    return found
