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
        ("q", "data = {'a': 1}; data['b'] = q; sent = json.dumps(data)", {ESCAPES, SPACES}),
        ("q", "sent = json.dumps('one, two: three')", set()),
        ("q", "sent = json.dumps(7)", set()),
    ],
)
def test_what_is_said_of_dumps_is_what_it_writes(parameters: str, body: str, said: set[str]) -> None:
    found = [f for f in check_text(dedent(CODE % (parameters, body)), codes=("PRM206",)) if f.code == "PRM206"]
    assert {part for part in (ESCAPES, SPACES, INDENTS) for f in found if part in f.message} == said
