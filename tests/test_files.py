import os
from pathlib import Path

import pytest

from promptlint.config import Config
from promptlint.files import decode, discover, module_table, scope_of


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
