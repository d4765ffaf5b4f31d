"""The command line: what is printed, where, and how it ends."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import promptlint
from promptlint.cli import cli

UNCAPPED = "from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model='gpt-4o-2024-05-13', messages=[])\n"


@pytest.fixture
def run(write, monkeypatch):
    def run(files, *arguments: str, input: str | bytes | None = None) -> Result:  # click's name
        monkeypatch.chdir(write(files))
        return CliRunner().invoke(cli, list(arguments), input=input)

    return run


def test_findings_end_in_1_and_none_in_0(run) -> None:
    assert run(UNCAPPED, "check", "--select", "PRM101").exit_code == 1
    assert run(UNCAPPED, "check", "--select", "PRM101", "--exit-zero").exit_code == 0
    assert run("x = 1\n", "check").exit_code == 0


@pytest.mark.parametrize(
    ("configuration", "arguments", "reported"),
    [
        ("ignore = ['PRM101']", ["--select", "PRM101"], {"PRM101"}),
        ("ignore = ['PRM101']", ["--select", "PRM1"], {"PRM101"}),
        ("select = ['PRM2']\nextend-select = ['PRM502']", ["--select", "PRM101"], {"PRM101"}),
        ("ignore = ['PRM1']", ["--extend-select", "PRM101", "--ignore", "PRM5"], {"PRM101"}),
        ("select = ['PRM1', 'PRM5']", ["--ignore", "PRM502,PRM503"], {"PRM101"}),
        ("", ["--select", "PRM101,PRM502", "--ignore", "PRM502"], {"PRM101"}),
        ("ignore = ['PRM101', 'PRM502', 'PRM503']", [], set()),
    ],
)
def test_what_the_command_line_says_of_rules_wins(run, configuration, arguments, reported) -> None:
    done = run({"a.py": UNCAPPED, "promptlint.toml": configuration}, "check", "--output-format", "json", *arguments)
    assert {found["code"] for found in json.loads(done.stdout)["findings"]} == reported


@pytest.mark.parametrize(
    "command",
    [
        "check --show-files --output-format json",
        "check --diff --output-format json",
        "check --statistics --output-format sarif",
        "check --statistics --output-format github",
        "compress --diff --output-format json a.md",
    ],
)
def test_flags_that_print_in_their_own_form_take_no_other(run, command: str, monkeypatch) -> None:
    done = run({"a.md": "Please read it."}, *command.split())
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"leave out --output-format {command.split('--output-format ')[1].split()[0]}" in done.stderr
    monkeypatch.setenv("PROMPTLINT_OUTPUT_FORMAT", "sarif")  # what is set for all runs is for those that can
    assert run(UNCAPPED, "check", "--show-files").output == "a.md\napp.py\n"
    assert "uncapped-output" in run(UNCAPPED, "check", "--statistics").output


def test_paths_to_leave_out_are_parted_by_commas(run) -> None:
    files = {"a.py": UNCAPPED, "b.py": UNCAPPED, "c.py": UNCAPPED}
    assert run(files, "check", "--show-files", "--extend-exclude", "a.py,b.py").output == "c.py\n"
    assert run(files, "check", "--show-files", "--exclude", "a.py, c.py").output == "b.py\n"


UNMATCHED = """
    [models]
    "SHP_MODEL" = "gpt-4o"
    default = "gpt-4o"
    [prices]
    discount = { opneai = 0.15, openai = 0.1 }
    [traffic]
    functions = { "Bot.anser" = { calls-per-month = 5 }, "Bot.answer" = { calls-per-month = 5 } }
    paths = { "src/shp/**" = { calls-per-month = 5 }, "src/**" = { calls-per-month = 5 } }
    [budget]
    max-prompt-tokens = { "src/shp/**" = 50, "src/**" = 5000 }
    max-call-tokens = { "anser" = 50, "answer" = 5000 }
"""
BOT = """
    from openai import OpenAI
    class Bot:
        def answer(self, model):
            return OpenAI().responses.create(model=model, input="Say it.")
"""


@pytest.mark.parametrize("command", ["check", "cost", "plan"])
def test_keys_that_match_nothing_are_named(run, command: str) -> None:
    done = run({"src/a.py": BOT, "promptlint.toml": UNMATCHED}, command)
    assert done.exit_code in (0, 1)
    assert done.stderr.splitlines() == [
        "promptlint: promptlint.toml: `traffic.functions` names 'Bot.anser', and no call is in such a function; did you mean 'Bot.answer'?",
        "promptlint: promptlint.toml: `traffic.paths` names 'src/shp/**', where no call is",
        "promptlint: promptlint.toml: `budget.max-prompt-tokens` names 'src/shp/**', and no prompt has that name or path",
        "promptlint: promptlint.toml: `budget.max-call-tokens` names 'anser', and no call has that name or path; did you mean 'answer'?",
        "promptlint: promptlint.toml: `prices.discount` names 'opneai', and no provider is known by that; did you mean 'openai'?",
        "promptlint: promptlint.toml: `models` names 'SHP_MODEL', which stands in no file",
    ]
    assert run({}, command, "--quiet").stderr == ""


def test_nothing_found_still_says_what_was_read(run) -> None:
    assert run("x = 1\n", "check").output == "No findings.\nRead 1 file: 0 calls, 0 prompts.\n"


@pytest.mark.parametrize(
    ("files", "arguments", "message"),
    [
        ({"a.py": "x = (\nfrom openai import OpenAI"}, ["check"], "a.py:2: not valid Python"),
        ({"a.py": UNCAPPED}, ["check", "gone.py"], "gone.py: No such file or directory"),
        ({"promptlint.toml": "selct = []"}, ["check"], "did you mean `select`?"),
        ({"a.py": UNCAPPED}, ["check", "--select", "PRM999"], "--select names the unknown rule 'PRM999' (see"),
        ({"a.py": UNCAPPED}, ["check", "--ignore", "uncaped-output"], "did you mean uncapped-output?"),
        ({"a.py": UNCAPPED}, ["check", "--extend-select", "101"], "did you mean PRM101?"),
        ({"a.py": UNCAPPED}, ["check", "--select", ""], "Invalid value for '--select': it names nothing"),
        (
            {"promptlint.toml": "ignore = ['PRMX']"},
            ["check"],
            "promptlint.toml: `ignore` names the unknown rule 'PRMX' (see",
        ),
        ({"promptlint.toml": "ignore = ['PRMX']"}, ["check", "--select", "PRM101"], "promptlint.toml: `ignore` names"),
        (
            {"promptlint.toml": "per-file-ignores = { 'a.py' = ['PRMX'] }"},
            ["check"],
            "promptlint.toml: `per-file-ignores` of 'a.py' names the unknown rule 'PRMX'",
        ),
        ({"a.py": UNCAPPED}, ["check", "--config", "gone.toml"], "no such configuration file"),
        ({"a.py": UNCAPPED}, ["check", "-o", "gone/report.json"], "gone/report.json"),
        ({"promptlint.toml": "extend-rules = ['gone']"}, ["check"], "which is not a folder"),
        (
            {
                "promptlint.toml": "extend-rules = ['house']",
                "house/own.toml": "id = 'own'\nchecked = 'today'\nroots = ['own']\n"
                "[[call]]\nmatch = ['own.ask']\nkind = 'chat'\nmissing_cap = 'flagged'\n",
            },
            ["check"],
            "own.toml: Invalid enum value 'flagged' - at `$.call[0].missing_cap`; one of flag, flag_at_constructor,",
        ),
        ({"promptlint.toml": "rules.PRM999.room = 1"}, ["check"], "`rules.PRM999` is no rule with settings"),
        (
            {"promptlint.toml": "rules.PRM102.rooms = 1"},
            ["check"],
            "`rules.PRM102.rooms`; known keys: factor, min-excess,",
        ),
        ({"promptlint.toml": "rules.PRM102.room = 'x'"}, ["check"], "it must be a number"),
        ({"promptlint.toml": "per-file-ignores = {'*' = ['PRM999']}"}, ["check"], "unknown rule 'PRM999'"),
        ({"promptlint.toml": "include = ['test']"}, ["check"], "it takes tests, evals, examples, docs"),
        ({"promptlint.toml": "output-format = 'json'"}, ["check"], "unknown key `output-format`"),
        ({"a.py": UNCAPPED}, ["rule", "uncaped-output"], "did you mean uncapped-output?"),
    ],
)
def test_work_that_could_not_be_done_ends_in_2(run, files, arguments, message) -> None:
    result = run(files, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize(
    "command",
    ["check", "check -q", "cost", "cost --output-format html", "plan", "init", "calls", "prompts", "traffic sync"],
)
def test_a_path_that_does_not_exist_is_all_that_is_said(run, command: str) -> None:
    done = run(UNCAPPED, *command.split(), "gone")
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", "promptlint: gone: No such file or directory\n")


def test_json_is_complete_even_then(run) -> None:
    assert json.loads(run(UNCAPPED, "check", "gone", "--output-format", "json").stdout)["findings"] == []


def test_quiet_hides_no_reason_for_exit_code_2(run) -> None:
    done = run({"a.py": "x = (\nfrom openai import OpenAI"}, "check", "-q", "--select", "PRM101")
    assert done.exit_code == 2
    assert "a.py:2: not valid Python" in done.stderr


def test_one_bad_file_does_not_hide_the_others(run) -> None:
    result = run({"bad.py": "import openai\nx = (", "good.py": UNCAPPED}, "check", "--output-format", "concise")
    assert result.exit_code == 2
    assert "good.py:3:1: PRM101" in result.stdout


def test_standard_input_takes_the_place_of_a_file(run) -> None:
    result = run(
        {"a.py": "x = 1\n"}, "check", "-", "--stdin-filename", "a.py", "--output-format", "concise", input=UNCAPPED
    )
    assert "a.py:3:1: PRM101" in result.stdout


def test_show_files(run) -> None:
    assert run({"a.py": "", "b.rst": "", "tests/c.py": ""}, "check", "--show-files").stdout == "a.py\n"


def test_tests_and_examples_are_listed_but_not_checked_unless_named(run) -> None:
    files = {"tests/a.py": UNCAPPED}
    assert run(files, "check", "--select", "PRM101").exit_code == 0
    assert run(files, "check", "tests", "--select", "PRM101").exit_code == 1
    assert json.loads(run(files, "calls", "--output-format", "json").stdout)["calls"][0]["scope"] == "tests"


def test_a_hook_leaves_tests_alone_although_it_names_them(run) -> None:
    files = {
        "a.py": UNCAPPED,
        "tests/test_bot.py": UNCAPPED,
        "pyproject.toml": '[x]\nprompt = "You are a bot. Do it."\n',
    }
    named = ("check", "--show-files", "--force-exclude", *files)
    assert run(files, *named).output == "a.py\n"
    assert run(files, "check", "--show-files", "--force-exclude", "tests").output == ""
    assert run(files | {"promptlint.toml": "include = ['tests']"}, *named).output == "a.py\ntests/test_bot.py\n"


def test_calls_and_prompts_in_text_and_json(run) -> None:
    files = {"a.py": UNCAPPED + "PROMPT = 'You are a judge. Answer the question below in one word: {question}'\n"}
    assert (
        "a.py:3:1: client.chat.completions.create [openai chat] model gpt-4o-2024-05-13" in run(files, "calls").stdout
    )
    assert "fills question" in run(files, "prompts").stdout or "PROMPT" in run(files, "prompts").stdout
    (call,) = json.loads(run(files, "calls", "--output-format", "json").stdout)["calls"]
    assert (call["line"], call["column"], call["model"], call["output_cap"]["state"]) == (
        3,
        1,
        "gpt-4o-2024-05-13",
        "none",
    )
    (prompt,) = json.loads(run(files, "prompts", "--output-format", "json").stdout)["prompts"]
    assert (prompt["name"], prompt["line"]) == ("PROMPT", 4)


def test_one_token_is_no_tokens(run) -> None:
    files = {
        "a.py": "from openai import OpenAI\nOpenAI().responses.create(model='gpt-4o', input='Go', instructions='Read it.')\n"
    }
    assert "1 token\n" in run(files, "prompts").output
    assert "1 tokens" not in run(files, "prompts").output


def test_a_cap_by_default_is_said_to_be_one(run) -> None:
    text = (
        "from openai import OpenAI\nclient = OpenAI()\ndef ask(q, cap=64):\n"
        "    return client.responses.create(model='gpt-4o', input=q, max_output_tokens=cap)\n"
    )
    (call,) = json.loads(run({"a.py": text}, "calls", "--output-format", "json").stdout)["calls"]
    cap = call["output_cap"]
    assert (cap["state"], cap["value"], cap["basis"]) == ("number", 64, "default")
    assert "cap 64 by default" in run({"a.py": text}, "calls").stdout


def test_a_cap_of_one_branch_alone_is_no_default(run) -> None:
    text = (
        "from openai import OpenAI\nclient = OpenAI()\noptions = {}\nif input():\n    options['max_output_tokens'] = 64\n"
        "client.responses.create(model='gpt-4o', input='x', **options)\n"
    )
    (call,) = json.loads(run({"a.py": text}, "calls", "--output-format", "json").stdout)["calls"]
    assert (call["output_cap"]["state"], call["output_cap"]["basis"]) == ("dynamic", None)


def test_a_report_in_a_file_leaves_standard_output_empty(run, tmp_path) -> None:
    result = run(UNCAPPED, "check", "--output-format", "json", "-o", "report.json")
    assert result.stdout == ""
    assert json.loads((tmp_path / "report.json").read_text())["version"] == 1


def test_every_command_explains_itself() -> None:
    from promptlint.cli import _COMMANDS

    for name in ("", *_COMMANDS, "traffic sync", "traffic import"):
        result = CliRunner().invoke(cli, [*name.split(), "--help"])
        assert result.exit_code == 0
        assert "Exit codes:" in result.output or name == "traffic"
        assert "\\b" not in result.output, name


def test_rules_are_listed_and_shown() -> None:
    listed = CliRunner().invoke(cli, ["rule", "--all"]).output
    assert re.search(r"^PRM101  uncapped-output +stable", listed, re.MULTILINE)
    assert (
        CliRunner().invoke(cli, ["rule", "prm101"]).output
        == CliRunner().invoke(cli, ["rule", "uncapped-output"]).output
    )


def test_version_names_distribution_and_place() -> None:
    folder = Path(promptlint.__file__).resolve().parent
    out = subprocess.run(
        [sys.executable, "-m", "promptlint", "--version"], capture_output=True, text=True, check=True, cwd=folder.parent
    ).stdout
    assert out == f"promptlint {promptlint.__version__} (distribution promptlint-budget, {folder})\n"


def test_commands_load_nothing_heavy_before_they_need_it() -> None:
    code = (
        "import sys, promptlint.cli; print([m for m in ('libcst', 'jinja2', 'tiktoken', 'yaml') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_no_socket_is_opened_whatever_is_run(write) -> None:
    folder = write({"a.py": UNCAPPED, "prompts/b.md": "You are a judge. Answer in one word: {{ question }}"})
    blocked = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise SystemExit('a socket was opened')\n"
        "socket.socket = socket.create_connection = socket.getaddrinfo = refuse\n"
        "from promptlint.cli import cli\n"
        "cli(sys.argv[1:])\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(promptlint.__file__).resolve().parent.parent)}
    for command in ("check", "calls", "prompts", "fix"):
        done = subprocess.run(
            [sys.executable, "-c", blocked, command],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr
        assert "socket" not in done.stderr
        assert "Traceback" not in done.stderr


def test_the_same_files_give_the_same_bytes(write) -> None:
    folder = write({f"m{i}.py": UNCAPPED.replace("client", f"client{i}") for i in range(5)})
    outputs = set()
    for seed, locale in (("0", "C"), ("1", "C.UTF-8"), ("2", "tr_TR.UTF-8")):
        done = subprocess.run(
            [sys.executable, "-m", "promptlint", "check", "--output-format", "json"],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": str(Path(promptlint.__file__).resolve().parent.parent),
                "PYTHONHASHSEED": seed,
                "LC_ALL": locale,
            },
            capture_output=True,
            check=False,
        )
        outputs.add(done.stdout)
    (output,) = outputs
    assert json.loads(output)["findings"]


def test_markdown_goes_to_the_summary_of_a_workflow_too(run, tmp_path, monkeypatch) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    result = run(UNCAPPED, "check", "--output-format", "markdown")
    assert (result.exit_code, summary.read_text()) == (1, f"{result.stdout}\n")
    run(UNCAPPED, "check", "--output-format", "concise")
    assert summary.read_text() == f"{result.stdout}\n"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "gone" / "x.md"))
    assert run(UNCAPPED, "check", "--output-format", "markdown").exit_code == 1


@pytest.mark.skipif(os.name == "nt", reason="pipes and devices of POSIX")
@pytest.mark.parametrize(
    "command", [["compress"], ["verify", "good.md"], ["traffic", "import"], ["cost", "--compare-to"]]
)
def test_a_file_that_has_no_end_and_one_that_never_begins_are_named(command, run, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr("promptlint.bytes_of._PATIENCE", 0.2)
    os.mkfifo(tmp_path / "pipe")
    for path, said in (
        ("/dev/zero", "a device, which has no end"),
        (str(tmp_path / "pipe"), "a pipe that nobody writes to"),
    ):
        done = run({"good.md": "You are a clerk.\n"}, *command, path)
        assert done.exit_code == 2
        assert said in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
@pytest.mark.parametrize(
    "command",
    [["check", "-o", "pipe"], ["plan", "--html", "pipe"], ["compress", "-o", "pipe", "good.md"]],
    ids=lambda command: command[0],
)
def test_a_pipe_that_nobody_reads_is_not_waited_for(command, run, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr("promptlint.bytes_of._PATIENCE", 0.1)
    os.mkfifo(tmp_path / "pipe")
    done = run({"good.md": "You are a clerk.\n"}, *command)
    assert (done.exit_code, done.stderr) == (2, "promptlint: pipe: a pipe that nobody reads\n")


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_summary_that_is_a_pipe_is_written_if_somebody_reads_it(run, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr("promptlint.bytes_of._PATIENCE", 0.1)
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "pipe"))
    unread = run(UNCAPPED, "check", "--output-format", "markdown")
    assert (unread.exit_code, unread.stderr) == (
        1,
        f"promptlint: GITHUB_STEP_SUMMARY, {tmp_path / 'pipe'}: a pipe that nobody reads\n",
    )
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        read = run(UNCAPPED, "check", "--output-format", "markdown")
        assert (read.exit_code, read.stderr) == (1, "")
        assert os.read(reader, 1 << 16).decode() == f"{read.stdout}\n"
    finally:
        os.close(reader)


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX")
@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("{} check - <&-", "promptlint: standard input: it is closed"),
        ("{} compress - <&-", "promptlint: stdin.txt: it is closed"),
        ("mkdir gone; cd gone; rmdir ../gone; {} check .", "promptlint: the working directory: No such file"),
        ("{} check . > /dev/full", "promptlint: the report could not be written: No space left"),
        ("{} --help > /dev/full", "promptlint: the report could not be written: No space left"),
    ],
)
def test_what_the_shell_took_away_is_named(script: str, said: str, tmp_path: Path) -> None:
    command = script.format(f"{sys.executable} -m promptlint")
    environment = {**os.environ, "PYTHONPATH": str(Path(promptlint.__file__).parent.parent)}
    done = subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    ("command", "code"), [("cost", 0), ("check --select PRM101", 1), ("check gone", 2), ("--help", 0)]
)
def test_a_reader_that_had_enough_changes_no_verdict(write, command: str, code: int, unbuffered: str) -> None:
    here = str(Path(promptlint.__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": here, "PYTHONUNBUFFERED": unbuffered}
    read, written = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "promptlint", *command.split()],
            cwd=write(UNCAPPED), env=environment, stdout=written, stderr=written, check=False,
        )  # fmt: skip
    finally:
        os.close(written)
    assert done.returncode == code
