"""Every fenced block of every rule page is a test; a `toml` block is the configuration of all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from promptlint import registry
from promptlint.edits import apply
from promptlint.run import check_text

_CONFIGURATION = re.compile(r"^```toml\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```python (bad|fixed|good)\n(.*?)\n```$", re.MULTILINE | re.DOTALL)


def blocks() -> Iterator[tuple[str, str, str, str | None]]:
    for rule in registry.rules():
        found = _BLOCK.findall(rule.page)
        for i, (kind, text) in enumerate(found):
            after = found[i + 1][1] if i + 1 < len(found) and found[i + 1][0] == "fixed" else None
            if kind != "fixed":
                yield rule.code, kind, text + "\n", after + "\n" if after is not None else None


CASES = list(blocks())


@pytest.mark.parametrize(
    ("code", "kind", "text", "fixed"), CASES, ids=[f"{c[0]}-{c[1]}-{i}" for i, c in enumerate(CASES)]
)
def test_a_block_does_what_its_page_says(code: str, kind: str, text: str, fixed: str | None) -> None:
    codes = ("ALL",) if code == "PRM901" else (code,)
    page = next(rule.page for rule in registry.rules() if rule.code == code)
    configured = _CONFIGURATION.search(page)
    configuration = configured.group(1).replace("[tool.promptlint.", "[") if configured else ""
    findings = [f for f in check_text(text, codes=codes, configuration=configuration) if f.code == code]
    if kind == "good":
        assert not findings, [f.message for f in findings]
        return
    assert findings
    if fixed is not None:
        edits = [edit for f in findings if f.fix for edit in f.fix.edits]
        assert apply(text, edits) == fixed


def test_each_rule_has_a_page_and_each_page_a_check() -> None:
    assert [r.code for r in registry.rules()] == list(registry.checks())


@pytest.mark.parametrize("rule", registry.rules(), ids=lambda r: r.code)
def test_a_page_has_its_headings_and_examples(rule: registry.Rule) -> None:
    assert rule.page.startswith(f"# {rule.name} ({rule.code})")
    positions = [rule.page.index(heading) for heading in ("## Why", "## Examples", "## When not", "## Fix safety")]
    assert positions == sorted(positions)
    kinds = [kind for kind, _ in _BLOCK.findall(rule.page)]
    assert "bad" in kinds
    assert "good" in kinds
    assert ("fixed" in kinds) <= (rule.fix != "none")


@pytest.mark.parametrize("rule", registry.rules(), ids=lambda r: r.code)
def test_a_rule_is_one_name_in_two_files(rule: registry.Rule) -> None:
    function = registry.checks()[rule.code].function
    assert function.__module__ == f"promptlint.checks.{rule.name.replace('-', '_')}"
