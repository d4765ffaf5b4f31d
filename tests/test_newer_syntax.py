"""Syntax newer than the Python that runs is read all the same; what stands in strings is found where it stands."""

import subprocess
import sys
import time

import pytest

from promptlint.facts import FileFacts, Hole, Text
from promptlint.parse import strings
from promptlint.parse.files import parse
from promptlint.parse.newer import masked
from promptlint.parse.tree import SourceError, read


def facts(source: str) -> FileFacts:
    found = parse("a.py", "python", source)
    assert found.problem is None
    return found


def holes(source: str) -> list[tuple[str, str]]:
    """Source and name of the holes of the first string bound."""
    value = facts(source).bindings[0].value
    assert isinstance(value, Text)
    found = [s for s in value.segments if isinstance(s, Hole)]
    assert [source[hole.span.start : hole.span.end] for hole in found] == [hole.source for hole in found]
    return [(hole.source, hole.name) for hole in found]


@pytest.mark.parametrize(
    "source",
    [
        'x = f"{d["é"]}"',
        'x = f"{f"{f"{a["k"]}"}"}"',
        'x = f"{\n  a\n}"',
        "x = f'{\"\\n\".join(a)}'",
        "type X[T] = dict[\n  str, T]\nx = 1",
        "def f[T: int](a): pass\nx = 1",
        "class A[T](B): pass\nx = 1",
        "try:\n    pass\nexcept A, B:\n    x = 1",
        "try:\n    pass\nexcept* A, B:\n    x = 1",
        'x = t"hello {name!r:>{width}}"',
        "x = 1" + "0" * 5000,
    ],
)
def test_newer_syntax_is_read(source: str) -> None:
    assert facts(source + "\nlast = ask()\n").invocations[-1].text == "ask"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('x = f"a {b} c"', [("{b}", "b")]),
        ('x = f"{ b.c[0]!r:>8}"', [("{ b.c[0]!r:>8}", "b.c[0]")]),
        ('x = f"{text[1:]}"', [("{text[1:]}", "text[1:]")]),
        ('x = f"{b=}{{no}}{c:{w}}"', [("{b=}", "b"), ("{c:{w}}", "c")]),
        ("x = f'{(b)}'", [("{(b)}", "b")]),
        ("x = f'{d[\"k\"]}' 'plain {b}' rf'\\d{e}'", [('{d["k"]}', 'd["k"]'), ("{e}", "e")]),
        ("x = (f'a'  # 'no {string}\n  f'{b}')", [("{b}", "b")]),
    ],
)
def test_holes_stand_where_they_are_written(source: str, found: list[tuple[str, str]]) -> None:
    assert holes(source) == found


def test_calls_in_holes_are_found_where_they_stand() -> None:
    source = "x = f'é {ask(\"ü\", [n for n in names])} {show(y)}'\n"
    found = facts(source).invocations
    assert [source[i.span.start : i.span.end] for i in found] == ['ask("ü", [n for n in names])', "show(y)"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_do_for_python(end: str) -> None:
    source = end.join(("\f", "é = 'ü\u2028ö'", "x = ask(é,", "  'ä')", ""))
    found = facts(source).invocations[0]
    assert source[found.span.start : found.span.end] == f"ask(é,{end}  'ä')"


def test_a_mask_keeps_every_line_and_its_length() -> None:
    source = 'é = f"{a["b"]}"\ntype X = int\nx = f"{\n  a\n}"\ntry: y\nexcept A, B: pass\n'
    assert [len(line) for line in masked(source).split("\n")] == [len(line) for line in source.split("\n")]


def test_what_is_no_python_of_any_version_is_named_with_its_place() -> None:
    with pytest.raises(SourceError) as error:
        masked("x = 1\ndef f(:\n")
    assert (error.value.message, error.value.offset) == ("not valid Python: expected ), *, **, NAME", 14)


# Read by libcst, whose places are the ends of tokens, or too long for that.
@pytest.mark.parametrize(("rest", "end"), [("", "def f(:\n"), ("x = 1\n" * 60_000, "def f(")])
def test_no_line_of_python_ends_at_a_form_feed_or_in_a_comment(rest: str, end: str) -> None:
    with pytest.raises(SourceError) as error:
        read(f"# a\u2028b\x85c\n\fx = 1\ndef f(:\n{rest}")
    assert error.value.offset == len(f"# a_b_c\n_x = 1\n{end}")


def test_the_usual_code_is_read_without_libcst() -> None:
    code = (
        "import sys; from promptlint.parse.files import parse;"
        "parse('a.py', 'python', 'x = f\"{a}\" \"b\"\\ndef f(y): return ask(y, k=[1])\\n');"
        "print('libcst' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_long_file_that_python_refuses_is_not_given_to_a_parser_that_takes_seconds_for_it() -> None:
    start = time.process_time()
    problem = parse("a.py", "python", "x = [1, 2]  # some\n" * 40_000 + "def f(:\n").problem
    assert problem is not None
    assert problem.endswith("and too long to be read as a newer one")
    assert time.process_time() - start < 5


@pytest.mark.parametrize("prefix", ["f", "F", "rf", "fR"])
@pytest.mark.parametrize("quote", ['"', "'", '"""', "'''"])
def test_an_f_string_of_very_many_holes_is_named(prefix: str, quote: str) -> None:
    many = "{a}" * 5_001

    def problem(source: str) -> str | None:
        return parse("a.py", "python", source).problem

    assert problem(f"x = 1\ny = {prefix}{quote}{many}{quote}\n") == "more than 5,000 holes in one f-string (line 2)"
    assert problem(f"y = {prefix}{quote}{many[3:]}{quote}\n") is None
    one = f"{prefix}{quote}{{a}}{quote}"
    assert problem(f"y = {quote}{many}{quote}\nz = [{', '.join([one] * 5_001)}]\n") is None


FIELDS = [
    "{d['k']}",
    "{ ', '.join(x for x in xs) }",
    "{x['a']!r:>{w}}",
    "{price:{width}.{digits}f}",
    "{total = }",
    "{total=!r:.3}",
    "{a == b}",
    "{a != b!s}",
    "{n:#x} of {m:,}",
    "{{{', '.join(x)}}}",
    "{ {'a': 1}['a'] }",
    "{a if a >= 1 else 'none'}",
    "{a[1:2]}:{b}",
    "{'it''s'}",
    "{now:%H:%M}",
    "{(a - b) * 1000:.1f}",
    "{(a - b):.1f}",
    "{ ( (a or 'it)') ) !r}",
    "{(a, b)}",
    "{(a)['}']}",
    "{(a) + (b)}",
    "{({'a': (1,)})}",
    "{f'{a}'}",
    "{', '.join(f'#{n}:{w[0]}' for n in xs)}",
    "{x.strip(r'a') + u'b'}",
    "{f'{f(a)}' if a else f''}",
    "{f'{{{a}}}'}",
]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("around", ['f"{}"', 'f"one {} two"', 'rf"""{}\n"""'])
def test_a_field_is_found_where_libcst_finds_it(field: str, around: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source = around.replace("{}", field)
    expected = strings._by_libcst(source, 0, len(source))
    monkeypatch.delattr(strings, "_by_libcst")
    assert strings.pieces(source, 0, len(source)) == expected


@pytest.mark.parametrize(
    "source", ["f\"{f'{a['b']}'}\"", 'f"{()}"', "f\"{a if'b'else c}\"", 'f"\\N{DASH}{a}"', 'f"{d["k"]}"', 'f"{a"  "}"']
)
def test_a_field_that_hides_something_is_left_to_libcst(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(strings, "_by_libcst", lambda source, start, end: asked.append(source[start:end]) or [])
    strings.pieces(source, 0, len(source))
    assert asked == [source]


def test_what_libcst_misplaces_is_refused_by_line() -> None:
    source = 'x = f"{3!s }"\n' * 5 + 'y = "é" f"{a}"\n'
    with pytest.raises(SourceError, match=r"not read as a newer one \(line 6\)"):
        masked(source)
