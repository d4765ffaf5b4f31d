import string
import time

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.facts import Hole, Literal, Segment, Span
from promptlint.parse.holes import TemplateError, guess, split, split_or_keep


def literal(text: str, start: int = 0) -> Literal:
    return Literal(text=text, span=Span(start, start + len(text)), runs=((0, start, len(text)),) if text else ())


def shown(segments: tuple[Segment, ...]) -> list[str]:
    return [f"<{s.name}>" if isinstance(s, Hole) else s.text for s in segments]


def cut(text: str, syntax: str) -> list[str]:
    return shown(split(literal(text), syntax))


def test_format_fields_become_holes_byte_for_byte() -> None:
    segments = split(literal("Hi {user.name!r:>8}, {0}."), "format")
    assert [s.source for s in segments if isinstance(s, Hole)] == ["{user.name!r:>8}", "{0}"]
    assert shown(segments) == ["Hi ", "<user.name>", ", ", "<0>", "."]


def test_doubled_braces_are_text_and_join_their_neighbours() -> None:
    assert cut('Return {{"a": 1}} for {x}', "format") == ['Return {"a": 1} for ', "<x>"]


def test_an_escape_is_a_gap_in_the_map() -> None:
    (text,) = split(literal("a{{b", 10), "format")
    assert isinstance(text, Literal)
    assert (text.text, text.runs, text.span) == ("a{b", ((0, 10, 1), (2, 13, 1)), Span(10, 14))


def test_empty_fields_are_numbered_in_order() -> None:
    assert cut("{} and {}", "format") == ["<0>", " and ", "<1>"]


def test_a_nested_format_specification_belongs_to_its_field() -> None:
    assert cut("{x:{width}}!", "format") == ["<x>", "!"]


@pytest.mark.parametrize(
    ("text", "offset"), [("ab } c", 3), ("ab { c", 3), ("{} {0}", 3), ("{a!q}", 2), ("{a{b}}", 2), ("{x!r y}", 2)]
)
def test_a_broken_format_template_names_its_offset(text: str, offset: int) -> None:
    with pytest.raises(TemplateError) as caught:
        split(literal(text), "format")
    assert caught.value.offset == offset


@given(st.text(alphabet="ab{}[]:!r. ", max_size=14))
def test_format_agrees_with_pythons_own_parser(text: str) -> None:
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        with pytest.raises(TemplateError):
            split(literal(text), "format")
        return
    fields = [field for _, field, _, conversion in parts if field is not None]
    if any(c not in (None, "r", "s", "a") for *_, c in parts) or (
        "" in fields and any(f[:1].isdigit() for f in fields)
    ):
        return
    segments = split(literal(text), "format")
    assert "".join(s.text for s in segments if isinstance(s, Literal)) == "".join(before for before, *_ in parts)
    named = [s.name for s in segments if isinstance(s, Hole)]
    assert [n for n, f in zip(named, fields, strict=True) if f] == [f for f in fields if f]


@given(
    st.text(alphabet="ab{}%$( )sd#-\n'\"", max_size=20),
    st.sampled_from(["format", "percent", "dollar", "braces", "jinja2", "mustache"]),
)
def test_every_mapped_run_stands_in_the_source(text: str, syntax: str) -> None:
    source = "xyz" + text
    try:
        segments = split(literal(text, 3), syntax)
    except TemplateError as error:
        assert 0 <= error.offset <= len(text)
        return
    for segment in segments:
        if isinstance(segment, Hole):
            assert source[segment.span.start : segment.span.end] == segment.source
            continue
        for text_at, source_at, length in segment.runs:
            assert segment.text[text_at : text_at + length] == source[source_at : source_at + length]


def test_percent_conversions_by_key_and_by_place() -> None:
    assert cut("%s is %(age)d, 5%% of %.*f", "percent") == ["<0>", " is ", "<age>", ", 5% of ", "<2>"]


def test_a_percent_sign_that_python_rejects_is_an_error() -> None:
    with pytest.raises(TemplateError, match="%%") as caught:
        split(literal("at 50%!"), "percent")
    assert caught.value.offset == 5


def test_dollar_names_and_prices() -> None:
    assert cut("$name owes $5 and $$1 to ${other}s", "dollar") == ["<name>", " owes $5 and $1 to ", "<other>", "s"]


def test_braces_takes_names_only() -> None:
    assert cut('{"k": {topic}} \\frac{1}{2} {{kept}} { x }', "braces") == [
        '{"k": ',
        "<topic>",
        "} \\frac{1}{2} {{kept}} { x }",
    ]


def test_mustache_sections_and_comments() -> None:
    assert cut("{{#items}}{{{raw}}}{{! note }}!{{/items}}", "mustache") == ["<>", "<raw>", "!", "<>"]


def test_jinja_expressions_tags_and_comments() -> None:
    text = "A{# note #}B {% for t in tools if t.on %}{{ t.name | upper }}{% else %}none{% endfor %}"
    assert cut(text, "jinja2") == ["AB ", "<tools>", "<>", "<>", "none", "<>"]


def test_jinja_closing_marks_in_strings_and_brackets_do_not_count() -> None:
    assert cut("""{{ "}}" ~ {"a": {}} }}!{{ '%}' }}""", "jinja2") == ["<>", "!", "<>"]


def test_jinja_dashes_trim_the_text_around() -> None:
    assert cut("a \n{{- x -}}\n b", "jinja2") == ["a", "<x>", "b"]
    assert cut("{{ -x }}", "jinja2") == ["<x>"]


def test_jinja_raw_is_text() -> None:
    assert cut("a {% raw %}{{ x }}{% endraw %} b", "jinja2") == ["a {{ x }} b"]


@pytest.mark.parametrize("text", ["{{ x", "{% if x", "{# x", "{% raw %}{{ x }}", "{{ 'x }}"])
def test_an_open_jinja_mark_is_an_error_for_us_as_for_jinja(text: str) -> None:
    with pytest.raises(jinja2.TemplateSyntaxError):
        jinja2.Environment(autoescape=False).parse(text)
    with pytest.raises(TemplateError):
        split(literal(text), "jinja2")


def test_carriage_returns_keep_their_places() -> None:
    segments = split(literal("a\r\n{{ x }}\r\nb"), "jinja2")
    assert [s.span.start for s in segments] == [0, 3, 10]


def test_holes_of_unmapped_text_point_at_the_whole() -> None:
    segments = split(Literal(text="a {b}", span=Span(5, 30)), "format")
    assert [s.span for s in segments] == [Span(5, 30), Span(5, 30)]


@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        ("Hello {{ user.name }}", "jinja2"),
        ("{%- if x %}a{% endif %}", "jinja2"),
        ('Return {{"a": "{x}"}}', "format"),
        ("About {topic}", "format"),
        ('{"a": 1} about {topic}', "braces"),
        ('{"a": 1}', "text"),
        ("\\frac{{1}}{{2}}", "text"),
        ("plain", "text"),
    ],
)
def test_the_syntax_of_a_file_is_guessed_from_its_braces(text: str, syntax: str) -> None:
    assert guess(text) == syntax


def test_a_wrong_guess_leaves_the_text_as_it_is() -> None:
    assert split_or_keep(literal("{% if"), "jinja2") == ((literal("{% if"),), "text")


@pytest.mark.parametrize("syntax", ["format", "percent", "dollar", "braces", "jinja2", "mustache"])
@pytest.mark.parametrize(
    "piece", ["{", "{{ ", "}", "{a[", "%(", "${", "{{ ' ", "{% raw %}", "{{{", "{# ", "{{" + " " * 50, "{{ \\'"]
)
def test_hostile_text_is_scanned_in_one_pass(syntax: str, piece: str) -> None:
    text = piece * (200_000 // len(piece))
    started = time.process_time()
    split_or_keep(literal(text), syntax)
    guess(text)
    assert time.process_time() - started < 2
