"""Fixes: whole or not at all, never a file that no longer parses."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from promptlint.cli import cli
from promptlint.edits import apply
from promptlint.facts import Place, Span
from promptlint.findings import Edit, Finding, Fix
from promptlint.fix import plan
from promptlint.fix import write as put

PADDED = 'SUMMARY_PROMPT = """You are an editor.   \r\nSummarize the text below in one sentence.   \r\n\r\n\r\n\r\n\r\nText: {text} 😀\r\n"""'


def edit(path: str, start: int, end: int, before: str, content: str) -> Edit:
    return Edit(place=Place(path=path, span=Span(start, end)), before=before, content=content)


def finding(*edits: Edit, applicability: str = "safe") -> Finding:
    return Finding(place=edits[0].place, message="", fix=Fix(title="", applicability=applicability, edits=edits))


def test_fix_writes_what_diff_shows_and_keeps_line_ends_mode_and_links(write, monkeypatch) -> None:
    folder: Path = write({"real.py": PADDED})
    (folder / "real.py").chmod(0o750)
    (folder / "link.py").symlink_to("real.py")
    monkeypatch.chdir(folder)
    shown = CliRunner().invoke(cli, ["fix", "--diff", "--select", "PRM203", "real.py"])
    assert shown.exit_code == 1
    assert (folder / "real.py").read_bytes() == PADDED.encode()
    done = CliRunner().invoke(cli, ["fix", "--select", "PRM203", "link.py", "real.py"])
    assert done.exit_code in (1, 2)
    after = (folder / "real.py").read_bytes().decode()
    assert "editor.\r\n" in after
    assert "😀\r\n" in after
    assert after.count("\r\n\r\n") == 1
    assert (folder / "link.py").is_symlink()
    assert stat.S_IMODE((folder / "real.py").stat().st_mode) == 0o750
    assert CliRunner().invoke(cli, ["fix", "--select", "PRM203", "real.py"]).exit_code == 0


def test_unsafe_fixes_wait_to_be_asked_for(write, monkeypatch) -> None:
    monkeypatch.chdir(
        write(
            "from openai import OpenAI\nOpenAI().chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': 'Answer yes or no.'}])\n"
        )
    )
    assert CliRunner().invoke(cli, ["fix", "--select", "PRM101"]).exit_code == 0
    assert CliRunner().invoke(cli, ["fix", "--select", "PRM101", "--unsafe-fixes"]).exit_code == 1
    assert "max_completion_tokens=" in Path("app.py").read_text()


def test_of_two_fixes_at_one_place_the_first_is_made() -> None:
    texts = {"a.md": ("/a.md", "abcdef")}
    changes, refused = plan(
        [finding(edit("a.md", 0, 3, "abc", "x")), finding(edit("a.md", 2, 4, "cd", "y"))], texts, unsafe=False
    )
    assert [(c.after, c.fixed) for c in changes] == [("xdef", 1)]
    assert refused == []


def test_a_fix_that_breaks_the_file_is_refused() -> None:
    changes, refused = plan([finding(edit("a.py", 0, 1, "x", "("))], {"a.py": ("/a.py", "x = 1\n")}, unsafe=False)
    assert changes == []
    assert "no longer parse" in refused[0]


def test_an_edit_of_what_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="no longer stands at offset 0"):
        apply("abc", [edit("a.md", 0, 1, "x", "y")])


def test_a_file_that_changed_since_it_was_read_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "a.md"
    target.write_text("abc")
    (change,), _ = plan([finding(edit("a.md", 0, 1, "a", "x"))], {"a.md": (str(target), "abc")}, unsafe=False)
    target.write_text("changed")
    assert "changed since it was read" in put(change)
    assert target.read_text() == "changed"
    assert [p.name for p in tmp_path.iterdir()] == ["a.md"]


def test_a_declared_encoding_is_kept(write, monkeypatch, tmp_path: Path) -> None:
    text = "# coding: latin-1\n" + PADDED.replace(" 😀", " é").replace("\r\n", "\n") + "\n"
    (tmp_path / "a.py").write_bytes(text.encode("latin-1"))
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(cli, ["fix", "--select", "PRM203"]).exit_code == 1
    assert b"\xe9" in (tmp_path / "a.py").read_bytes()
