"""Fixes: whole or not at all, never a file that no longer parses, never a prompt that lost something."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from promptlint import rounds
from promptlint.cli import cli
from promptlint.edits import apply
from promptlint.facts import Place, Span
from promptlint.findings import Edit, Finding, Fix
from promptlint.fix import plan
from promptlint.linking import Linking
from promptlint.outcome import Options
from promptlint.parse.files import Parser
from promptlint.reading import Reading
from promptlint.writing import Change
from promptlint.writing import write as put

PADDED = 'SUMMARY_PROMPT = """You are an editor.   \r\nSummarize the text below in one sentence. \t \t \t \t \t \t\r\n\r\n\r\n\r\n\r\nText: {text} 😀\r\n"""'


def edit(path: str, start: int, end: int, before: str, content: str) -> Edit:
    return Edit(place=Place(path=path, span=Span(start, end)), before=before, content=content)


def finding(*edits: Edit, applicability: str = "safe", fingerprint: str = "") -> Finding:
    fix = Fix(title="Mend", applicability=applicability, edits=edits)
    return Finding(place=edits[0].place, message="bad", fix=fix, code="PRM000", fingerprint=fingerprint)


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(cli, list(arguments), input=text)


def with_findings(monkeypatch, make) -> None:
    """Let every run find what `make` says of the text of each file."""
    from promptlint import registry

    def found(project, context, selection):
        made = [f for path in ("a.py", "b.py") if context.text(path) for f in make(path, context.text(path))]
        return registry.fingerprinted(made, context.text), []

    monkeypatch.setattr("promptlint.registry.run", found)


def test_fix_writes_what_diff_shows_and_keeps_line_ends_mode_and_links(write, monkeypatch) -> None:
    folder: Path = write({"real.py": PADDED})
    (folder / "real.py").chmod(0o750)
    (folder / "link.py").symlink_to("real.py")
    monkeypatch.chdir(folder)
    shown = run("fix", "--diff", "--select", "PRM203", "real.py")
    assert shown.exit_code == 1
    assert "+SUMMARY_PROMPT" in shown.stdout
    assert (folder / "real.py").read_bytes() == PADDED.encode()
    done = run("fix", "--select", "PRM203", "link.py", "real.py")
    assert done.exit_code == 0, done.stderr
    after = (folder / "real.py").read_bytes().decode()
    assert "editor.\r\n" in after
    assert "😀\r\n" in after
    assert after.count("\r\n\r\n") == 1
    assert (folder / "link.py").is_symlink()
    assert stat.S_IMODE((folder / "real.py").stat().st_mode) == 0o750
    assert run("fix", "--check", "--select", "PRM203", "real.py").exit_code == 0


def test_check_names_the_files_and_writes_nothing(write, monkeypatch) -> None:
    monkeypatch.chdir(write({"a.py": PADDED}))
    shown = run("fix", "--check")
    assert (shown.exit_code, shown.stdout) == (1, "a.py: would fix 1\n")
    assert Path("a.py").read_bytes() == PADDED.encode()


def test_check_fix_reports_what_stays(write, monkeypatch) -> None:
    call = "\nfrom openai import OpenAI\nOpenAI().responses.create(model='gpt-4o', input=SUMMARY_PROMPT)\n"
    monkeypatch.chdir(write({"a.py": PADDED + call}))
    shown = run("check", "--fix", "--output-format", "concise")
    assert shown.exit_code == 1
    assert "PRM101" in shown.stdout
    assert "PRM203" not in shown.stdout
    assert run("check", "--fix-only").exit_code == 0


def test_standard_input_comes_back_fixed(write, monkeypatch) -> None:
    monkeypatch.chdir(write({"b.py": "x = 1\n"}))
    text = PADDED.replace("\r\n", "\n")
    shown = run("fix", "-", "--stdin-filename", "a.py", text=text)
    assert shown.stdout.startswith('SUMMARY_PROMPT = """You are an editor.\nSummarize')
    assert run("fix", "-", text="x = 1\n").stdout == "x = 1\n"


def test_unsafe_fixes_wait_to_be_asked_for(write, monkeypatch) -> None:
    monkeypatch.chdir(
        write(
            "from openai import OpenAI\nOpenAI().chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': 'Answer yes or no.'}])\n"
        )
    )
    assert run("fix", "--check", "--select", "PRM101").exit_code == 0
    assert run("fix", "--select", "PRM101", "--unsafe-fixes").exit_code == 0
    assert "max_completion_tokens=" in Path("app.py").read_text()


CALL = (
    "from openai import OpenAI\n"
    "OpenAI().chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': 'Answer yes or no.'}])\n"
)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("fix", "--diff"), "nothing would change; 2 fixes available with --unsafe-fixes"),
        (("fix", "--check"), "nothing would change; 2 fixes available with --unsafe-fixes"),
        (("check", "--diff"), "nothing would change; 2 fixes available with --unsafe-fixes"),
        (("fix", "--select", "PRM101"), "nothing was changed; 1 fix available with --unsafe-fixes"),
        (("fix", "--quiet"), ""),
        (("fix", "--diff", "--select", "PRM201"), ""),
    ],
)
def test_unsafe_fixes_are_told_of(write, monkeypatch, arguments: tuple[str, ...], said: str) -> None:
    monkeypatch.chdir(write(CALL))
    shown = run(*arguments)
    assert (shown.exit_code, shown.stdout) == (0, "")
    assert shown.stderr == (f"promptlint: {said}\n" if said else "")


def test_unsafe_fixes_are_told_of_beside_safe_ones(write, monkeypatch) -> None:
    monkeypatch.chdir(write({"a.py": PADDED.replace("\r\n", "\n"), "b.py": CALL}))
    assert "promptlint: 2 fixes available with --unsafe-fixes, too\n" in run("fix", "--diff").stderr


def test_changes_that_are_shown_go_to_a_file_when_asked_to(write, monkeypatch) -> None:
    monkeypatch.chdir(write({"a.py": PADDED.replace("\r\n", "\n")}))
    for arguments in (["fix", "--diff"], ["fix", "--check"], ["check", "--diff"], ["check", "--show-files"]):
        printed = run(*arguments)
        written = run(*arguments, "-o", "report")
        assert written.stdout == ""
        assert Path("report").read_bytes().decode() == printed.stdout != ""


@pytest.mark.parametrize("arguments", [["fix"], ["check", "--fix-only"], ["init"], ["traffic", "sync"]])
def test_a_command_that_prints_nothing_takes_no_output_file(write, monkeypatch, arguments: list[str]) -> None:
    monkeypatch.chdir(write({"a.py": PADDED}))
    shown = run(*arguments, "-o", "report")
    assert (shown.exit_code, "--output-file takes what" in shown.stderr) == (2, True)
    assert Path("a.py").read_bytes() == PADDED.encode()


def test_exit_zero_holds_for_a_diff(write, monkeypatch) -> None:
    monkeypatch.chdir(write({"a.py": PADDED}))
    assert run("check", "--diff").exit_code == 1
    assert run("check", "--diff", "--exit-zero").exit_code == 0


@pytest.mark.parametrize("command", ["fix", "check"])
def test_a_diff_has_colours_when_they_are_wanted(write, monkeypatch, command: str) -> None:
    monkeypatch.chdir(write({"a.py": PADDED.replace("\r\n", "\n")}))
    shown = run(command, "--diff", "--color", "always").stdout
    assert "\x1b[1m--- a.py\x1b[0m\n" in shown
    assert "\x1b[32m+SUMMARY_PROMPT" in shown
    assert re.sub(r"\x1b\[\d*m", "", shown) == run(command, "--diff").stdout
    run(command, "--diff", "--color", "always", "-o", "report")
    assert "\x1b" not in Path("report").read_text()


def test_interactive_needs_a_terminal(write, monkeypatch) -> None:
    monkeypatch.chdir(write({"a.py": PADDED}))
    shown = run("fix", "--interactive")
    assert (shown.exit_code, "needs a terminal" in shown.stderr) == (2, True)


@pytest.mark.parametrize(("answers", "fixed"), [("y\nn\n", 1), ("a\n", 2), ("q\n", 0), ("n\ny\n", 1), ("x\ny\nq\n", 1)])
def test_interactive_makes_what_is_accepted(write, monkeypatch, answers: str, fixed: int) -> None:
    monkeypatch.chdir(write({"a.py": PADDED, "b.py": PADDED}))
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda self: True, raising=False)
    shown = CliRunner().invoke(cli, ["fix", "--interactive"], input=answers)
    assert shown.exit_code == 0, shown.output
    assert shown.output.count("1 fixed") == fixed
    assert "-SUMMARY_PROMPT" in shown.stdout
    assert "tokens a request" in shown.stdout


def test_of_two_fixes_at_one_place_the_first_is_made() -> None:
    found = [finding(edit("a.md", 0, 3, "abc", "x")), finding(edit("a.md", 2, 4, "cd", "y"))]
    step = plan(found, lambda _: "abcdef", lambda _: True)
    assert (step.texts, step.made, step.left) == ({"a.md": "xdef"}, (found[0],), ())


def test_the_second_is_made_in_the_next_round(write, monkeypatch) -> None:
    monkeypatch.chdir(write({"a.py": "xy\n"}))
    with_findings(
        monkeypatch,
        lambda path, text: [
            finding(edit(path, i, i + 1, c, c.upper())) for i, c in enumerate(text.strip()) if c.islower()
        ],
    )
    assert run("fix", "a.py").exit_code == 0
    assert Path("a.py").read_text() == "XY\n"


def test_a_fix_that_breaks_the_file_is_not_made_and_others_are(write, monkeypatch) -> None:
    monkeypatch.chdir(write({"a.py": "x = 1\nabc = 2\n"}))

    def make(path: str, text: str):
        yield finding(edit(path, 0, 1, "x", "("))
        if text.endswith("2\n"):
            yield finding(edit(path, len(text) - 2, len(text) - 1, "2", "3"))

    with_findings(monkeypatch, make)
    shown = run("fix", "a.py")
    assert (shown.exit_code, Path("a.py").read_text()) == (0, "x = 1\nabc = 3\n")
    assert "a.py:1: PRM000 was not fixed: the file would no longer parse" in shown.stderr


def test_a_fix_that_changes_a_hole_is_not_made(write, monkeypatch) -> None:
    source = 'SYSTEM_PROMPT = f"You are a bot. You must answer {name} in one word."\n'
    monkeypatch.chdir(write({"a.py": source}))
    at = source.index("answer")
    with_findings(monkeypatch, lambda path, text: [finding(edit(path, at, at + 13, "answer {name}", "tell {nick}"))])
    shown = run("fix", "a.py")
    assert Path("a.py").read_text() == source
    assert "it would lose the hole `{name}`" in shown.stderr


def test_fixes_that_undo_each_other_are_an_error_and_nothing_is_written(write, monkeypatch) -> None:
    monkeypatch.chdir(write({"a.py": "x = 1\n"}))
    other = {"1": "2", "2": "1"}
    with_findings(monkeypatch, lambda path, text: [finding(edit(path, 4, 5, text[4], other[text[4]]))])
    shown = run("fix", "a.py")
    assert (shown.exit_code, Path("a.py").read_text()) == (2, "x = 1\n")
    assert "undo each other" in shown.stderr


def test_fixes_that_never_end_are_an_error(write, monkeypatch) -> None:
    monkeypatch.chdir(write({"a.py": "x = 1\n"}))
    with_findings(monkeypatch, lambda path, text: [finding(edit(path, 0, 0, "", "#"))])
    assert run("fix", "a.py").exit_code == 2
    assert Path("a.py").read_text() == "x = 1\n"


def test_ten_rounds_are_enough_for_ten_steps(write, monkeypatch) -> None:
    monkeypatch.chdir(write({"a.py": "x = 0\n"}))
    with_findings(
        monkeypatch,
        lambda path, text: (
            [finding(edit(path, 4, len(text) - 1, text[4:-1], str(int(text[4:]) + 1)))] if text != "x = 10\n" else []
        ),
    )
    assert run("fix", "a.py").exit_code == 0
    assert Path("a.py").read_text() == "x = 10\n"


def test_a_fix_in_a_file_that_is_not_named_is_not_made_and_the_file_is_named(write, monkeypatch) -> None:
    monkeypatch.chdir(write({"pyproject.toml": "[tool.promptlint]\n", "a.py": "x = 1\n", "b.py": "y = 1\n"}))
    with_findings(
        monkeypatch,
        lambda path, text: [finding(edit("a.py", 4, 5, "1", "2"), edit("b.py", 4, 5, "1", "2"))] if "1" in text else [],
    )
    shown = run("fix", "a.py")
    assert "a.py:1: PRM000 is fixed in another file; add b.py to the paths" in shown.stderr
    assert [Path(p).read_text() for p in ("a.py", "b.py")] == ["x = 1\n", "y = 1\n"]
    assert run("fix", "a.py", "b.py").exit_code == 0
    assert [Path(p).read_text() for p in ("a.py", "b.py")] == ["x = 2\n", "y = 2\n"]


def test_only_changed_files_are_parsed_again(write, monkeypatch) -> None:
    folder = write(
        {
            "a.py": PADDED,
            "b.py": PADDED.replace("   ", "").replace(" \t", "").replace("\r\n\r\n\r\n\r\n", "\n") + "\nimport a\n",
        }
    )
    monkeypatch.chdir(folder)
    parsed: list[str] = []
    original = Parser.submit
    monkeypatch.setattr(Parser, "submit", lambda self, task: parsed.append(task[0]) or original(self, task))
    rounds.fix(Options(paths=(".",), select=("PRM203",)), unsafe=False)
    assert parsed == ["a.py", "b.py", "a.py"]


def test_an_edit_of_what_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="no longer stands at offset 0"):
        apply("abc", [edit("a.md", 0, 1, "x", "y")])


def change(path: Path, before: str, after: str, *others: str) -> Change:
    return Change(path.name, str(path), before, after, 1, frozenset(others))


def test_a_file_that_changed_since_it_was_read_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "a.md"
    target.write_text("changed")
    done, problems = put([change(target, "abc", "xbc")])
    assert done == []
    assert "changed since it was read" in problems[0]
    assert target.read_text() == "changed"
    assert [p.name for p in tmp_path.iterdir()] == ["a.md"]


def test_files_of_one_fix_are_written_all_or_none(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text(name)
    (tmp_path / "b").write_text("changed")
    changes = [
        change(tmp_path / "a", "a", "A", "b"),
        change(tmp_path / "b", "b", "B", "a"),
        change(tmp_path / "c", "c", "C"),
    ]
    done, problems = put(changes)
    assert ([c.path for c in done], len(problems)) == (["c"], 1)
    assert [(tmp_path / n).read_text() for n in ("a", "b", "c")] == ["a", "changed", "C"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_kept(tmp_path: Path, encoding: str) -> None:
    target = tmp_path / "a.md"
    target.write_bytes("grün\r\n".encode(encoding))
    assert put([change(target, "grün\r\n", "blau ä\r\n")])[1] == []
    assert target.read_bytes() == "blau ä\r\n".encode(encoding)


def test_a_declared_encoding_is_kept(write, monkeypatch, tmp_path: Path) -> None:
    text = "# coding: latin-1\n" + PADDED.replace(" 😀", " é").replace("\r\n", "\n") + "\n"
    (tmp_path / "a.py").write_bytes(text.encode("latin-1"))
    monkeypatch.chdir(tmp_path)
    assert run("fix", "--select", "PRM203").exit_code == 0
    assert b"\xe9" in (tmp_path / "a.py").read_bytes()


def test_a_fix_that_breaks_the_contract_is_not_made(write, monkeypatch) -> None:
    source = 'SYSTEM_PROMPT = "You are a bot. You must never answer in more than 3 words."\n'
    monkeypatch.chdir(write({"a.py": source}))
    at = source.index("never ")
    with_findings(monkeypatch, lambda path, text: [finding(edit(path, at, at + 6, "never ", ""))])
    shown = run("fix", "a.py")
    assert Path("a.py").read_text() == source
    assert "a.py:1: PRM000 was not fixed: it would lose" in shown.stderr


def test_notebooks_are_only_read(write, monkeypatch) -> None:
    code = "import openai\nclient = openai.OpenAI()\nclient.chat.completions.create(model='o3-mini', messages=[], max_tokens=5)"
    cell = {"cell_type": "code", "source": code, "metadata": {}, "outputs": []}
    text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    monkeypatch.chdir(write({"a.ipynb": text}))
    shown = run("fix")
    assert Path("a.ipynb").read_text() == text
    assert (shown.exit_code, "a.ipynb:cell 1:3: PRM104 was not written: notebooks are only read" in shown.stderr) == (
        0,
        True,
    )


def test_a_fix_of_a_notebook_is_neither_counted_nor_asked_about(write, monkeypatch) -> None:
    code = "import openai\nclient = openai.OpenAI()\nclient.chat.completions.create(model='o3-mini', messages=[], max_tokens=5)"
    cell = {"cell_type": "code", "source": code, "metadata": {}, "outputs": []}
    text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    monkeypatch.chdir(write({"a.ipynb": text}))
    shown = run("check", "--select", "PRM104").stdout
    assert "(by hand: notebooks are only read)\n" in shown
    assert "\n1 finding.\n" in shown
    assert "[*]" not in run("check", "--select", "PRM104", "--output-format", "concise").stdout
    assert "[*]" not in run("check", "--select", "PRM104", "--statistics").stdout
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda self: True, raising=False)
    asked = CliRunner().invoke(cli, ["fix", "--interactive"], input="n\n")
    assert "[y]es" not in asked.output


def test_a_changed_file_is_parsed_again_whatever_led_to_it(write, monkeypatch) -> None:
    reading = Reading(Options(paths=(str(write({"a.py": PADDED})),)))
    assert len(reading.project.prompts) == 1
    later = reading.with_texts({"a.py": PADDED + "\n"})
    monkeypatch.setattr(Linking, "screened", lambda self, file: "skip")
    assert len(later.project.prompts) == 1


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_prompt_is_still_found_when_it_has_been_shortened(write, monkeypatch, quote: str) -> None:
    wordy = (
        "You are a careful editor of a newspaper. It is important to note that you do not know the reader. "
        "In order to help, make sure to read all of the text, and please make sure that you do not use any slang. "
        "Keep in mind that the reader does not have a dictionary. Please note that it is not a letter."
    )
    monkeypatch.chdir(write({"a.py": f"TEXT = {quote}{wordy}{quote}\n"}))
    assert [p["path"] for p in listed()] == ["a.py"]
    assert run("fix", ".").exit_code == 0
    assert "ou're a careful" in Path("a.py").read_text().replace("\\", "")
    assert [p["path"] for p in listed()] == ["a.py"]


def listed() -> list[dict]:
    return json.loads(run("prompts", "--no-cache", "--output-format", "json", ".").stdout)["prompts"]


NAMELESS = {
    "an order": "Your task is to compare both lists of the museum and name the rooms that are on one of them alone, in order to plan the tour.",
    "a sentence": "Please list the rooms of the museum in order to plan the tour. Please give the number of each of them in order to find it.",
}


@pytest.mark.parametrize("text", NAMELESS.values(), ids=NAMELESS)
def test_what_shows_a_text_to_be_a_prompt_stays_so_that_it_is_found_again(write, monkeypatch, text) -> None:
    low = "[rules.PRM201]\nmin-tokens = 1\nmin-percent = 0\n"
    monkeypatch.chdir(
        write({"a/words.yaml": f"template: |\n  {text}\n", "promptlint.toml": low, "prompts.py": f'TOUR = "{text}"\n'})
    )
    before = json.loads(run("prompts", "--output-format", "json").stdout)["prompts"]
    done = run("fix", "--select", "PRM201")
    assert "not found again" not in done.stderr
    after = json.loads(run("prompts", "--output-format", "json").stdout)["prompts"]
    assert [(p["path"], p["line"]) for p in before] == [(p["path"], p["line"]) for p in after]
    assert sum(p["tokens"] for p in after) < sum(p["tokens"] for p in before)
    assert "PRM201" not in run("check", "--select", "PRM201").stdout


def test_a_generated_file_is_not_edited(write, monkeypatch) -> None:
    monkeypatch.chdir(write({"a.py": f"# This file is generated by make.\n# Do not edit it by hand.\n{PADDED}"}))
    shown = run("check", "--select", "PRM203")
    assert "not written: the file says that it is generated" in shown.stdout
    assert "with a fix" not in shown.stdout
    assert run("fix", "--check", "--select", "PRM203").stdout == ""


def test_a_prompt_about_generated_files_is_edited(write, monkeypatch) -> None:
    text = "# Rules for generated files\n\nDo not edit them. You are an editor.   \t \t \t \t \t \t \t \n\n\n\n\n\nPlease answer: only say what you see, always respond with JSON."
    monkeypatch.chdir(write({"prompts/a.md": text + "\n"}))
    assert run("fix", "--check", "--select", "PRM203").stdout == "prompts/a.md: would fix 1\n"


def test_what_stands_in_folders_that_are_left_out_is_told(write, monkeypatch) -> None:
    monkeypatch.chdir(write({"evals/a.py": PADDED}))
    told = 'Calls and prompts left out: 1 in evals. Name the folders, or set `include = ["evals"]`'
    assert told in run("check").stdout
    done = run("fix", "--check")
    assert (done.exit_code, done.stdout) == (0, "")
    assert told in done.stderr
    assert "left out" not in run("check", "evals").stdout
