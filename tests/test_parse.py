"""One file → facts: places in code points, literals as the program sees them, faults as problems."""

import pytest

from promptlint.facts import Binary, FileFacts, Literal, Text, Unknown
from promptlint.parse.files import Parser, parse, parse_all


def facts(source: str) -> FileFacts:
    found = parse("a.py", "python", source)
    assert found.problem is None
    return found


def value(source: str) -> Text:
    (binding,) = facts(source).bindings
    assert isinstance(binding.value, Text)
    return binding.value


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("x = 'a\\n\\x41\\u00e9\\N{BULLET}'", "a\nAé•"),
        ("x = r'a\\n'", "a\\n"),
        ("x = 'a' \"b\"", "ab"),
        ("x = ('a'\n     'b')", "ab"),
        ("x = 'a\\\nb'", "ab"),
        ("x = '''a\r\nb'''", "a\nb"),
        ("x = '\\ud83d'", "\ufffd"),
        ("x = '😀'", "😀"),
    ],
)
def test_text_is_what_the_program_sees(source: str, text: str) -> None:
    assert "".join(s.text for s in value(source).segments if isinstance(s, Literal)) == text


def test_runs_map_text_back_to_the_source() -> None:
    source = "é = 'ab\\ncd' 'ef'"
    for literal in value(source).segments:
        for text_at, source_at, length in literal.runs:
            assert literal.text[text_at : text_at + length] == source[source_at : source_at + length]


def test_holes_of_an_f_string_keep_their_source() -> None:
    segments = value("x = f'a {b!r:>8} {{c}} {d.e[0]}'").segments
    assert [s.text if isinstance(s, Literal) else s.source for s in segments] == ["a ", "{b!r:>8}", " {c} ", "{d.e[0]}"]


def test_spans_count_code_points() -> None:
    source = "😀 = 1\nrésumé = ask('ü', b)\n".replace("😀", "x")
    (call,) = facts(source).invocations
    assert source[call.span.start : call.span.end] == "ask('ü', b)"
    assert source[call.callee_span.start : call.callee_span.end] == "ask"


def test_a_byte_string_is_not_text() -> None:
    assert not isinstance(facts("x = b'abc'").bindings[0].value, Text)


def test_concatenation_keeps_both_sides() -> None:
    assert isinstance(facts("x = 'a' + b").bindings[0].value, Binary)


def test_branches_of_one_statement_exclude_each_other() -> None:
    found = facts("if a:\n    x = 1\nelif b:\n    x = 2\nelse:\n    x = 3\n")
    groups = {found.blocks[b.block].group for b in found.bindings}
    assert len(groups) == 1
    assert len({b.block for b in found.bindings}) == 3


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("def f(:\n", "not valid Python"),
        ("x = " + "(" * 400 + ")" * 400, "nested more than 150 deep"),
    ],
)
def test_what_cannot_be_parsed_is_a_problem_and_no_error(source: str, part: str) -> None:
    assert part in parse("a.py", "python", source).problem


def test_five_thousand_operators_are_read_where_the_parser_of_python_reads_them_and_named_elsewhere() -> None:
    with Parser() as parser:
        found = parser.parse([("a.py", "python", "x = " + " + ".join(["1"] * 5000))])["a.py"]
    assert bool(found.bindings) != any(part in (found.problem or "") for part in ("more than 1000 operators", "deeply"))


def test_odd_white_space_is_read() -> None:
    assert len(facts("\ufeffx = 1\r\n\f\r\ny = 2\rz = 3").bindings) == 3


def test_rounds_and_one_round_read_the_same() -> None:
    tasks = [(f"m{i}.py", "python", f"x{i} = {i}\n" * 3000) for i in range(8)]
    with Parser() as parser:
        rounds = {**parser.parse(tasks[:4]), **parser.parse(tasks[4:])}
    assert rounds == parse_all(tasks) == {path: parse(path, kind, text) for path, kind, text in tasks}


def test_facts_survive_the_way_between_processes() -> None:
    import msgspec

    found = facts("class A(B):\n    x: int = 1\n    def f(self, *a, k=2, **kw):\n        return g(f'{a}', **kw)\n")
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=FileFacts) == found


@pytest.mark.parametrize("number", ["9" * 5000, "0x" + "f" * 400, "1e999", "1 << 70", "-" + "9" * 5000, "5e300"])
def test_numbers_nobody_means_are_not_known(number: str) -> None:
    found = parse(
        "a.py",
        "python",
        f"from openai import OpenAI\nn = {number}\nOpenAI().chat.completions.create(max_tokens={number})",
    )
    assert found.problem is None
    assert isinstance(found.bindings[0].value, (Unknown, Binary))
