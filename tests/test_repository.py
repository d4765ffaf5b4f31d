"""What the repository says of itself is true."""

from __future__ import annotations

import re
from pathlib import Path

import promptlint
from promptlint import registry
from promptlint.knowledge.lookup import load
from promptlint.knowledge.tables import rules_dir

HERE = Path(__file__).resolve().parent.parent
PACKAGE = Path(promptlint.__file__).resolve().parent


def test_both_hook_files_are_the_same() -> None:
    assert (HERE / "pre-commit-hooks.yaml").read_bytes() == (HERE / ".pre-commit-hooks.yaml").read_bytes()


def test_hooks_take_the_files_that_are_read() -> None:
    import yaml

    for hook in yaml.safe_load((HERE / "pre-commit-hooks.yaml").read_text()):
        pattern = re.compile(hook["files"])
        assert all(
            pattern.search(name) for name in ("a.py", "b.j2", "c.md", "d.prompty", "e.yaml", "f.jinja2", "g.txt")
        )
        assert not pattern.search("h.png")
        for name in ("i.ipynb", "j.json", "k.toml", "l.xml"):
            assert bool(pattern.search(name)) == (hook["id"] == "promptlint"), "these are only read"
        assert hook["require_serial"]
        assert "--force-exclude" in hook["entry"]


def test_every_module_and_folder_is_on_the_map() -> None:
    text = (HERE / "CONTRIBUTING.md").read_text()
    block = text.partition("## Where things are")[2].partition("## ")[0]
    there = {p.name + "/" if p.is_dir() else p.name for p in PACKAGE.iterdir()}
    assert there - {"__init__.py", "__main__.py", "__pycache__/", "_rules/", "py.typed"} == set(
        re.findall(r"(?:^|  )(\w+(?:\.py|/))(?= |$)", block, re.MULTILINE)
    )


def test_every_rule_has_one_page_and_one_check_of_its_name() -> None:
    for rule in registry.rules():
        assert (rules_dir() / "checks" / f"{rule.code}-{rule.name}.md").is_file()
        if rule.code[:4] != "PRM9":
            assert (PACKAGE / "checks" / f"{rule.name.replace('-', '_')}.py").is_file()


def test_every_sdk_table_says_what_it_was_read_from() -> None:
    for path in (rules_dir() / "sdk").glob("*.toml"):
        assert re.match(r"# Read from .+ Checked 20\d\d-\d\d-\d\d\.", path.read_text()), path.name
    assert len(load().sdks) == len(list((rules_dir() / "sdk").glob("*.toml")))


def test_the_readme_names_commands_that_exist() -> None:
    from promptlint.cli import _COMMANDS

    for command in re.findall(r"`promptlint (\w+)", (HERE / "README.md").read_text()):
        assert command in _COMMANDS


def test_the_changelog_names_this_version() -> None:
    assert f"## {promptlint.__version__}" in (HERE / "CHANGELOG.md").read_text()
