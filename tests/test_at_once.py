"""Others work on the same files: they vanish, they change, a second `fix` runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from promptlint import files
from promptlint.files import Discovery
from promptlint.outcome import Options
from promptlint.report import full
from promptlint.report.view import View
from promptlint.run import check

CALL = 'from openai import OpenAI\n\n\ndef ask() -> str:\n    return OpenAI().chat.completions.create(model="gpt-4o", messages=[])\n'
PADDED = 'SUMMARY_PROMPT = """You are an editor.   \nSummarize the text below in one sentence. \t \t\n\n\n\n\nText: {text}\n"""\n'


def command(*arguments: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "promptlint", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.py").write_text(CALL)
    return tmp_path


@pytest.mark.parametrize("instead", [None, Path.mkdir], ids=["nothing", "a folder"])
def test_a_file_that_vanishes_is_named_and_the_others_are_read(tree: Path, monkeypatch, instead) -> None:
    def found(*given, **named) -> Discovery:
        discovery = files.discover(*given, **named)
        (tree / "b.py").unlink()
        if instead is not None:
            instead(tree / "b.py")
        return discovery

    monkeypatch.setattr("promptlint.reading.discover", found)
    outcome = check(Options(paths=(str(tree),), cache=False))
    assert [f.place.path for f in outcome.findings if f.code == "PRM101"] == ["a.py", "c.py"]
    assert [f.place.path for f in outcome.findings if f.code == "PRM902"] == ["b.py"]
    assert [Path(p.path).name for p in outcome.problems] == ["b.py"]
    assert "cannot be read" in outcome.problems[0].message


def test_findings_are_shown_in_the_text_that_was_read(tree: Path) -> None:
    outcome = check(Options(paths=(str(tree),), cache=False))
    before = full.render(outcome, View())
    for name in ("a", "b"):
        (tree / f"{name}.py").write_text("")
    (tree / "c.py").unlink()
    assert full.render(outcome, View()) == before


def test_two_fixes_at_once_leave_every_file_fixed(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    paths = [tmp_path / f"m{i:02}.py" for i in range(30)]
    for file in paths:
        file.write_text(PADDED)
    running = [command("fix", folder=tmp_path) for _ in range(2)]
    for process in running:
        out, error = process.communicate(timeout=120)
        # What the other has fixed first is named, or no longer there to fix.
        assert process.returncode in (0, 2), out + error
        assert "Traceback" not in error
    last = command("fix", "--check", folder=tmp_path)
    out, error = last.communicate(timeout=60)
    assert (last.returncode, error) == (0, ""), out
    assert len({file.read_text() for file in paths}) == 1
    assert sorted(p.name for p in tmp_path.glob("*.tmp*")) == []


def test_a_check_beside_a_fix_sees_whole_files(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    for i in range(30):
        (tmp_path / f"m{i:02}.py").write_text(PADDED)
    fixing = command("fix", folder=tmp_path)
    checks = [command("check", "--no-cache", folder=tmp_path) for _ in range(3)]
    for process in (fixing, *checks):
        out, error = process.communicate(timeout=120)
        assert process.returncode in (0, 1), out + error
        assert "cannot be read" not in error
        assert "Traceback" not in error
