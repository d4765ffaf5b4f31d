import json
import subprocess
import sys
from pathlib import Path

from promptlint.outcome import Options
from promptlint.parse.notebook import Notebook, read_notebook
from promptlint.run import check, inventory


def notebook(*cells: str, language: str = "python") -> str:
    found = []
    for cell in cells:
        kind = "markdown" if cell.startswith("# ") else "code"
        found.append({"cell_type": kind, "metadata": {}, "source": cell.splitlines(keepends=True), "outputs": []})
    return json.dumps({"cells": found, "metadata": {"language_info": {"name": language}}, "nbformat": 4})


def code_of(*cells: str) -> str:
    found = read_notebook(notebook(*cells))
    assert isinstance(found, Notebook)
    return found.code


def test_cells_are_joined_in_order_and_numbered_among_all_cells() -> None:
    found = read_notebook(notebook("# Title", "a = 1", "b = a"))
    assert found == Notebook("a = 1\nb = a\n", ((0, 2), (6, 3)))


def test_magics_shell_commands_and_help_are_no_python() -> None:
    assert (
        code_of("%pip install x\n!ls\nprint?\nx = 1") == "pass  # %pip install x\npass  # !ls\npass  # print?\nx = 1\n"
    )


def test_a_continued_shell_command_stays_a_comment() -> None:
    assert code_of("!pip install a \\\n  b\nx = 1") == "pass  # !pip install a \\\n#  b\nx = 1\n"


def test_what_a_timing_magic_runs_is_read() -> None:
    assert code_of("%time ask('a')") == "ask('a')\n"
    assert code_of("x = %time ask('a')") == "x = ask('a')\n"
    assert code_of("%%time\nask('a')") == "#%%time\nask('a')\n"


def test_a_cell_of_another_language_is_a_comment() -> None:
    assert code_of("%%bash\necho $x\n") == "#%%bash\n#echo $x\n\n"


def test_an_assigned_shell_command_keeps_its_name() -> None:
    assert code_of("files = !ls *.txt") == "files = None  # ls *.txt\n"


def test_a_percent_sign_inside_a_string_is_text() -> None:
    text = 'PROMPT = """\n%s of the\n!important\n"""'
    assert code_of(text) == text + "\n"


def test_a_notebook_in_another_language_has_no_code() -> None:
    assert read_notebook(notebook("x <- 1", language="R")) == Notebook("", ())


def test_what_is_no_notebook_says_so() -> None:
    for text in ("{", "[]", "{}"):
        assert str(read_notebook(text)).startswith("not a notebook")


def test_a_call_in_a_notebook_has_its_cell_and_line(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text(
        notebook(
            "# Ask",
            "%pip install openai",
            "import openai\nclient = openai.OpenAI()\nMODEL = 'gpt-4o'",
            "\nclient.chat.completions.create(model=MODEL, messages=[])",
        )
    )
    done = subprocess.run(
        [sys.executable, "-m", "promptlint", "calls", "--output-format", "json", "."],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    (call,) = json.loads(done.stdout)["calls"]
    assert (call["path"], call["cell"], call["line"], call["model"]) == ("a.ipynb", 4, 2, "gpt-4o")


def test_a_notebook_uses_modules_beside_it(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "settings.py").write_text("MODEL = 'gpt-4o-mini'\n")
    (tmp_path / "work" / "a.ipynb").write_text(
        notebook("import openai\nfrom settings import MODEL\nopenai.OpenAI().responses.create(model=MODEL, input='Hi')")
    )
    (call,) = inventory(Options(paths=(str(tmp_path),), root=str(tmp_path))).project.calls
    assert call.model.values == ("gpt-4o-mini",)


def test_a_broken_cell_is_named_and_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text(
        notebook("import openai", "x = = 1", "openai.OpenAI().responses.create(model='gpt-4o', input='Hi')")
    )
    outcome = inventory(Options(paths=(str(tmp_path),), root=str(tmp_path)))
    assert len(outcome.project.calls) == 1
    assert [p.message.startswith("cell 2: not valid Python") for p in outcome.problems] == [True]


def test_findings_in_a_notebook_name_the_cell(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text(
        notebook("import openai", "openai.OpenAI().chat.completions.create(model='gpt-4o', messages=[], n=3)")
    )
    done = subprocess.run(
        [sys.executable, "-m", "promptlint", "check", "--select", "PRM106", "--output-format", "concise", "."],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.startswith("a.ipynb:cell 2:1:")


def test_a_string_that_never_ends_is_named_by_its_cell(tmp_path: Path) -> None:
    cells = ("import openai", 'name = "a', "openai.OpenAI().responses.create(model='gpt-4o', input='Hi')", "other = 'b")
    (tmp_path / "a.ipynb").write_text(notebook(*cells))
    outcome = check(Options(paths=(str(tmp_path),), root=str(tmp_path), cache=False))
    assert len(outcome.project.calls) == 1
    assert [p.message.partition(":")[0] for p in outcome.problems] == ["cell 2", "cell 4"]
    assert [
        outcome.source(f.place.path).located(f.place.span.start)[0] for f in outcome.findings if f.code == "PRM902"
    ] == [2, 4]
