"""What is not reported: ignore comments and `per-file-ignores`. An ignore that suppresses nothing is reported itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from promptlint import registry
from promptlint.config import Config, glob_matches
from promptlint.facts import Ignore, Place, Project, Span
from promptlint.findings import Edit, Finding, Fix
from promptlint.source import Source

_LISTED = re.compile(r"(?:ignore\[|noqa:\s*)(?P<codes>[\w\-, \t]+)")
_OTHER = re.compile(r"[-_][\w-]+")
_CODE = re.compile(r"[\w-]+")


def apply(
    findings: Sequence[Finding],
    project: Project,
    config: Config,
    source: Callable[[str], Source],
    selection: frozenset[str],
) -> tuple[list[Finding], int]:
    """The findings that stay, with PRM901 for ignores without effect, and how many were suppressed."""
    kept: list[Finding] = []
    used: set[tuple[str, int, str]] = set()
    suppressed = 0
    for finding in findings:
        hits = _ignored(finding, project, source)
        used.update((finding.place.path, ignore.span.start, finding.code) for ignore in hits)
        if hits or _by_file(finding, config):
            suppressed += 1
        else:
            kept.append(finding)
    if "PRM901" in selection:
        unused = [
            f
            for path, ignores in sorted(project.ignores.items())
            for i in ignores
            for f in _unused(path, i, used, selection, source)
        ]
        kept = registry.fingerprinted([*kept, *unused], lambda path: source(path).text)
    return kept, suppressed


def _ignored(finding: Finding, project: Project, source: Callable[[str], Source]) -> list[Ignore]:
    """The comments that speak for the first or the last line of a finding, or of the call or prompt it is about."""
    ignores = project.ignores.get(finding.place.path)
    if not ignores:
        return []
    text = source(finding.place.path)
    spans = [finding.place.span, *(p.span for p, _ in finding.related if p.path == finding.place.path)]
    if finding.around is not None:
        spans.append(finding.around)
    lines = {
        text.line_column(offset)[0] - 1 for span in spans for offset in (span.start, max(span.start, span.end - 1))
    }
    return [i for i in ignores if any(i.lines[0] <= line <= i.lines[1] for line in lines) and finding.code in _codes(i)]


def _codes(ignore: Ignore) -> dict[str, str]:
    """Code → as written, for the rules that exist."""
    found = {}
    for text in ignore.codes:
        rule = registry.find_rule(text)
        if rule is not None:
            found[rule.code] = text
    return found


def _by_file(finding: Finding, config: Config) -> bool:
    for pattern, selectors in config.per_file_ignores.items():
        if glob_matches(pattern, finding.place.path):
            if any(s.upper() == "ALL" or finding.code.startswith(s.upper()) or s == finding.name for s in selectors):
                return True
    return False


def _unused(
    path: str,
    ignore: Ignore,
    used: set[tuple[str, int, str]],
    selection: frozenset[str],
    source: Callable[[str], Source],
) -> list[Finding]:
    """A bare ignore, an unknown rule, or one that suppressed nothing although its rule ran."""
    if not ignore.codes:
        return [_finding(path, ignore, _nameless(ignore), None)]
    codes = _codes(ignore)
    found = [
        _finding(path, ignore, f"unknown rule {text!r} in an ignore comment", None)
        for text in ignore.codes
        if text not in codes.values()
    ]
    idle = [text for code, text in codes.items() if (path, ignore.span.start, code) not in used and code in selection]
    if idle:
        message = f"this ignores {', '.join(idle)}, which is not reported here"
        found.append(_finding(path, ignore, message, _without(path, ignore, idle, source(path).text)))
    return found


def _nameless(ignore: Ignore) -> str:
    """What an ignore without rules wants: the brackets, or another comment (`ignore-file[PRM101]` is none)."""
    other = _OTHER.match(ignore.reason)
    if other is None:
        return "an ignore comment must name its rules: `# promptlint: ignore[PRM101] reason`"
    return (
        f"there is no comment `ignore{other.group()}`: `ignore[PRM101] reason` speaks for its line and the next,"
        " `per-file-ignores` in the configuration for whole files"
    )


def _without(path: str, ignore: Ignore, idle: Sequence[str], text: str) -> Fix:
    """Take the idle codes out of a comment; all of it, and its line if it is alone there, when no code is left."""
    start, end = ignore.span.start, ignore.span.end
    listed = _LISTED.search(text, start, end)
    codes = _CODE.findall(listed.group("codes")) if listed is not None else []
    stay = [code for code in codes if code not in idle]
    if listed is not None and stay:
        place = Place(path=path, span=Span(*listed.span("codes")))
        edit = Edit(place=place, before=listed.group("codes"), content=", ".join(stay))
        return Fix(title=f"Take {', '.join(idle)} out of the comment", applicability="safe", edits=(edit,))
    if path.endswith((".py", ".pyi", ".yaml", ".yml", ".toml")):  # in a template, what stands around a comment is text
        newline = text.find("\n", end)
        end = (newline if newline >= 0 else len(text)) - (newline >= 0 and text[newline - 1] == "\r")
        before = text[text.rfind("\n", 0, start) + 1 : start]
        if before.strip() or newline < 0:
            start -= len(before) - len(before.rstrip())
        else:
            start, end = start - len(before), newline + 1
    edit = Edit(place=Place(path=path, span=Span(start, end)), before=text[start:end], content="")
    return Fix(title="Remove the comment", applicability="safe", edits=(edit,))


def _finding(path: str, ignore: Ignore, message: str, fix: Fix | None) -> Finding:
    rule = registry.find_rule("PRM901")
    assert rule is not None
    place = Place(path=path, span=ignore.span)
    return Finding(
        place=place, message=message, fix=fix, code=rule.code, name=rule.name, url=rule.url, severity=rule.severity
    )
