"""PRM206: what is claimed of a `json.dumps` is what it writes."""

from __future__ import annotations

from textwrap import dedent

import pytest

from promptlint.run import check_text

CODE = """
    import json
    from typing import Optional
    from openai import OpenAI
    client = OpenAI()
    NAMES = {"name": "Ann", "age": 3}
    UMLAUT = {"name": "Jörg"}
    def ask(%s):
        %s
        text = f"Answer: {sent}"
        return client.responses.create(model="gpt-4o", input=text, max_output_tokens=9)
"""
ESCAPES, SPACES, INDENTS = "escapes each letter", "puts a blank", "indents JSON"


@pytest.mark.parametrize(
    ("parameters", "body", "said"),
    [
        ("q: str", "sent = json.dumps(q)", {ESCAPES}),
        ("q: str | None", "sent = json.dumps(q)", {ESCAPES}),
        ("q: Optional[str]", "sent = json.dumps(q)", {ESCAPES}),
        ("q: str", "sent = json.dumps(q, indent=4)", {ESCAPES}),
        ("q: str", "q = q.split(); sent = json.dumps(q)", {ESCAPES, SPACES}),
        ("q: list[str]", "sent = json.dumps(q)", {ESCAPES, SPACES}),
        ("q: str | list[str]", "sent = json.dumps(q)", {ESCAPES, SPACES}),
        ("q", "sent = json.dumps(q)", {ESCAPES, SPACES}),
        ("q", "sent = json.dumps(NAMES)", {SPACES}),
        ("q", "sent = json.dumps(UMLAUT)", {ESCAPES, SPACES}),
        ("q", "sent = json.dumps(NAMES, indent=4)", {INDENTS}),
        ("q", "sent = json.dumps(NAMES, indent=None)", {SPACES}),
        ("q", "sent = json.dumps(NAMES, indent=0)", set()),
        ("q, wide", "sent = json.dumps(NAMES, indent=wide)", set()),
        ("self, q", "sent = json.dumps(q, indent=self.json_indent)", {ESCAPES}),
        ("q", "data = {'a': 1}; data['b'] = q; sent = json.dumps(data)", {ESCAPES, SPACES}),
        ("q", "sent = json.dumps('one, two: three')", set()),
        ("q", "sent = json.dumps(7)", set()),
    ],
)
def test_what_is_said_of_dumps_is_what_it_writes(parameters: str, body: str, said: set[str]) -> None:
    found = [f for f in check_text(dedent(CODE % (parameters, body)), codes=("PRM206",)) if f.code == "PRM206"]
    assert {part for part in (ESCAPES, SPACES, INDENTS) for f in found if part in f.message} == said


def test_both_costs_are_told_apart() -> None:
    (one,) = check_text(dedent(CODE % ("q", "sent = json.dumps(q)")), codes=("PRM206",))
    assert one.message == (
        "`json.dumps` puts a blank behind every `,` and `:`, "
        "and escapes each letter that is not ASCII, which then costs several tokens"
    )


READS = """
    from pathlib import Path
    from openai import OpenAI
    client = OpenAI()
    client.responses.create(model="gpt-4o", instructions=Path("review.md").read_text(), input="Go.", max_output_tokens=9)
"""


def test_json_in_a_file_stands_where_its_brackets_are(checked) -> None:  # type: ignore[no-untyped-def]  # a fixture
    page = '\n        {\n            "number": 1,\n            "words": 300\n        }'
    block = f'{{\n    "action": "run",\n    "pages": [{page},{page},{page}\n    ]\n}}'
    text = f"You review changes. Be brief. Fill in this JSON:\n\n{block}\n\nNothing else.\n"
    (one,) = checked({"app.py": READS, "review.md": text}, "PRM206", preview=True).findings
    assert text[one.place.span.start : one.place.span.end] == block


FORM = """
    import json
    from openai import OpenAI
    client = OpenAI()
    PROMPT = "%s\\n{form}"
    def ask(form):
        return client.responses.create(model="gpt-4o", input=%s, max_output_tokens=9)
"""
FILLED = "PROMPT.format(form=json.dumps(form, indent=2))"


@pytest.mark.parametrize(
    ("said", "safety"),
    [
        ("Return the output only in the corresponding JSON format. Print nothing but this object:", "unsafe"),
        ("Respond with a JSON object like:", "unsafe"),
        ("Your answer must follow this schema.", "unsafe"),
        ("Use the text to answer. Output format as in this template:", "unsafe"),
        ("Sum up what is said in:", "safe"),
        ("Answer the question of the user about the order:", "safe"),
        ("Return the answer in JSON format, a list as [1, 2]. The order:", "safe"),
    ],
)
def test_a_form_that_is_asked_for_may_come_back_as_it_is_laid_out(said: str, safety: str) -> None:
    summed = f'"{said}\\n" + json.dumps(form, indent=2)'
    for sent in (FILLED, summed):
        (one,) = check_text(dedent(FORM % (said, sent)), codes=("PRM206",))
        assert one.fix is not None
        assert one.fix.applicability == safety


def test_a_function_that_indents_something_else_too_is_not_half_changed() -> None:
    code = """
        import json
        from openai import OpenAI
        client = OpenAI()
        def shown(value):
            if isinstance(value, dict):
                return json.dumps(value, indent=2)
            return %s
        def ask(value):
            return client.responses.create(model="gpt-4o", input=f"Answer: {shown(value)}", max_output_tokens=9)
    """
    for other, applicability in (("str(value)", "safe"), ("value.model_dump_json(indent=2)", "unsafe")):
        (finding,) = (f for f in check_text(dedent(code % other), codes=("PRM206",)) if INDENTS in f.message)
        assert finding.fix is not None
        assert finding.fix.applicability == applicability


def test_no_answer_looks_like_a_schema() -> None:
    sent = FILLED.replace("dumps(form", "dumps(form.model_json_schema()")
    (one,) = check_text(dedent(FORM % ("Answer with JSON that follows this schema:", sent)), codes=("PRM206",))
    assert one.fix is not None
    assert one.fix.applicability == "safe"
