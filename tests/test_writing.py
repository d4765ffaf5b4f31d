"""Files are written whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from promptlint import writing
from promptlint.cache import Cache
from promptlint.facts import FileFacts
from promptlint.walking import LEFTOVER
from promptlint.writing import Change, sweep, write

PROMPT = 'from openai import OpenAI\nA_PROMPT = """You are a clerk.   \n\n\n\n\nAnswer in one word.   \n\n\n\n\nBe kind.  \n"""\n'


def _change(path: Path, before: str, after: str) -> Change:
    return Change(path.name, str(path), before, after, 1)


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "a.py").write_text("old")
    monkeypatch.setattr(writing.os, "fsync", full)
    done, problems = write([_change(tmp_path / "a.py", "old", "new")])
    assert (done, problems) == ([], ["a.py: cannot be written: No space left on device"])
    assert _names(tmp_path) == {"a.py"}
    assert (tmp_path / "a.py").read_text() == "old"


@pytest.mark.skipif(os.name == "nt", reason="there is no such limit")
def test_a_limit_on_the_size_of_files_is_a_message(tmp_path: Path) -> None:
    import resource

    (tmp_path / "a.py").write_text(PROMPT + "# more\n" * 500)
    before = (tmp_path / "a.py").read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "promptlint", "fix", "."],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(writing.__file__).parent.parent)},
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "a.py: cannot be written: File too large" in done.stderr
    assert (tmp_path / "a.py").read_bytes() == before
    assert not [name for name in _names(tmp_path) if LEFTOVER.search(name)]


def test_a_new_file_is_made_where_a_file_has_one_name_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    assert writing.create(tmp_path / "a.toml", "x = 1\n") is None
    assert "cannot be written" in (writing.create(tmp_path / "a.toml", "x = 2\n") or "")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.toml", "x = 1\n")]


def test_a_name_as_long_as_names_may_be_is_written(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 251 + ".py")
    path.write_text("old")
    assert write([_change(path, "old", "new")])[1] == []
    assert path.read_text() == "new"


def test_the_same_change_made_by_somebody_else_meanwhile_is_no_problem(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("new")
    assert write([_change(tmp_path / "a.py", "old", "new")])[1] == []


@pytest.mark.skipif(os.name == "nt", reason="only Unix has these signals")
def test_a_signal_waits_until_the_files_of_a_fix_are_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arrived = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: arrived.append((tmp_path / "a.py").read_text()))
    real = os.fsync

    def slow(handle: int) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        real(handle)

    (tmp_path / "a.py").write_text("old")
    monkeypatch.setattr(writing.os, "fsync", slow)
    try:
        assert threading.current_thread() is threading.main_thread()
        write([_change(tmp_path / "a.py", "old", "new")])
    finally:
        signal.signal(signal.SIGTERM, before)
    assert arrived == ["new"]


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be removed there")
def test_what_a_killed_fix_left_is_removed_and_what_is_in_use_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("old")
    lost = tmp_path / ".a.py.promptlint-abcd1234.tmp"
    lost.write_text("half")
    used = writing._beside(tmp_path / "a.py", b"new", None)
    assert sweep([str(lost), str(used.path), str(tmp_path / "gone")]) == [str(lost)]
    assert used.path.exists()
    used.discard()
    assert _names(tmp_path) == {"a.py"}


@pytest.mark.skipif(os.name == "nt", reason="as above")
def test_the_next_fix_removes_it_and_no_other_command_reads_it(write, monkeypatch) -> None:
    from click.testing import CliRunner

    from promptlint.cli import cli

    folder = write({"a.py": PROMPT, "prompts/.x.md.promptlint-abcd1234.tmp": "You are a clerk. Answer in one word."})
    monkeypatch.chdir(folder)
    assert "promptlint-abcd1234" not in CliRunner().invoke(cli, ["prompts", "."]).output
    assert (folder / "prompts" / ".x.md.promptlint-abcd1234.tmp").exists()
    result = CliRunner().invoke(cli, ["fix", "."])
    assert "prompts/.x.md.promptlint-abcd1234.tmp: removed" in result.stderr
    assert _names(folder / "prompts") == set()


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_out_of_the_project_is_read_and_not_written(write, monkeypatch, tmp_path_factory) -> None:
    from click.testing import CliRunner

    from promptlint.cli import cli

    other = tmp_path_factory.mktemp("other") / "b.py"
    other.write_text(PROMPT)
    folder = write({"a.py": "x = 1\n", "promptlint.toml": ""})
    (folder / "link.py").symlink_to(other)
    monkeypatch.chdir(folder)
    assert "link.py" in CliRunner().invoke(cli, ["check", "--output-format", "concise", "."]).stdout
    result = CliRunner().invoke(cli, ["fix", "."])
    assert "link.py is a link that leads out of the project" in result.stderr
    assert other.read_text() == PROMPT


def test_a_cache_removes_only_what_a_cache_made(tmp_path: Path) -> None:
    for name in ("facts-mine.bin", "facts-abcd1234.tmp", "facts-0123456789abcdef.bin"):
        (tmp_path / name).write_bytes(b"x")
    cache = Cache(tmp_path)
    cache.keep_facts("key", FileFacts(kind="python"))
    cache.save()
    assert {"facts-mine.bin", "facts-abcd1234.tmp"} < _names(tmp_path)
    assert "facts-0123456789abcdef.bin" not in _names(tmp_path)


def test_a_cache_that_cannot_be_written_is_done_without(write, monkeypatch) -> None:
    from promptlint import cache
    from promptlint.outcome import Options
    from promptlint.run import check

    def refuse(*arguments: object, **named: object) -> None:
        raise OSError(30, "Read-only file system")

    folder = write(
        PROMPT + 'from openai import OpenAI\nOpenAI().chat.completions.create(model="gpt-4o", messages=[])\n'
    )
    monkeypatch.setattr(cache.tempfile, "mkstemp", refuse)
    assert check(Options(paths=(str(folder),), root=str(folder), cache=True)).problems == ()


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_cache_that_is_a_link_is_not_written_through(write, tmp_path_factory) -> None:
    from promptlint.outcome import Options
    from promptlint.run import check

    other = tmp_path_factory.mktemp("other")
    folder = write(PROMPT)
    (folder / ".promptlint_cache").symlink_to(other)
    check(Options(paths=(str(folder),), root=str(folder), cache=True))
    assert _names(other) == set()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
@pytest.mark.parametrize("command", ["check", "calls", "prompts", "cost", "rule PRM101", "fix --diff"])
def test_a_report_that_did_not_arrive_is_said(write, command: str) -> None:
    folder = write(PROMPT)
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "promptlint", *command.split()],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(Path(writing.__file__).parent.parent)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert "the report could not be written: No space left on device" in done.stderr
    assert len(done.stderr.splitlines()) == 1
