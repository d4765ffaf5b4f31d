"""Changes of a prompt are written where it stands: the string becomes the edited text, and nothing else changes."""

from __future__ import annotations

import ast
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.editor import Refusal, prompt_edits, prompt_text
from promptlint.edits import apply
from promptlint.facts import Binary, Hole, Literal, Place, Prompt, Span, Text
from promptlint.link.inventory.prompts import text_segments
from promptlint.parse.holes import split
from promptlint.parse.python import parse_python
from promptlint.parse.text import parse_text


def python_prompt(source: str, syntax: str | None = None) -> Prompt:
    """The prompt bound to `P`."""
    (value,) = [b.value for b in parse_python(source).bindings if b.name == "P"]
    assert isinstance(value, (Text, Binary))
    segments = text_segments(value)
    if syntax:
        segments = tuple(p for s in segments for p in (split(s, syntax) if isinstance(s, Literal) else (s,)))
    return prompt("a.py", value.span, segments, syntax)


def prompt(path: str, span: Span, segments, syntax: str | None) -> Prompt:
    return Prompt(
        id="", place=Place(path=path, span=span), form="", name=None, role=None, segments=segments, confidence="high",
        scope="", syntax=syntax,
    )  # fmt: skip


def file_prompt(path: str, source: str, index: int = 0) -> Prompt:
    entry = parse_text(path, source).prompts[index]
    return prompt(path, entry.span, entry.segments, entry.syntax)


def edited(found: Prompt, source: str, old: str, new: str) -> str | None:
    """The source with one piece of text replaced, None when that is refused."""
    start = prompt_text(found).index(old)
    edits = prompt_edits(found, [(start, start + len(old), new)], source)
    return None if isinstance(edits, Refusal) else apply(source, edits)


@pytest.mark.parametrize(
    ("source", "old", "new", "after"),
    [
        ("P = 'make sure to go'", "make sure to ", "", "P = 'go'"),
        ("P = 'it is \\'so\\''", "it is", "it's", "P = 'it\\'s \\'so\\''"),
        ('P = "do not"', "do not", "don't", 'P = "don\'t"'),
        ('P = r"do not \\d"', "do not", "don't", 'P = r"don\'t \\d"'),
        ("P = r'do not'", "do not", "don't", None),
        ("P = 'a\\n\\nb'", "\n\n", "\n", "P = 'a\\nb'"),
        ("P = 'x \\u2013 y'", "x – y", "x – – z", "P = 'x \\u2013 – z'"),
        ("P = 'a \\N{EN DASH} b c'", "a – b", "– b a", "P = '\\N{EN DASH} b a c'"),
        ("P = '''it is \"so\"'''", '"so"', '""so"', "P = '''it is \"\"so\"'''"),
        ('P = """say"""', "say", 'say "a"', 'P = """say "a\\""""'),
        ('P = """a\r\n\r\n\r\nb"""', "\n\n\n", "\n\n", 'P = """a\r\n\r\nb"""'),
        ("P = f'Dear {name!r:>8}, do not {{x}}'", "do not {x}", "keep {y}", "P = f'Dear {name!r:>8}, keep {{y}}'"),
        ("P = f'{a}b{c}'", "b", "", "P = f'{a}{c}'"),
        ("P = rf'a \\{b} c'", "a ", "", "P = rf'\\{b} c'"),
        ("P = f'so {a=} b'", "so ", "", "P = f'{a=} b'"),
        ("P = f'{a}b{c}'", "{a}b", "b", None),
        ("P = f'{a} is it {b}'", "{a} is it {b}", "{a} is {b}!", "P = f'{a} is {b}!'"),
        ("P = f'{a} is {b}'", "{a} is {b}", "{b} is {a}", None),
        ("P = ('in order '\n     'to do')", "in order to do", "to do", "P = (''\n     'to do')"),
        ("P = ('make sure '  # why\n     f'that {x} is')", "make sure that", "ensure", "P = ('ensure'  # why\n     f' {x} is')"),
        ("P = 'Hello ' + name + ', please go'", ", please", "", "P = 'Hello ' + name + ' go'"),
        ("P = 'Hello ' + name + ', please go'", "Hello , please", "Hi", None),
        ('P = """a \\\nb c"""', "b ", "", 'P = """a \\\nc"""'),
        ("P = 'tab\\there'", "tab\there", "tab\tthere", "P = 'tab\\tthere'"),
        ("P = 'ends \\\\'", "ends ", "", "P = '\\\\'"),
        ("P = '\\0 a'", " a", "1", None),
    ],
)  # fmt: skip
def test_python_strings_keep_their_way_of_writing(source: str, old: str, new: str, after: str | None) -> None:
    assert edited(python_prompt(source), source, old, new) == after


@pytest.mark.parametrize(
    ("source", "syntax", "old", "new", "after"),
    [
        ("P = 'a {{x}} {y}'", "format", "{x}", "{z}", "P = 'a {{z}} {y}'"),
        ("P = '50%% of %s'", "percent", "50% of", "9% in", "P = '9%% in %s'"),
        ("P = 'a %s b' % x", "percent", " b", " c", "P = 'a %s c' % x"),
        ("P = 'cost $$5 for $who'", "dollar", "cost $5", "$7", "P = '$$7 for $who'"),
        ("P = 'a {# why #} b {{ x }}'", "jinja2", "a  b", "c", None),
        ("P = 'a {# why #} b {{ x }}'", "jinja2", "a ", "z ", "P = 'z {# why #} b {{ x }}'"),
        ("P = 'a b {{ x }}'", "jinja2", "a b", "{{ y }}", None),
        ("P = 'a {x}'", "format", "{x}", "{y}", None),
    ],
)
def test_templates_keep_their_escapes_and_slots(
    source: str, syntax: str, old: str, new: str, after: str | None
) -> None:
    assert edited(python_prompt(source, syntax), source, old, new) == after


HELPER = "You are a helpful assistant. You must answer the question of the user in one word."
YAML = "system: |\n  You are a helper.\n\n  Please do answer in one word, always.\nuser_prompt: You must answer the question in one word, please.\n"


@pytest.mark.parametrize(
    ("path", "source", "index", "old", "new", "after"),
    [
        ("prompts/a.md", HELPER + "\r\n\r\n\r\n\r\nAnswer.", 0, "\r\n\r\n\r\n\r\n", "\n\n", HELPER + "\r\n\r\nAnswer."),
        ("prompts/a.yaml", YAML, 0, "\n\nPlease do", "\nDo", YAML.replace("\n\n  Please do", "\n  Do")),
        ("prompts/a.yaml", YAML, 0, "You are a helper.\n\n", "", YAML.replace("  You are a helper.\n\n", "")),
        ("prompts/a.yaml", YAML, 0, "You are a helper.", "One.\n\nTwo.", YAML.replace("You are a helper.", "One.\n\n  Two.")),
        ("prompts/a.yaml", YAML, 0, "You are", " You are", None),
        ("prompts/a.yaml", YAML.replace("\n", "\r\n"), 0, "helper.\n\nPlease", "helper.\nPlease",
         YAML.replace("\n", "\r\n").replace("\r\n\r\n", "\r\n")),
        ("prompts/a.yaml", YAML, 1, ", please.", ".", YAML.replace(", please.", ".")),
        ("prompts/a.yaml", YAML, 1, "answer the", "answer: the", None),
        ("prompts/a.yaml", "system: >\n  You are a helper.\n  Answer in one word, you must.\n", 0, "You are", "You're", None),
        ("prompts/a.json",  f'{{"system": "{HELPER}"}}', 0, "You are", "You're", None),
    ],
)  # fmt: skip
def test_files_keep_their_style_or_are_left_alone(
    path: str, source: str, index: int, old: str, new: str, after: str | None
) -> None:
    assert edited(file_prompt(path, source, index), source, old, new) == after


def test_a_refusal_says_why() -> None:
    source = f'{{"system": "{HELPER}"}}'
    refused = prompt_edits(file_prompt("prompts/a.json", source), [(0, 3, "We")], source)
    assert refused == Refusal("JSON files are only read")


def test_overlapping_changes_are_refused() -> None:
    source = "P = 'abc'"
    assert isinstance(prompt_edits(python_prompt(source), [(0, 2, ""), (1, 3, "")], source), Refusal)


# --- properties -----------------------------------------------------------------------------------------------------

PLAIN = st.text(alphabet=string.ascii_letters + " .,'\"{}%$\n\t\\äß–😀", max_size=12)
EXPRESSIONS = ("x", "x!r", "x:>8", "f(1)", "d['k']", " x ", "x:{w}")


@st.composite
def literals(draw) -> str:
    """One string literal, sure to parse: pieces of text escaped at random, and holes in f-strings."""
    prefix = draw(st.sampled_from(["", "", "f", "F", "r", "rf", "u", "Rf"]))
    quote = draw(st.sampled_from(["'", '"', "'''", '"""']))
    parts = draw(st.lists(st.tuples(st.booleans(), PLAIN), min_size=1, max_size=4))
    body = ""
    for is_hole, text in parts:
        if is_hole and "f" in prefix.lower():
            hole = draw(st.sampled_from(EXPRESSIONS))
            inner = "'" if quote[0] == '"' else '"'
            body += "{" + hole.replace("'", inner) + "}"
        else:
            body += "".join(escaped(draw, c, prefix.lower(), quote) for c in text)
    return prefix + quote + body + quote


def escaped(draw, c: str, prefix: str, quote: str) -> str:
    if "f" in prefix and c in "{}":
        return c * 2
    if "r" in prefix:
        return "" if c in "\\'\"" or (c == "\n" and len(quote) == 1) else c
    if "u" not in prefix and draw(st.integers(0, 6)) == 0 and c != "\\":
        return draw(st.sampled_from([f"\\x{ord(c):02x}", f"\\u{ord(c):04x}"])) if ord(c) < 256 else f"\\U{ord(c):08x}"
    if c == "\\":
        return "\\\\"
    if c in quote:
        return "\\" + c
    if c == "\n":
        return (
            draw(st.sampled_from(["\n", "\\n", "\\\n"])) if len(quote) == 3 else draw(st.sampled_from(["\\n", "\\\n"]))
        )
    return c


@st.composite
def expressions(draw) -> str:
    joins = st.sampled_from([" ", "\n    ", "  # why 'so'\n    ", " \\\n  "])
    found = draw(literals())
    for _ in range(draw(st.integers(0, 3))):
        found += draw(joins) + draw(literals())
    return f"(\n{found}\n)"


def evaluated(source: str) -> list[str]:
    """The parts of the string as Python reads them: constants and the dump of each expression."""
    node = ast.parse(source).body[0].value  # type: ignore[attr-defined]  # an assignment
    if isinstance(node, ast.Constant):
        return [node.value] if node.value else []
    parts: list[str] = []
    for value in node.values:
        if isinstance(value, ast.Constant):
            if parts and not parts[-1].startswith("\0"):
                parts[-1] += value.value
            else:
                parts.append(value.value)
        else:
            parts.append("\0" + ast.dump(value))
    return [p for p in parts if p]


@given(expressions(), st.data())
@settings(max_examples=400, deadline=None)
def test_the_string_becomes_the_edited_text_and_all_else_stays(expression: str, data) -> None:
    head, tail = "y = 'é'  # ä\n", "\nz = f'{y}'  # end\n"
    source = f"{head}P = {expression}{tail}"
    try:
        before = evaluated(f"P = {expression}")
    except SyntaxError:  # on Python 3.11 an expression may hold no backslash or quote of its string
        return
    found = python_prompt(source)
    text = prompt_text(found)
    if not text:
        return
    free = [i for i in range(len(text) + 1) if not any(a < i < b for a, b in hole_ranges(found))]
    start = data.draw(st.sampled_from(free))
    end = data.draw(st.sampled_from([i for i in free if i >= start]))
    content = data.draw(PLAIN)
    if any(start <= a and b <= end for a, b in hole_ranges(found)):
        return
    edits = prompt_edits(found, [(start, end, content)], source)
    if isinstance(edits, Refusal):
        assert any(p in expression for p in ("r'", 'r"', "rf", "Rf")), edits.reason
        return
    after = apply(source, edits)
    assert after.startswith(head + "P = (")
    assert after.endswith(")" + tail)
    expected = text[:start] + content + text[end:]
    again = python_prompt(after)
    assert prompt_text(again) == expected
    assert [s.source for s in again.segments if isinstance(s, Hole)] == [
        s.source for s in found.segments if isinstance(s, Hole)
    ]
    assert "".join(p for p in evaluated(after[len(head) : -len(tail)]) if not p.startswith("\0")) == "".join(
        s.text for s in again.segments if isinstance(s, Literal)
    )
    assert [p for p in evaluated(after[len(head) : -len(tail)]) if p.startswith("\0")] == [
        p for p in before if p.startswith("\0")
    ]


@given(st.sampled_from(["format", "percent"]), st.lists(PLAIN, min_size=1, max_size=4), PLAIN, st.data())
@settings(max_examples=300, deadline=None)
def test_a_template_fills_in_to_the_edited_text(syntax: str, texts: list[str], content: str, data) -> None:
    escape = (
        (lambda t: t.replace("{", "{{").replace("}", "}}")) if syntax == "format" else lambda t: t.replace("%", "%%")
    )
    hole = "{x}" if syntax == "format" else "%(x)s"
    template = hole.join(escape(t) for t in texts)
    source = f"P = {template!r}"
    found = python_prompt(source, syntax)
    text = prompt_text(found)
    assert text == hole.join(texts)
    index = data.draw(st.integers(0, len(texts) - 1))
    start = sum(len(t) + len(hole) for t in texts[:index])
    edits = prompt_edits(found, [(start, start + len(texts[index]), content)], source)
    if isinstance(edits, Refusal):
        assert not text or "hole" in edits.reason, edits.reason
        return
    after = ast.literal_eval(apply(source, edits).removeprefix("P = "))
    filled = after.format(x="VALUE") if syntax == "format" else after % {"x": "VALUE"}
    assert filled == "VALUE".join([*texts[:index], content, *texts[index + 1 :]])


def hole_ranges(found: Prompt) -> list[tuple[int, int]]:
    ranges, position = [], 0
    for segment in found.segments:
        length = len(segment.text if isinstance(segment, Literal) else segment.source)
        if isinstance(segment, Hole):
            ranges.append((position, position + length))
        position += length
    return ranges
