"""What is kept between runs: it saves work, and never changes what is found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from promptlint import cache as module
from promptlint.cache import FOLDER, Cache
from promptlint.cli import cli
from promptlint.facts import FileFacts
from promptlint.parse.files import Parser

FILES = {
    "app.py": "from openai import OpenAI\nfrom settings import MODEL\nSYSTEM = open('system.md').read()\n"
    "def ask(x):\n    return OpenAI().chat.completions.create(model=MODEL, messages=[\n"
    "        {'role': 'system', 'content': SYSTEM}, {'role': 'user', 'content': f'Is this a complaint?   \\n\\n\\n\\n{x}'}])\n",
    "settings.py": "MODEL = 'gpt-4o'\n",
    "system.md": "You are a careful clerk of the city.   \n",
}


@pytest.fixture
def project(write, monkeypatch):
    folder = write({"promptlint.toml": "[rules.PRM203]\nmin-tokens = 2\n", **FILES})
    monkeypatch.chdir(folder)
    return folder


def check(*flags: str) -> tuple[int, object]:
    shown = CliRunner().invoke(cli, ["check", "--output-format", "json", *flags])
    return shown.exit_code, json.loads(shown.stdout)


@pytest.fixture
def parsed(monkeypatch) -> list[str]:
    paths: list[str] = []
    original = Parser.submit
    monkeypatch.setattr(Parser, "submit", lambda self, task: paths.append(task[0]) or original(self, task))
    return paths


def test_a_second_run_parses_nothing_and_finds_the_same(project, parsed) -> None:
    without = check("--no-cache")
    assert not (project / FOLDER).exists()
    first = check()
    parsed.clear()
    assert check() == first == without
    assert parsed == []
    assert first[1]["findings"]


def test_only_a_changed_file_is_parsed_again(project, parsed) -> None:
    check()
    parsed.clear()
    (project / "settings.py").write_text("MODEL = 'gpt-3.5-turbo'\n")
    assert check() == check("--no-cache")
    assert parsed[0] == "settings.py"
    assert "gpt-3.5-turbo" in json.dumps(check()[1])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("system.md", "You are a careful clerk of the town.\n\n\n\nHelp.\n"),  # no code, but read for the code
        ("promptlint.toml", "[models]\n'gpt-4o' = 'gpt-4o-mini'\n"),
        ("promptlint.toml", "[[wrappers]]\ncallee = 'settings.say'\nprompt = 'text'\n"),
        ("new.py", "from app import ask\nfor line in open('f'):\n    ask(line)\n"),
    ],
)
def test_nothing_that_matters_is_taken_from_before(project, path: str, text: str) -> None:
    check()
    (project / path).write_text(text)
    assert check() == check("--no-cache")


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"\x00" * 40])
@pytest.mark.parametrize("name", ["facts", "project", "counts"])
def test_a_damaged_entry_is_made_again(project, name: str, damage: bytes) -> None:
    before = check()
    (path,) = (project / FOLDER).glob(f"{name}-*.bin")
    whole = path.read_bytes()
    path.write_bytes(damage)
    assert check() == before
    path.write_bytes(whole[:-5])
    assert check() == before


def test_an_entry_of_another_shape_is_no_entry(tmp_path) -> None:
    kept = Cache(tmp_path / "c")
    kept._write("facts", b"\x81\xa1k\x93\x01\x02\x03")  # {"k": [1, 2, 3]}
    kept._write("project", b"\x01")
    kept._write("counts", b"\xa1x")
    fresh = Cache(tmp_path / "c")
    assert (fresh.facts("k"), fresh.linkage(), fresh.counts) == (None, None, {})
    kept._write("tables", b"\x91\x01")
    kept._write("rewrites", b"\x81\xa1k\x91\x01")
    assert (len(fresh.tables()) > 50, fresh.rewrites) == (True, {})


def test_entries_of_another_version_are_not_read_and_go(project, monkeypatch) -> None:
    before = check()
    old = set((project / FOLDER).glob("*.bin"))
    monkeypatch.setattr(module, "stamp", lambda: "another")
    assert check() == before
    new = set((project / FOLDER).glob("*.bin"))
    assert {p.name.removesuffix("-another.bin") for p in new} == {"facts", "project", "counts", "tables"}
    assert not new & old


def test_a_folder_that_cannot_be_made_costs_nothing_but_time(project) -> None:
    (project / FOLDER).write_text("a file is in the way")
    assert check() == check("--no-cache")
    assert (project / FOLDER).read_text() == "a file is in the way"


def test_the_folder_hides_itself_from_git_and_from_backups(project) -> None:
    check()
    assert (project / FOLDER / ".gitignore").read_text().endswith("*\n")
    assert (project / FOLDER / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_another_folder_can_be_named_by_a_flag_or_the_environment(project, monkeypatch, tmp_path_factory) -> None:
    first, second = (tmp_path_factory.mktemp("kept") / name for name in "ab")
    check("--cache-dir", str(first))
    monkeypatch.setenv("PROMPTLINT_CACHE_DIR", str(second))
    check()
    assert list(first.glob("*.bin"))
    assert list(second.glob("*.bin"))
    assert not (project / FOLDER).exists()


def test_standard_input_keeps_nothing(project) -> None:
    CliRunner().invoke(cli, ["check", "-", "--stdin-filename", "app.py"], input=FILES["app.py"])
    assert not (project / FOLDER).exists()


def test_fixing_with_facts_from_before_fixes_the_same(project) -> None:
    check()
    shown = CliRunner().invoke(cli, ["fix", "--diff", "."])
    assert shown.stdout == CliRunner().invoke(cli, ["fix", "--diff", "--no-cache", "."]).stdout
    assert "-" + FILES["app.py"].splitlines()[-1] in shown.stdout


def test_facts_of_other_branches_stay_but_not_for_ever(tmp_path) -> None:
    def run(*keys: str) -> set[str]:
        kept = Cache(tmp_path / "c")
        for key in keys:
            if kept.facts(key) is None:
                kept.keep_facts(key, FileFacts(kind="python"))
        kept.forget_unused()
        kept.save()
        return {key for key in "abcdefgh" if Cache(tmp_path / "c").facts(key) is not None}

    assert run("a", "b", "c") == set("abc")
    assert run("d") == set("abcd")
    assert run("e") == set("e")  # four unused ones are more than three times the one that is used


LINKED = {
    "comment behind the code": ("app.py", FILES["app.py"] + "# nothing\n"),
    "comment with a name in it": ("other.py", "# gpt-4o\nx = 2\n"),
    "code that has no part": ("other.py", "def add(a, b):\n    return a + b\n"),
}
CHANGED = {
    "constant elsewhere": ("settings.py", "MODEL = 'gpt-4o-mini'\n"),
    "comment that moves the code": ("app.py", "# nothing\n" + FILES["app.py"]),
    "call in a file that had none": ("other.py", "import openai\nopenai.OpenAI().responses.create(model='gpt-4o', input='a')\n"),
    "caller of a wrapper": ("other.py", "from app import ask\nask('Who are you? Answer in one word.')\n"),
    "prompt in a file that had none": ("other.py", "SYSTEM_PROMPT = 'You are a clerk.   \\n\\n\\n\\nAnswer.'\n"),
    "no prompt file any more": ("app.py", FILES["app.py"].replace("open('system.md').read()", "'You are a clerk.   '")),
    "prompt file": ("system.md", "You are a careless clerk.   \n"),
    "syntax error": ("app.py", FILES["app.py"] + "def\n"),
    "file that is no text": ("app.py", "\udcff"),
}  # fmt: skip


@pytest.mark.parametrize("change", [*LINKED, *CHANGED])
def test_a_project_is_linked_again_when_what_its_files_say_changes(project, change, monkeypatch) -> None:
    from promptlint.link import project as link

    path, text = {**LINKED, **CHANGED}[change]
    (project / "other.py").write_text("x = 1\n")
    check()
    links: list[int] = []
    original = link.Linked.__init__
    monkeypatch.setattr(
        link.Linked, "__init__", lambda self, *given, **named: links.append(1) or original(self, *given, **named)
    )
    (project / path).write_bytes(text.encode("utf-8", "surrogateescape"))
    after = check()
    assert bool(links) == (change in CHANGED)
    assert check() == after == check("--no-cache")


def test_a_package_that_hands_a_wrapper_on_by_another_name_has_a_part(write, monkeypatch) -> None:
    told = "from lib import ask\nask('Who are you? Answer in one word.')\n"
    monkeypatch.chdir(
        write({"promptlint.toml": "", "lib/__init__.py": "", "lib/core.py": FILES["app.py"], "app.py": told})
    )

    def callers(*flags: str) -> int:
        shown = CliRunner().invoke(cli, ["calls", "--output-format", "json", *flags])
        return len(json.loads(shown.stdout)["callers"])

    assert callers() == 0
    Path("lib/__init__.py").write_text("from .core import ask as say\n")
    Path("app.py").write_text(told.replace("ask", "say"))
    assert callers() == callers("--no-cache") == 1
    Path("app.py").write_text(told.replace("ask", "say") + "say('Where are you? Answer in one word.')\n")
    assert callers() == callers("--no-cache") == 2


LOADED = "import pathlib\nTEXT = pathlib.Path('texts/list.dat').read_text()\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("app.py", "TEXT = 'You are a clerk.'\n"),
        ("app.py", LOADED + "# 'other.dat'\n"),
        ("app.py", LOADED + "# nothing\n"),
        ("new.py", "# 'other.dat'\n"),
        ("texts/list.dat", "You are a careful clerk of another city.\n"),
        ("texts/list.dat", "\udcff"),
    ],
)
def test_files_of_other_kinds_are_taken_as_without_a_cache(write, monkeypatch, path, text) -> None:
    told = "You are a careful clerk of the city.\n"
    folder = write({"promptlint.toml": "", "app.py": LOADED, "new.py": "", "texts/list.dat": told, "other.dat": told})
    monkeypatch.chdir(folder)
    check()
    (folder / path).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert check() == check() == check("--no-cache")


def test_runs_at_once_disturb_nobody(project) -> None:
    command = [sys.executable, "-m", "promptlint", "check", "--output-format", "json"]
    path = os.pathsep.join(map(str, [Path(module.__file__).parent.parent, *sys.path]))
    environment = {**os.environ, "PYTHONPATH": path}
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=project, env=environment) for _ in range(4)]
    shown = {run.communicate()[0] for run in runs}
    assert len(shown) == 1
    assert json.loads(shown.pop())["findings"]
    assert not list((project / FOLDER).glob("*.tmp"))
