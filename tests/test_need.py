"""How long an answer is asked for: real phrasings, and as many that say nothing of the answer."""

from __future__ import annotations

import pytest

from promptlint.facts import Shape
from promptlint.money.lengths import lengths, number, tables
from promptlint.money.need import Need, of_shape, read
from promptlint.money.shapes import shape_tokens


def ends(text: str) -> tuple[int, int | None] | None:
    need = read(text)
    return (need.low, need.high) if need is not None else None


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Summarize the text in at most 3 sentences.", 1, 135),
        ("Summarise this in no more than three sentences.", 1, 135),
        ("Answer in under 200 words.", 1, 400),
        ("Be concise, reply with one sentence.", 4, 45),
        ("Describe the picture in four words.", 4, 8),
        ("Your answer must not exceed 1,000 characters.", 1, 600),
        ("Keep your response under 50 words.", 1, 100),
        ("Keep it to 2 sentences.", 8, 90),
        ("Limit your answer to 100 tokens.", 1, 100),
        ("Write a short paragraph about the sea.", 15, 120),
        ("Respond with a single short paragraph.", 15, 120),
        ("Summarize the conversation in one paragraph.", 20, 250),
        ("Provide short responses in about 80 words.", 40, 240),
        ("Your summary should be roughly 100 words long.", 50, 300),
        ("Write a 2-3 sentence summary.", 8, 135),
        ("Answer with between 50 and 100 words.", 50, 200),
        ("The response should be 150-250 words in length.", 150, 500),
        ("Generate a brief description (max 160 characters).", 1, 96),
        ("Write a description (15 words or less).", 1, 30),
        ("Provide a terse, single sentence description of the command.", 4, 45),
        ("Your responses should be very short, no more than 1-2 sentences long.", 4, 90),
        ("Answer the user. Max 50 words.", 1, 100),
        ("Explain what the regex does in at most two sentences.", 1, 90),
        ("Reply in one line.", 1, 60),
        ("Summarize in 5 bullet points.", 15, 300),
        ("List the top 5 keywords.", 5, 40),
        ("Suggest exactly three titles.", 9, 180),
        ("Give me up to 10 short tags.", 1, 80),
        ("Generate 3 follow-up questions.", 9, 180),
        ("Write at least 100 words.", 100, None),
        # so many texts, each as long as it likes
        ("Give one suggestion to improve the code.", 3, None),
        ("List 5 reasons why it failed.", 15, None),
        # and something else
        ("Suggest three titles.\n{text}\nNow write the article.", 9, None),
        ("Give me up to 10 short tags. Please translate the post, too.", 1, None),
    ],
)
def test_a_length_is_a_range_of_tokens(text: str, low: int, high: int | None) -> None:
    assert ends(text) == (low, high)


@pytest.mark.parametrize(
    ("text", "kind", "most"),
    [
        ("Answer yes or no.", "yes_no", 4),
        ('Respond only with "true" or "false".', "yes_no", 4),
        ("Reply in exactly one word.", "enum", 6),
        ("Answer with one of the following labels: spam, ham, unsure", "enum", 6),
        ("Classify the review as positive, negative or neutral.", "enum", 5),
        ("Categorize this email as either urgent or not urgent.", "enum", 6),
        ("Answer 'buy', 'sell' or 'hold'.", "enum", 5),
    ],
)
def test_a_label_needs_a_few_tokens(text: str, kind: str, most: int) -> None:
    need = read(text)
    assert need is not None
    assert need.kind == kind
    assert need.high is not None
    assert need.high <= most
    assert need.short


@pytest.mark.parametrize(
    "text",
    [
        "Summarize the text.",
        "Be concise.",
        "Keep it brief.",
        "Name a color.",
        # of the input, of one part, of something else
        "The input has at most 3 sentences.",
        "Write five questions; each question should be at most 10 words.",
        "Write a report. Each section should have 2 paragraphs.",
        "The rewritten question should not be longer than 25 words.",
        "Do not frame questions that contain more than 15 words.",
        "Include 3 lines of context before the change.",
        "Return the first 2 lines of the file.",
        "Context: a document of about 100 words.",
        "List keywords (5-10 words each).",
        "bio: a short bio, no more than three sentences per person",
        "The title is at most 10 words. The body is at most 300 words.",
        "Create 5 characters of a story.",
        "Choose a category. Also, suggest up to 5 tags.",
        "Write short replies in about 100 words, unless you are asked for more.",
        # answers of several parts
        "Write a summary in at most 3 sentences, then a table of the figures.",
        "Use this format:\nSummary: at most 2 sentences\nDetails: ...",
        "Answer in at most 2 sentences.\n```json\n{}\n```",
        "Respond in the following format:\n<summary>\nthe change\n</summary>\n<verdict>\nsame or not. answer in one word.\n</verdict>",
        "Output format:\nName: ...\nSpam: answer yes or no",
        "Put the label in <label> tags. Answer with one of: spam, ham",
        # two lengths, and reasons
        "Answer in one sentence. Write at most 200 words.",
        "Answer yes or no and explain your reasoning.",
        "Think step by step. Answer in one word.",
        "Explain your reasoning, then summarize it in 2 sentences. Justify each claim.",
        "Write between 100 and 50 words.",
    ],
)
def test_what_is_not_said_of_the_answer_stays_unknown(text: str) -> None:
    assert read(text) is None


def test_the_words_are_kept() -> None:
    assert read("Summarize the text in at most 3 sentences.") == Need(
        low=1, high=135, kind="length", words=("at most 3 sentences",)
    )


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ('Return a JSON object with the keys "name", "age" and "city".', 12),
        ('Answer as JSON with keys "a", "b".', 8),
        ('Respond in JSON like {"label": "spam", "score": 0.5}', 4),
    ],
)
def test_json_keys_are_the_least_that_must_be_written(text: str, least: int) -> None:
    need = read(text)
    assert need is not None
    assert (need.kind, need.high) == ("json", None)
    assert need.low >= least


def test_json_without_keys_is_unknown_and_its_lengths_are_of_a_field() -> None:
    assert read("Answer in JSON. The summary has at most 3 sentences.") is None
    assert read("Answer yes or no, as JSON.") is None


# --- schemas ----------------------------------------------------------------------------------------------------------


def shape(kind: str, **values: object) -> Shape:
    return Shape(kind=kind, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("form", "bounded"),
    [
        (shape("boolean"), True),
        (shape("choice", options=("spam", "ham")), True),
        (shape("object", fields=(("ok", shape("boolean")), ("score", shape("integer")))), True),
        (shape("object", fields=(("ok", shape("boolean")), ("why", shape("text")))), False),
        (shape("list", element=shape("integer")), False),
        (shape("list", element=shape("integer"), most=3), True),
        (shape("text"), False),
    ],
)
def test_a_shape_is_bounded_when_all_its_parts_are(form: Shape, bounded: bool) -> None:
    low, high = shape_tokens(form)
    assert (high is not None) == bounded
    assert 0 < low <= (high or low)


@pytest.mark.parametrize(
    "text", ['{"ok": true, "score": 12}', '{\n  "ok": false,\n  "score": 1234567\n}', '{"ok":true,"score":0}']
)
def test_the_json_of_a_shape_lies_in_its_range(text: str) -> None:
    from promptlint.money.tokens import count

    low, high = shape_tokens(shape("object", fields=(("ok", shape("boolean")), ("score", shape("integer")))))
    assert high is not None
    assert low <= count(text) <= high


def test_what_may_be_left_out_is_no_part_of_the_least(found) -> None:
    code = "class V(BaseModel):\n    a: Optional[int]\n    b: bool = False\n    c: 'int | None'\n"
    (call,) = found(HEAD + code + CALL.format("V")).project.calls
    assert call.answer is not None
    assert all(form.optional for _, form in call.answer.fields)
    assert shape_tokens(call.answer)[0] == shape_tokens(shape("object"))[0]
    fields = "    a: bool = Field(description='x')\n    b: bool = Field(None)\n    c: bool = Field(default=True)\n"
    (call,) = found(
        HEAD + "from pydantic import Field\nclass V(BaseModel):\n" + fields + CALL.format("V")
    ).project.calls
    assert call.answer is not None
    assert [form.optional for _, form in call.answer.fields] == [False, True, True]
    schema = "{'type': 'object', 'required': ['a'], 'properties': {'a': {'type': 'boolean'}, 'b': {'type': 'boolean'}}}"
    (call,) = found(HEAD + CALL.format(schema)).project.calls
    assert call.answer is not None
    assert [form.optional for _, form in call.answer.fields] == [False, True]


def test_a_schema_names_its_fields() -> None:
    need = of_shape(shape("object", name="Verdict", fields=(("ok", shape("boolean")),)))
    assert (need.kind, need.words) == ("schema", ("Verdict {ok}",))


CALL = "OpenAI().chat.completions.parse(model='gpt-4o', messages=[{{'role': 'user', 'content': 'Judge it.'}}], response_format={0})\n"
HEAD = "from enum import Enum\nfrom typing import Literal, Optional, TypedDict\nfrom openai import OpenAI\nfrom pydantic import BaseModel\n"


@pytest.mark.parametrize(
    ("code", "form", "fields"),
    [
        ("class V(BaseModel):\n    ok: bool\n    label: Literal['a', 'b']\n", "V", {"ok": "boolean", "label": "choice"}),
        ("class C(Enum):\n    A = 'x'\n    B = 'y'\nclass V(BaseModel):\n    c: C\n    n: int | None = None\n", "V", {"c": "choice", "n": "integer"}),
        ("class B(BaseModel):\n    a: float\nclass V(B):\n    b: Optional[str]\n", "V", {"a": "number", "b": "text"}),
        ("class V(TypedDict):\n    items: list[int]\n", "V", {"items": "list"}),
        (
            "S = {'type': 'object', 'properties': {'ok': {'type': 'boolean'}, 'k': {'enum': ['a', 'b']}}}\n",
            "{'type': 'json_schema', 'json_schema': {'name': 'v', 'schema': S}}",
            {"ok": "boolean", "k": "choice"},
        ),
    ],
)  # fmt: skip
def test_schemas_are_followed_to_their_fields(found, code: str, form: str, fields: dict[str, str]) -> None:
    (call,) = found(HEAD + code + CALL.format(form)).project.calls
    assert call.answer is not None
    assert {name: shape.kind for name, shape in call.answer.fields} == fields


@pytest.mark.parametrize("form", ["{'type': 'json_object'}", "unknown()", "None", "S"])
def test_a_form_that_is_not_known_is_none(found, form: str) -> None:
    (call,) = found(HEAD + "def f(S):\n    " + CALL.format(form)).project.calls
    assert call.answer is None


TOOL = "{'type': 'function', 'function': {'name': 'judge', 'parameters': {'type': 'object', 'required': ['ok'], 'properties': {'ok': {'type': 'boolean'}}}}}"
CLAUDE_TOOL = "{'name': 'judge', 'input_schema': {'type': 'object', 'properties': {'ok': {'type': 'boolean'}}}}"


@pytest.mark.parametrize(
    ("client", "tools", "choice", "known"),
    [
        ("openai", TOOL, "{'type': 'function', 'function': {'name': 'judge'}}", True),
        ("openai", TOOL, "'required'", True),
        ("openai", TOOL, "'auto'", False),
        ("openai", f"{TOOL}, {TOOL.replace('judge', 'other')}", "'required'", False),
        ("openai", f"{TOOL}, {TOOL.replace('judge', 'other')}", "{'type': 'function', 'function': {'name': 'judge'}}", True),
        ("anthropic", CLAUDE_TOOL, "{'type': 'tool', 'name': 'judge'}", True),
        ("anthropic", CLAUDE_TOOL, "{'type': 'any'}", True),
        ("anthropic", CLAUDE_TOOL, "{'type': 'auto'}", False),
    ],
)  # fmt: skip
def test_a_tool_that_must_be_called_bounds_the_answer(found, client: str, tools: str, choice: str, known: bool) -> None:
    made = {"openai": "openai.OpenAI().chat.completions.create", "anthropic": "anthropic.Anthropic().messages.create"}[
        client
    ]
    code = f"import {client}\n{made}(model='x', max_tokens=9, messages=[], tools=[{tools}], tool_choice={choice})\n"
    outcome = found(code)
    (call,) = outcome.project.calls
    assert (call.answer is not None) == known
    need = outcome.measures.calls[call.site_id].need
    assert (need.words if need else None) == (("judge {ok}",) if known else None)


def test_a_schema_of_another_module_is_followed(found) -> None:
    files = {
        "shapes.py": "from pydantic import BaseModel\nclass V(BaseModel):\n    ok: bool\n",
        "app.py": "from openai import OpenAI\nfrom shapes import V\n" + CALL.format("V"),
    }
    outcome = found(files)
    (call,) = outcome.project.calls
    need = outcome.measures.calls[call.site_id].need
    assert need is not None
    assert (need.kind, need.words) == ("schema", ("V {ok}",))
    assert need.high is not None
    assert need.high < 20


def test_a_schema_that_refers_to_itself_ends(found) -> None:
    code = "class V(BaseModel):\n    next: Optional['V']\n    other: 'V'\n"
    (call,) = found(HEAD + code + CALL.format("V")).project.calls
    assert call.answer is not None
    assert shape_tokens(call.answer)[1] is None


# --- the table --------------------------------------------------------------------------------------------------------


def test_every_number_has_a_reason() -> None:
    table = tables()
    for unit in (*table.unit.values(), *table.value.values(), table.about):
        assert unit.reason
        assert unit.low <= unit.high


@pytest.mark.parametrize(("text", "value"), [("7", 7), ("1,000", 1000), ("Twelve", 12), ("a single", 1), ("a", 1)])
def test_numbers(text: str, value: int) -> None:
    assert number(text) == value


def test_a_long_text_is_read_in_time() -> None:
    assert lengths("a " * 100_000) == []
    assert lengths("Answer in at most 3 words. " + "one of, " * 20_000)[0].words == "at most 3 words"
