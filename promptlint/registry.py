"""The rules: their pages say what they are, their checks find them. Nothing is listed by hand."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import pkgutil
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from fnmatch import fnmatch
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from promptlint.config import Config, ConfigError
from promptlint.facts import Call, Project, Prompt
from promptlint.findings import Finding
from promptlint.knowledge.lookup import Knowledge
from promptlint.knowledge.tables import rules_dir

if TYPE_CHECKING:
    from promptlint.money.cost import Measures

_CODE = re.compile(r"PRM\d{0,3}$", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")


class Rule(Struct, frozen=True):
    """What the head of a rule's page says. `status`: stable | preview; `fix`: safe | unsafe | none."""

    code: str
    name: str
    severity: str
    status: str
    since: str
    fix: str
    summary: str
    page: str

    @property
    def url(self) -> str:
        """Where the page can be read."""
        return f"https://github.com/promptlint/promptlint/blob/main/rules/checks/{self.code}-{self.name}.md"


class Context(Struct, frozen=True):
    """What a check may ask for besides its call or prompt. `text` gives the source of a file.

    `reported`: whether findings in a file are shown at all; a costly check leaves out the rest.
    """

    config: Config
    measures: Measures
    project: Project
    knowledge: Knowledge
    text: Callable[[str], str]
    reported: Callable[[str], bool]
    problems: tuple[Any, ...] = ()  # Any: outcome.Problem, which lies above
    active: frozenset[str] = frozenset()

    def threshold(self, code: str, key: str) -> int:
        """A number of `rules/defaults.toml`, or of `[tool.promptlint.rules.CODE]`."""
        configured = self.config.rules.get(code, {}).get(key)
        return int(configured if configured is not None else defaults()[code][key])

    def listed(self, code: str, key: str, path: str) -> bool:
        """Whether a path is among the globs, with commas between them, that `[tool.promptlint.rules.CODE]` names."""
        globs = str(self.config.rules.get(code, {}).get(key, "")).split(",")
        return any(fnmatch(path, glob.strip()) for glob in globs)


class _Check(Struct, frozen=True):
    code: str
    function: Callable[..., Iterator[Finding]]
    takes: str
    wants: tuple[str, ...]


_CHECKS: dict[str, _Check] = {}


_WANTS = {
    "call": ("measure", "context"),
    "site": ("measure", "context"),
    "prompt": ("measure", "context"),
    "project": ("context",),
}


def check(code: str) -> Callable[[Callable[..., Iterator[Finding]]], Callable[..., Iterator[Finding]]]:
    """Register a check. Its first parameter says what it looks at.

    `site`: each request where the SDK is called; `call`: each where it is made, by the callers of a wrapper rather than in it;
    `prompt`; `project`, once. Then what it wants of `measure`, which a project has none of, and `context`. Raises TypeError for any
    other name.
    """

    def register(function: Callable[..., Iterator[Finding]]) -> Callable[..., Iterator[Finding]]:
        names = tuple(inspect.signature(function).parameters)
        if not names or names[0] not in _WANTS:
            raise TypeError(f"{code}: a check takes {', '.join(_WANTS)} first, not {names[0] if names else 'nothing'}")
        if unknown := [name for name in names[1:] if name not in _WANTS[names[0]]]:
            raise TypeError(f"{code}: a check of a {names[0]} gets {', '.join(_WANTS[names[0]])}, not {unknown[0]}")
        _CHECKS[code] = _Check(code, function, names[0], names[1:])
        return function

    return register


@cache
def checks() -> dict[str, _Check]:
    """Code → check, from every module of `promptlint.checks`."""
    package = importlib.import_module("promptlint.checks")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"promptlint.checks.{module.name}")
    return dict(sorted(_CHECKS.items()))


@cache
def defaults() -> dict[str, dict[str, int]]:
    """`rules/defaults.toml`: the thresholds of each rule."""
    return tomllib.loads((rules_dir() / "defaults.toml").read_text(encoding="utf-8"))


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, by code, from the heads of their pages."""
    return tuple(_rule(path.read_text(encoding="utf-8")) for path in sorted((rules_dir() / "checks").glob("PRM*.md")))


def _rule(page: str) -> Rule:
    _, head, body = page.split("---\n", 2)
    values = dict(line.split(": ", 1) for line in head.strip().splitlines())
    summary = next(p for p in body.split("\n\n")[1:] if p.strip()).strip().replace("\n", " ")
    return Rule(
        values["code"],
        values["name"],
        values["severity"],
        values["status"],
        values["since"],
        values["fix"],
        summary,
        body.strip(),
    )


def find_rule(text: str) -> Rule | None:
    """A rule by code or name."""
    return next((r for r in rules() if text.upper() == r.code or text.lower() == r.name), None)


def select(config: Config) -> frozenset[str]:
    """The codes to run. Preview rules run with `preview`, or when named in full. Raises `ConfigError`."""
    _check_rules(config)
    configured, only = _configured(config), config.asked.select
    return frozenset(_as_asked(_matching(only, "--select", config) if only else configured, config))


def not_ignored(config: Config, codes: Iterable[str]) -> frozenset[str]:
    """Those of the codes that are not left out, whether they are preview or not. Raises `ConfigError`."""
    ignored = set[str]() if config.asked.select else _ignored(config)
    return frozenset(_as_asked(set(codes) - ignored, config) & set(codes))


def _configured(config: Config) -> set[str]:
    """What the configuration selects."""
    chosen = _matching(config.select or ("ALL",), _key(config, "select"), config)
    return (chosen | _matching(config.extend_select, _key(config, "extend-select"), config)) - _ignored(config)


def _ignored(config: Config) -> set[str]:
    return _matching(config.ignore, _key(config, "ignore"), config, preview=True)


def _as_asked(chosen: set[str], config: Config) -> set[str]:
    """With the rules that the command line adds, without those it leaves out."""
    added = _matching(config.asked.extend_select, "--extend-select", config)
    return (chosen | added) - _matching(config.asked.ignore, "--ignore", config, preview=True)


def _key(config: Config, name: str) -> str:
    return f"{config.path}: `{name}`"


_GLOBS = {"PRM307": ("strict-paths",), "PRM501": ("regulated-paths",)}


def _check_rules(config: Config) -> None:
    """What `rules` and `per-file-ignores` name exists. Raises `ConfigError`: a setting that nobody reads is a wrong one."""
    for glob, selectors in config.per_file_ignores.items():
        _matching(selectors, f"{_key(config, 'per-file-ignores')} of {glob!r}", config, preview=True)
    for code, values in config.rules.items():
        numbers, globs = defaults().get(code, {}), _GLOBS.get(code, ())
        if not numbers and not globs:
            takes = ", ".join(sorted({*defaults(), *_GLOBS}))
            raise ConfigError(f"{config.path}: `rules.{code}` is no rule with settings; these have some: {takes}")
        for key, value in values.items():
            if key not in numbers and key not in globs:
                known = ", ".join(sorted((*numbers, *globs)))
                raise ConfigError(f"{config.path}: unknown key `rules.{code}.{key}`; known keys: {known}")
            if key in numbers and isinstance(value, str):
                raise ConfigError(f"{config.path}: `rules.{code}.{key}` is {value!r}; it must be a number")


def _matching(selectors: Iterable[str], where: str, config: Config, *, preview: bool = False) -> set[str]:
    """The codes that selectors name. Raises `ConfigError` with `where` they stand."""
    found: set[str] = set()
    for selector in selectors:
        exact = find_rule(selector)
        if exact is not None:
            found.add(exact.code)
            continue
        prefix = "PRM" if selector.upper() == "ALL" else selector.upper()
        hits = {r.code for r in rules() if r.code.startswith(prefix)} if _CODE.match(prefix) else set()
        if not hits:
            raise ConfigError(
                f"{where} names the unknown rule {selector!r}{_meant(selector)} (see `promptlint rule --all`)"
            )
        found |= {r.code for r in rules() if r.code in hits and (preview or config.preview or r.status == "stable")}
    return found


def _meant(selector: str) -> str:
    """The rule that was meant: a name like it, or the code with its letters. One code is as near to a wrong one as another."""
    code = f"PRM{selector}"
    close = [code] if find_rule(code) else get_close_matches(selector.lower(), [r.name for r in rules()], n=1)
    return f"; did you mean {close[0]}?" if close else ""


def run(
    project: Project, context: Context, selection: frozenset[str]
) -> tuple[list[Finding], list[tuple[str, str, str]]]:
    """All findings of the selected rules, ordered, and the checks that failed: (code, path, error)."""
    pairs, failures = pairs_of(project, context, selection)
    findings = [finding for _, finding in pairs if not finding.preview or context.config.preview]
    return fingerprinted(findings, context.text), failures


def pairs_of(
    project: Project, context: Context, selection: frozenset[str]
) -> tuple[list[tuple[Call | Prompt | Project, Finding]], list[tuple[str, str, str]]]:
    """Every finding with what it is about, those of preview included and none left out as said before; and failures."""
    pairs: list[tuple[Call | Prompt | Project, Finding]] = []
    failures: list[tuple[str, str, str]] = []
    by_code = {r.code: r for r in rules()}
    for code, found in checks().items():
        if code not in selection:
            continue
        for subject, path in _subjects(found, project):
            try:
                for finding in found.function(subject, **_arguments(found, subject, context)):
                    pairs.append((subject, _complete(finding, by_code[code], subject)))
            except Exception as error:  # one failing check never hides the others; the run ends in 2
                failures.append((code, path, f"{type(error).__name__}: {error}"))
    return pairs, failures


def _subjects(found: _Check, project: Project) -> Iterator[tuple[Any, str]]:
    match found.takes:
        case "project":
            yield project, "."
        case "prompt":
            for prompt in project.prompts:
                yield prompt, prompt.place.path
        case "site":
            for call in project.calls:
                yield call, call.place.path
        case "call":
            for call in (*project.calls, *project.callers):
                if not call.callers:
                    yield call, call.place.path


def _arguments(found: _Check, subject: Any, context: Context) -> dict[str, Any]:  # Any: a Call, Prompt or Project
    values: dict[str, Any] = {"context": context}
    if isinstance(subject, Call):
        values["measure"] = context.measures.calls[subject.site_id]
    elif isinstance(subject, Prompt):
        values["measure"] = context.measures.prompts[subject.id]
    return {name: values[name] for name in found.wants}


def _complete(finding: Finding, rule: Rule, subject: Call | Prompt | Project) -> Finding:
    inside = not isinstance(subject, Project) and subject.place.path == finding.place.path
    return msgspec.structs.replace(
        finding,
        code=rule.code,
        name=rule.name,
        url=rule.url,
        severity=finding.severity or rule.severity,
        around=subject.place.span if inside and not isinstance(subject, Project) else None,
    )


def fingerprinted(findings: list[Finding], text: Callable[[str], str]) -> list[Finding]:
    """Findings in order of place, each with a fingerprint that survives moved lines; repeats end in `:2`."""
    seen: Counter[str] = Counter()
    result = []
    ordered = sorted(findings, key=lambda f: (f.place.path, f.place.span.start, f.place.span.end, f.code, f.message))
    for finding in {(f.place.path, f.place.span, f.code, f.message): f for f in ordered}.values():
        span = finding.place.span
        words = _BLANKS.sub(" ", text(finding.place.path)[span.start : span.end]).strip()
        parts = "\0".join((finding.code, finding.place.path, finding.function, words))
        digest = hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        seen[digest] += 1
        mark = f"{digest}:{seen[digest]}" if seen[digest] > 1 else digest
        result.append(msgspec.structs.replace(finding, fingerprint=mark))
    return result
