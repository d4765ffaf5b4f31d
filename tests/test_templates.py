import pytest

from promptlint.facts import Hole, Literal
from promptlint.parse.templates import parse_template

PROMPT = "You are a helpful assistant. Answer the question in one word.\n\nQuestion: {{ question }}\nContext: {{ context | trim }}\n"


def test_a_template_that_reads_like_a_prompt_is_one_entry_with_its_variables() -> None:
    facts = parse_template(PROMPT)
    (entry,) = facts.prompts
    assert (facts.kind, entry.syntax, facts.variables) == ("template", "jinja2", ("context", "question"))
    assert [s.source for s in entry.segments if isinstance(s, Hole)] == ["{{ question }}", "{{ context | trim }}"]


def test_names_set_inside_or_given_by_jinja_are_not_needed() -> None:
    text = PROMPT + "{% set a = 1 %}{% for i in range(3) %}{{ a }}{{ loop.index }}{{ i }}{% endfor %}"
    assert parse_template(text).variables == ("context", "question")


def test_names_with_a_default_are_not_needed() -> None:
    text = PROMPT + "{{ tone | default('plain') }}{% if extra is defined %}{{ extra }}{% endif %}"
    assert parse_template(text).variables == ("context", "question")


def test_a_syntax_error_is_a_problem_with_the_offset_of_its_line() -> None:
    facts = parse_template(
        "You are a helpful assistant.\r\nAnswer the question in one word.\r\n{% if x %}\r\n{{ x y }}{% endif %}"
    )
    assert facts.problem is not None
    assert facts.problem.startswith("jinja: ")
    assert facts.problem_at == 76


def test_an_open_tag_is_a_problem_at_its_own_place() -> None:
    facts = parse_template("You are a helpful assistant. Answer the question in one word. {{ x")
    assert (facts.problem, facts.problem_at) == ("jinja: `{{` is never closed", 62)


@pytest.mark.parametrize(
    "tag", ["{% cache 500 %}x{% endcache %}", "{{ x | tojson_pretty }}", "{% if x is odd_thing %}{% endif %}"]
)
def test_tags_filters_and_tests_of_extensions_are_not_judged(tag: str) -> None:
    facts = parse_template(PROMPT + tag)
    assert facts.problem is None
    assert len(facts.prompts) == 1


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html>\n<html><body>\n<p>{{ name }}</p>\n<div>You are welcome</div>\n</body></html>",
        "from pydantic import BaseModel\n\nclass {{ name }}(BaseModel):\n    value: int = {{ value }}\n",
        "server {\n  listen {{ port }};\n  server_name {{ host }};\n}\n",
        "Dear {{ name }},\n\nplease find your invoice attached. You can answer to this mail.\n\nKind regards\n",
        "",
    ],
)
def test_pages_programs_and_letters_are_no_prompts(text: str) -> None:
    facts = parse_template(text)
    assert (facts.prompts, facts.problem) == ((), None)


def test_a_broken_template_that_is_no_prompt_is_no_problem() -> None:
    assert parse_template("<p>{{ a b }}</p>").problem is None


def test_literal_text_maps_to_the_source_with_carriage_returns() -> None:
    text = PROMPT.replace("\n", "\r\n")
    (entry,) = parse_template(text).prompts
    for segment in entry.segments:
        if isinstance(segment, Literal):
            for text_at, source_at, length in segment.runs:
                assert segment.text[text_at : text_at + length] == text[source_at : source_at + length]


def test_ignore_comments_are_found() -> None:
    (ignore,) = parse_template("{# promptlint: ignore[PRM203] kept #}\n" + PROMPT).ignores
    assert ignore.codes == ("PRM203",)


def test_deep_nesting_does_not_crash() -> None:
    assert parse_template("{{ " + "(" * 3000 + "x" + ")" * 3000 + " }}").prompts == ()
