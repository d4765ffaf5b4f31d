import os
import time
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner

from promptlint.cli import cli
from promptlint.config import Config
from promptlint.files import File, decode, discover, module_table, scope_of
from promptlint.outcome import Options
from promptlint.run import inventory
from promptlint.walking import Walker


def paths(folder: Path, *given: str, **options: bool) -> set[str]:
    found = discover(folder, [folder / g for g in given or (".",)], Config(), **options)
    return {f.path for f in found.files if f.reported}


def test_what_is_read_and_what_never_is(write) -> None:
    folder = write(
        {
            "a.py": "",
            "prompts/b.md": "x",
            "c.rst": "x",
            ".venv/d.py": "",
            "node_modules/e.py": "",
            "build/f.py": "",
            ".gitignore": "build/\n",
            "sub/.gitignore": "*.txt\n",
            "sub/g.txt": "x",
            "sub/h.py": "",
        }
    )
    assert paths(folder) == {"a.py", "prompts/b.md", "sub/h.py"}


def test_a_pattern_ends_where_its_line_ends(write) -> None:
    folder = write({"a.py": "", "b.py": "", "c d.py": "", ".gitignore": "old\u2028*.py\nx\x0ca.py\r\nb.py\r\n"})
    assert paths(folder) == {"a.py", "c d.py"}


def test_a_named_file_is_read_even_when_ignored_unless_exclusion_is_forced(write) -> None:
    folder = write({"build/f.py": "", ".gitignore": "build/\n"})
    assert paths(folder, "build/f.py") == {"build/f.py"}
    assert paths(folder, "build/f.py", force_exclude=True) == set()


def test_a_named_file_is_one_as_others_when_exclusion_is_forced(write) -> None:
    folder = write({"a.toml": "", "b.py": ""})
    assert paths(folder, "a.toml", "b.py") == {"a.toml", "b.py"}
    assert paths(folder, "a.toml", "b.py", force_exclude=True) == {"b.py"}


def test_a_path_that_does_not_exist_is_a_problem(tmp_path: Path) -> None:
    found = discover(tmp_path, [tmp_path / "nowhere"], Config())
    assert found.problems == ((str(tmp_path / "nowhere"), "No such file or directory"),)


def test_link_loops_end(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.py").write_text("")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a")
    assert "a/x.py" in paths(tmp_path)
    assert len(paths(tmp_path)) <= 2


def test_a_file_is_listed_once_whatever_links_call_it(tmp_path: Path) -> None:
    (tmp_path / "real" / "deep").mkdir(parents=True)
    for name in ("real/a.py", "real/deep/b.md", "c.py"):
        (tmp_path / name).write_text("x = 1\n")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "again").symlink_to("link")
    (tmp_path / "a.py").symlink_to("real/a.py")
    (tmp_path / "real" / "up").symlink_to("..")
    (tmp_path / "real" / "c.py").symlink_to("../c.py")
    found = discover(tmp_path, [tmp_path], Config())
    assert [f.path for f in found.files] == ["c.py", "real/a.py", "real/deep/b.md"]
    assert {a: p for a, p in found.aliases.items() if p != "c.py"} == {
        "a.py": "real/a.py", "link/a.py": "real/a.py", "again/a.py": "real/a.py",
        "link/deep/b.md": "real/deep/b.md", "again/deep/b.md": "real/deep/b.md",
    }  # fmt: skip
    assert found.aliases["real/c.py"] == "c.py"
    for named in ("link", "again", "real"):
        assert paths(tmp_path, named) == {"c.py", "real/a.py", "real/deep/b.md"}
    assert paths(tmp_path, "link/deep") == {"real/deep/b.md"}
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "e.py").symlink_to("../c.py")
    assert paths(tmp_path, "d") == {"c.py"}
    assert paths(tmp_path, "link/a.py") == paths(tmp_path, "a.py") == {"real/a.py"}


def test_what_lies_outside_is_read_once_when_a_file_leads_there_and_a_folder_when_it_is_named(tmp_path: Path) -> None:
    project, other = tmp_path / "project", tmp_path / "other"
    for folder in (project / "sub", other):
        folder.mkdir(parents=True)
    (other / "x.py").write_text("x = 1\n")
    (project / "a.py").write_text("a = 1\n")
    (project / "sub" / "o").symlink_to(other)
    (project / "y.py").symlink_to(other / "x.py")
    (project / "sub" / "z.py").symlink_to(other / "x.py")
    assert paths(project) == {"a.py", "y.py"}
    assert paths(project, "sub/o", "a.py") == {"a.py", "sub/o/x.py"}
    assert paths(project, "sub/o/x.py") == {"sub/o/x.py"}
    assert paths(project, "sub") == {"y.py"}


def test_a_named_folder_is_read_even_when_it_is_left_out_unless_exclusion_is_forced(write) -> None:
    folder = write({"build/f.py": "", ".venv/g.py": "", "h.py": "", ".gitignore": "build/\n"})
    assert paths(folder, "build", ".venv") == {"build/f.py", ".venv/g.py"}
    assert paths(folder, "build", ".venv", "h.py", force_exclude=True) == {"h.py"}


def test_what_is_imported_or_opened_through_a_link_is_the_file_it_leads_to(tmp_path: Path) -> None:
    texts = {
        "shared/llm.py": """
            from openai import OpenAI
            from pathlib import Path
            HERE = Path(__file__).parent
            def ask(model, name):
                text = (HERE / "prompts" / "brief.txt").read_text()
                return OpenAI().chat.completions.create(model=model, messages=[{"role": "user", "content": text}])
        """,
        "texts/brief.txt": "Answer as a patient clerk would, in one sentence.\n",
        "service/app.py": 'from service.common.llm import ask\nask("gpt-4o", "x")\n',
    }
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(dedent(text))
    (tmp_path / "service" / "common").symlink_to("../shared")
    (tmp_path / "shared" / "prompts").symlink_to("../texts")
    project = inventory(Options(paths=(str(tmp_path),), root=str(tmp_path))).project
    assert [(c.place.path, c.model.values) for c in project.callers] == [("service/app.py", ("gpt-4o",))]
    assert [c.place.path for c in project.calls] == ["shared/llm.py"]
    assert [(p.place.path, bool(p.used_by)) for p in project.prompts] == [("texts/brief.txt", True)]


def test_a_file_is_fixed_once_whatever_links_call_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").mkdir()
    text = """
        from openai import OpenAI
        PROMPT = '''You are a careful clerk.   



        Answer the question in one word, in order to save time.   '''
        OpenAI().responses.create(model="gpt-4o", instructions=PROMPT, input=input())
    """
    (tmp_path / "real" / "a.py").write_text(dedent(text))
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "a.py").symlink_to("real/a.py")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["fix", "--unsafe-fixes", "link/a.py"])
    assert "real/a.py: " in done.output, done.output
    assert "link/a.py" not in done.output
    assert (tmp_path / "real" / "a.py").read_text() != dedent(text)


def test_a_folder_elsewhere_that_cannot_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("project", "other/shut"):
        (tmp_path / name).mkdir(parents=True)
    scandir = os.scandir

    def refusing(folder: str):
        if str(folder).endswith("shut"):
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refusing)
    (tmp_path / "project" / "o").symlink_to(tmp_path / "other")
    found = discover(tmp_path / "project", [tmp_path / "project" / "o"], Config())
    assert found.problems == (("o/shut", "folder cannot be read: Permission denied"),)


def test_a_project_may_be_named_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real" / "src").mkdir(parents=True)
    (tmp_path / "real" / "src" / "a.py").write_text("")
    (tmp_path / "link").symlink_to("real")
    found = discover(tmp_path / "real", [tmp_path / "link" / "src"], Config())
    assert [(f.path, f.reported) for f in found.files] == [("src/a.py", True)]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_folder_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0)
    assert discover(tmp_path, [tmp_path], Config()).problems[0][0] == "shut"


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"x = 1\n" * 200_000, "larger than 1 MB"),
        (b"x = '\0'", "null bytes"),
        (b"x = '\xff'", "save it as UTF-8"),
        (b"# coding: nonsense\n", "unknown encoding"),
        (b"\xff\xfe\x00", "UTF-16"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(data: bytes, part: str) -> None:
    text, problem = decode(data, "python")
    assert text is None
    assert part in problem


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("é".encode(), "é"),
        (b"\xef\xbb\xbfx", "x"),
        ("# coding: latin-1\nx = 'é'".encode("latin-1"), "# coding: latin-1\nx = 'é'"),
        ("x".encode("utf-16"), "x"),
        (b"a\r\nb\rc\f", "a\r\nb\rc\f"),
    ],
)
def test_encodings_that_python_reads(data: bytes, text: str) -> None:
    assert decode(data, "python") == (text, None)


def likely(path: str) -> bool:
    return File(path, path, "text", "source", reported=True, spare=True).likely


def test_places_and_names_say_which_files_of_other_kinds_may_be_prompts() -> None:
    yes = (
        "prompts/a",
        "my_prompts/x/y/a.v1.xml",
        "app/PERSONAS_en/a.rst",
        "a/system_prompt.v2.text",
        "x/a.mustache",
        "prompt.in",
    )
    no = ("prompts.d/a.sh", "prompts/a.sh", "a/b.rst", "prompt/a.b.c", "promptly/a", "x.tmpl/a.b")
    assert [path for path in (*yes, *no) if likely(path)] == list(yes)


def test_how_deep_a_file_lies_costs_no_more_than_its_length() -> None:
    start = time.monotonic()
    assert not any(likely(f"{'prompt/' * 2_000}{n}.q") for n in range(2_000))
    assert not likely("prompts_" * 100_000)
    assert time.monotonic() - start < 3


def test_many_ignore_files_are_looked_up(tmp_path: Path) -> None:
    walker = Walker(tmp_path, Config())
    names = [name for i in range(8_000) for name in (f"d{i}/.gitignore", f"d{i}/a.py", f"d{i}/b.py")]
    start = time.monotonic()
    found = walker.among(names, {}, lambda name: "b.py\n")
    assert sum(name.endswith(".py") for name in found) == 8_000
    assert time.monotonic() - start < 5


def test_scopes() -> None:
    names = ["src/a.py", "tests/a.py", "src/test_a.py", "examples/a.py", "docs/a.py", "evals/a.py", "latest/a.py"]
    assert [scope_of(n) for n in names] == ["source", "tests", "tests", "examples", "docs", "evals", "source"]


def test_names_of_modules() -> None:
    known, names = module_table(["pkg/__init__.py", "pkg/a.py", "src/lib/__init__.py", "src/lib/b.py", "tools/c.py"])
    assert names["pkg/a.py"] == "pkg.a"
    assert names["src/lib/b.py"] == "lib.b"
    assert known["lib.b"] == "src/lib/b.py"
    assert known["tools.c"] == known["tools:c"] == "tools/c.py"


def test_the_name_of_another_package_is_one_only_at_the_root() -> None:
    inside = ["a/llms/openai/__init__.py", "a/llms/openai/base.py", "src/openai/__init__.py", "anthropic/__init__.py"]
    known, names = module_table(inside, {"openai", "anthropic"})
    assert known["a.llms.openai"] == "a/llms/openai/__init__.py"
    assert names["a/llms/openai/base.py"] == "a.llms.openai.base"
    assert (known["openai"], known["anthropic"]) == ("src/openai/__init__.py", "anthropic/__init__.py")
    assert module_table(inside[:2])[0]["openai"] == "a/llms/openai/__init__.py"
