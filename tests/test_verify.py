"""`promptlint verify`."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from promptlint.cli import cli


@pytest.fixture
def verify(write, monkeypatch):
    def verify(files, *arguments: str, input: str | bytes | None = None) -> Result:  # click's name
        monkeypatch.chdir(write(files))
        return CliRunner().invoke(cli, ["verify", *arguments], input=input)

    return verify


@pytest.fixture
def repository(write, monkeypatch):
    """A repository whose `a.md` has two revisions: `one`, then HEAD."""
    folder = write({"a.md": "Never guess.\n", "sub/b.md": "x\n"})
    monkeypatch.chdir(folder)
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"], ["tag", "one"]):
        subprocess.run([*git, *command], check=True)
    (folder / "a.md").write_text("Guess.\n")
    subprocess.run([*git, "commit", "-qam", "two"], check=True)
    return folder


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["verify", *arguments])


def test_nothing_lost_ends_in_0(verify) -> None:
    result = verify({"a.md": "Please sort {x}.", "b.md": "Sort {x}."}, "a.md", "b.md")
    assert (result.exit_code, result.output) == (0, "Nothing lost.\n")


def test_each_loss_is_a_line_with_its_place(verify) -> None:
    before = "Be kind.\nNever guess.\nWrite at least 3 words."
    result = verify({"a.md": before, "b.md": "Be kind.\nWrite at most 3 words.\nUse {x}."}, "a.md", "b.md")
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "a.md:2: negation lost: “Never guess.”",
        "a.md:3: number changed: “at least 3 words” → “at most 3 words”",
        "b.md:3: hole added: “{x}”",
        "3 losses, 1 addition.",
    ]


def test_letters_are_shown_as_they_are_written(verify) -> None:
    result = verify({"a.md": "Do A before B.", "b.md": "Do B before A."}, "a.md", "b.md")
    assert result.output.splitlines()[0] == "a.md:1: requirement changed: “A” → “B”"


def test_what_is_only_added_is_no_loss(verify) -> None:
    files = {
        "a.md": "Read it.\nAnswer in French.",
        "b.md": "Read it.\nAnswer in French. Never lie.",
        "c.md": "Read it. Never lie.",
    }
    assert verify(files, "a.md", "b.md").output.endswith("\n1 addition.\n")
    assert re.search(r"\n\d+ loss(?:es)?, 1 addition\.\n\Z", verify(files, "a.md", "c.md").output)


def test_json(verify) -> None:
    result = verify({"a.md": "Never guess.", "b.md": "Guess."}, "a.md", "b.md", "--output-format", "json")
    assert result.exit_code == 1
    assert json.loads(result.output) == {
        "version": 1,
        "losses": [{"kind": "negation", "before": "Never guess", "after": "", "line": 1}],
    }


def test_json_of_nothing_lost(verify) -> None:
    result = verify({"a.md": "x", "b.md": "x"}, "a.md", "b.md", "--output-format", "json")
    assert (result.exit_code, json.loads(result.output)) == (0, {"version": 1, "losses": []})


@pytest.mark.parametrize(("arguments", "place"), [(("a.md", "-"), "a.md:1"), (("-", "a.md"), "<stdin>:1")])
def test_either_side_may_be_standard_input(verify, arguments, place) -> None:
    result = verify({"a.md": "Never guess."}, *arguments, input="Guess." if arguments[1] == "-" else "Guess {x}.")
    assert result.exit_code == 1
    assert place in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("gone.md", "a.md"), "promptlint: gone.md: No such file or directory"),
        (("a.md", "sub"), "promptlint: sub: Is a directory"),
        (("a.md", "binary.md"), "promptlint: binary.md: binary file"),
        (("a.md",), "name two files"),
        ((), "name two files"),
        (("-", "-"), "only one of"),
        (("--rev", "", "a.md"), "--rev takes one revision or two"),
        (("--rev", "A", "a.md"), "a.md: not in a git repository"),
        (("--rev", "A...B", "a.md"), "--rev takes one revision or two"),
        (("--rev", "A..B", "a.md", "b.md"), "--rev compares one file"),
        (("--rev", "A..B", "a.md"), "a.md: not in a git repository"),
    ],
)
def test_what_cannot_be_read_ends_in_2(verify, arguments, message) -> None:
    result = verify({"a.md": "x", "sub/c.md": "x", "binary.md": "\x00"}, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_two_revisions_of_a_file(repository) -> None:
    for rev in ("one..HEAD", "one..", "one"):
        result = run("--rev", rev, "a.md")
        assert result.exit_code == 1
        assert result.output.startswith("one:a.md:1: negation lost: “Never guess”\n")


def test_an_addition_is_placed_in_the_second_revision(repository) -> None:
    assert "one:a.md:1: negation added" in run("--rev", "HEAD..one", "a.md").output


def test_a_revision_is_read_from_any_folder(repository, monkeypatch) -> None:
    monkeypatch.chdir(repository / "sub")
    assert run("--rev", "one..HEAD", "../a.md").exit_code == 1
    assert run("--rev", "one..HEAD", "b.md").exit_code == 0


def test_a_file_that_is_gone_from_the_work_tree_still_has_revisions(repository) -> None:
    (repository / "a.md").unlink()
    assert run("--rev", "one..HEAD", "a.md").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nope..HEAD", "a.md"), "promptlint: nope: no such revision"),
        (("--all..HEAD", "a.md"), "promptlint: --all: no such revision"),
        (("one..HEAD", "gone/c.md"), "promptlint: gone/c.md: not in revision one"),
        (("one..HEAD", "sub"), "promptlint: sub: not in revision one"),
    ],
)
def test_a_revision_or_file_that_does_not_exist_ends_in_2(repository, arguments, message) -> None:
    result = run("--rev", *arguments)
    assert (result.exit_code, result.stderr) == (2, message + "\n")


def test_control_characters_do_not_reach_the_terminal(verify) -> None:
    result = verify({"a.md": "Say `a\x1b[31m`.", "b.md": "Say it."}, "a.md", "b.md")
    assert "\x1b" not in result.output
    assert "\\x1b" in result.output


def test_colours_are_for_terminals(verify, monkeypatch) -> None:
    files = {"a.md": "Never guess.", "b.md": "Guess."}
    assert "\x1b[" not in verify(files, "a.md", "b.md").output
    assert "\x1b[31m" in verify(files, "a.md", "b.md", "--color", "always").output


def test_the_syntax_can_be_named(verify) -> None:
    files = {"a.md": "100% {x} sure", "b.md": "100% {y} sure"}
    assert verify(files, "a.md", "b.md", "--syntax", "braces").exit_code == 1
    assert "hole" not in verify(files, "a.md", "b.md", "--syntax", "text").output


@pytest.mark.skipif(os.name == "nt", reason="a script for git")
def test_a_git_that_does_not_answer_is_not_waited_for(repository, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text("#!/bin/sh\nexec sleep 60\n")
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("promptlint.git._PATIENCE", 0.2)
    result = run("--rev", "one..HEAD", "a.md")
    assert (result.exit_code, "git: no answer in 0.2 seconds" in result.stderr) == (2, True)
    other = CliRunner().invoke(cli, ["cost", "--diff-base", "HEAD", "--root", "."])
    assert (other.exit_code, "no answer in 0.2 seconds" in other.stderr) == (2, True)
