"""Tools and schemas are input: what is counted of them, what is named as not counted, and that a change of them is seen."""

from __future__ import annotations

import json
from decimal import Decimal
from textwrap import dedent

import pytest
from click.testing import CliRunner

from promptlint.cli import cli
from promptlint.facts import Call
from promptlint.money import tokens

ASK = """
    from openai import OpenAI
    from pydantic import BaseModel, Field
    client = OpenAI()
    {before}
    def ask(question):
        return client.chat.completions.create(model="{model}", max_tokens=9, {after},
            messages=[{{"role": "user", "content": question}}])
"""
WEATHER = """{"type": "function", "function": {"name": "weather", "description": "The weather of a town.", "parameters":
    {"type": "object", "properties": {"town": {"type": "string", "description": "Its name"}}, "required": ["town"]}}}"""
SENT = {
    "name": "weather",
    "description": "The weather of a town.",
    "parameters": {"properties": {"town": {"type": "string", "description": "Its name"}}},
}
TICKET = """
    class Kind(str, Enum):
        BUG = "a bug"
    class Person(BaseModel):
        mail: str
    class Ticket(BaseModel):
        '''A ticket of the desk.'''
        _hidden: str = "none"
        title: str = Field(description="What is wrong")
        raw: int = Field(alias="rank")
        kind: Kind
        who: Optional[Person] = None
        also: list["Person"] = []
        state: Literal["open", "shut"]
        note: Annotated[str, Field(description="Anything else")]
"""
WORDS = (
    "A ticket of the desk.", "title", "What is wrong", "rank", "kind", "a bug", "who", "mail", "also", "state", "open",
    "shut", "note", "Anything else",
)  # fmt: skip


@pytest.fixture
def call(found):
    def call(code: str) -> Call:
        outcome = found(dedent(code))
        return next(c for c in outcome.project.calls if c.function == "ask")

    return call


@pytest.fixture
def cost(write, monkeypatch):
    def cost(code: str, *arguments: str):
        monkeypatch.chdir(write(dedent(code)))
        result = CliRunner().invoke(cli, ["cost", "--output-format", "json", *arguments])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)["calls"][0]

    return cost


def asked(after: str, before: str = "", model: str = "gpt-4o") -> str:
    return dedent(ASK).format(before=dedent(before), after=after, model=model)


def basis(row, name: str) -> list[str]:
    return [f"{b['value']} ({b['where']})" for b in row["basis"] if b["input"] == name]


def words(call: Call) -> list[tuple[str, ...] | None]:
    assert call.tools is not None
    return [d.words for d in call.tools.definitions]


# --- what is counted --------------------------------------------------------------------------------------------------


def test_a_plain_function_counts_as_openai_documents(cost) -> None:
    bare = cost(asked("temperature=0"))["input_tokens"][0]
    row = cost(asked("tools=TOOLS", f"TOOLS = [{WEATHER}]"))
    assert row["input_tokens"] == [bare + tokens.tool_tokens([SENT]), None]
    assert basis(row, "definitions among them") == [
        f"{tokens.tool_tokens([SENT])} tokens at least (tool definitions: 1 tool, as OpenAI documents)"
    ]
    assert Decimal(row["usd_per_call"]["low"]) == Decimal("2.5") * row["input_tokens"][0] / 1_000_000


@pytest.mark.parametrize(
    "model", ["gpt-5", "gpt-4.1", "gpt-4o-audio-preview", "claude-sonnet-4-5", "mistral-large-latest"]
)
def test_of_other_models_the_words_are_counted(call, cost, model) -> None:
    said = words(call(asked("tools=TOOLS", f"TOOLS = [{WEATHER}]", model)))
    assert said == [("weather", "The weather of a town.", "town", "string", "Its name")]
    row = cost(asked("tools=TOOLS", f"TOOLS = [{WEATHER}]", model))
    assert "names, descriptions and values of 1 tool" in basis(row, "definitions among them")[0]


def test_what_the_rule_of_openai_does_not_cover_is_counted_by_its_words(cost) -> None:
    nested = WEATHER.replace('"type": "string"', '"type": "array", "items": {"enum": ["Rome", "Oslo"]}')
    row = cost(asked("tools=TOOLS", f"TOOLS = [{nested}]"))
    counted = ("weather", "The weather of a town.", "town", "Its name", "Rome", "Oslo")
    assert basis(row, "definitions among them") == [
        f"{sum(map(tokens.count, counted))} tokens at least (tool definitions: names, descriptions and values of 1 tool)"
    ]


def test_a_class_says_its_fields_their_classes_descriptions_and_values(call) -> None:
    before = "from enum import Enum\nfrom typing import Annotated, Literal, Optional\n" + dedent(TICKET)
    form = call(asked("response_format=Ticket", before)).form
    assert form is not None
    assert (form.name, form.words) == ("Ticket", WORDS)


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        ('{"type": "json_object"}', "no schema"),
        ("None", "no schema"),
        ('{"type": "json_schema", "json_schema": {"name": "T", "schema": {"properties": {"a": {"enum": ["x"]}}}}}', ("a", "x")),
        ('{"type": "json_schema", "json_schema": {"name": "T", "schema": Ticket.model_json_schema()}}', ("mail",)),
        ('{"type": "json_schema", "json_schema": {"name": "T", "schema": made_elsewhere()}}', None),
        ("Ticket.model_json_schema()", ("mail",)),
        ("Ticket if question else None", None),
        ("question", None),
    ],
)  # fmt: skip
def test_schemas_of_answers(call, passed, expected) -> None:
    form = call(asked(f"response_format={passed}", "class Ticket(BaseModel):\n    mail: str\n")).form
    assert (form.words if form is not None else "no schema") == expected


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("[]", "none"),
        ("None", "none"),
        ('[{"type": "web_search"}]', [None]),
        ('[{"type": "web_search_20250305", "name": "web_search"}]', [None]),
        ('[{"name": "a", "description": "b", "input_schema": {"properties": {"c": {"type": "integer"}}}}]', [("a", "b", "c", "integer")]),
        ('[{"name": "a", "description": f"b {client}"}]', [("a", "b ")]),
        ('[pydantic_function_tool(Ticket)]', [("Ticket", "mail")]),
        ("[weather]", [("weather", "The weather.", "town")]),
        ("[weather, *MORE]", [("weather", "The weather.", "town"), ("d", "e")]),
        ("MORE + [weather]", [("d", "e"), ("weather", "The weather.", "town")]),
        ('{"tools": [{"toolSpec": {"name": "a", "inputSchema": {"json": {"properties": {"b": {}}}}}}]}', [("a", "b")]),
        ('[types.Tool(function_declarations=[types.FunctionDeclaration(name="a", description="b")])]', [("a", "b")]),
        ("[made_elsewhere()]", [None]),
    ],
)  # fmt: skip
def test_tools_in_all_their_spellings(call, listed, expected) -> None:
    before = '''
        from google.genai import types
        from openai import pydantic_function_tool
        MORE = [{"name": "d", "description": "e"}]
        class Ticket(BaseModel):
            mail: str
        def weather(context: RunContext, town: str):
            """The weather."""
    '''
    one = call(asked(f"tools={listed}", before))
    assert (words(one) if one.tools is not None else "none") == expected


@pytest.mark.parametrize(
    "docstring",
    [
        "Looks out. \\n\\nOver the roofs.\\nArgs:\\n    town: Where, and\\n      how far\\n    days (int): How long\\nReturns:\\n    The sky.",
        "Looks out.\\nOver the roofs.\\n\\nParameters\\n----------\\ntown: Where, and how far\\ndays: How long\\n\\nRaises\\n------\\nNever",
        "Looks out. Over the roofs.\\n:param town: Where, and how far\\n:param int days: How long\\n:returns: The sky.",
    ],
)
def test_of_a_docstring_what_all_sdks_send_is_counted(call, docstring) -> None:
    before = f"def look(town: str, days: int = 1, *, context: ToolContext = None):\n    '{docstring}'"
    said = words(call(asked("tools=[look]", before)))
    assert said == [("look", "Looks out. Over the roofs. Where, and how far How long", "town", "days")]


@pytest.mark.parametrize(
    ("listed", "known"),
    [("TOOLS if question else None", 0), ("question", 0), ("[t for t in TOOLS if t]", 0), ("picked(TOOLS)", 0)],
)
def test_what_is_decided_at_run_time_is_not_counted(call, cost, listed, known) -> None:
    code = asked(f"tools={listed}", f"TOOLS = [{WEATHER}]")
    tools = call(code).tools
    assert tools is not None
    assert not tools.whole
    assert len(tools.known) == known
    assert basis(cost(code), "not counted") == ["tool definitions (which are sent is decided at run time)"]


def test_tools_that_an_object_is_built_with_are_followed(cost) -> None:
    code = """
        from openai import OpenAI
        def spec(name, **fields):
            return {"type": "function", "function": {"name": name, "parameters": {"properties": fields}}}
        class Chat:
            def __init__(self, tools=None):
                self.tools = tools or []
            def ask(self, question):
                return OpenAI().chat.completions.create(model="gpt-4o", max_tokens=9, tools=self.tools,
                    messages=[{"role": "user", "content": question}])
        def words(question):
            return Chat([spec("look", word={"type": "string"})]).ask(question)
    """
    row = cost(code)
    assert row["function"] == "words"
    sent = {"name": "look", "parameters": {"properties": {"word": {"type": "string"}}}}
    assert basis(row, "definitions among them")[0].startswith(f"{tokens.tool_tokens([sent])} tokens")
    without = code.replace('Chat([spec("look", word={"type": "string"})])', "Chat()")
    assert without != code
    assert not basis(cost(without), "definitions among them") + basis(cost(without), "not counted")


def test_a_schema_that_may_not_be_sent_says_so(cost) -> None:
    row = cost(asked("response_format=Ticket if question else None", "class Ticket(BaseModel):\n    mail: str"))
    assert basis(row, "not counted") == ["schema of the answer (whether it is sent is decided at run time)"]


def test_a_list_that_grows_has_what_is_surely_added_and_one_that_shrinks_is_not_known(call) -> None:
    grown = asked(
        "tools=TOOLS", 'TOOLS = [{"name": "a", "description": "b"}]\nTOOLS.append({"name": "c", "description": "d"})'
    )
    assert words(call(grown)) == [("a", "b"), ("c", "d")]
    tools = call(asked("tools=TOOLS", 'TOOLS = [{"name": "a", "description": "b"}]\nTOOLS.pop()')).tools
    assert tools is not None
    assert not tools.known
    assert not tools.whole


@pytest.mark.parametrize(
    ("model", "counted"),
    [("gpt-4o", True), ("gemini/gemini-2.5-flash", True), ("claude-sonnet-4-5", False), ("groq/llama-3.1-8b-instant", False)],
)  # fmt: skip
def test_a_schema_counts_where_its_provider_is_known_to_count_it(cost, model, counted) -> None:
    code = f"""
        import litellm
        from pydantic import BaseModel
        class Ticket(BaseModel):
            mail: str
        def ask(question):
            return litellm.completion(model="{model}", max_tokens=9, response_format=Ticket,
                messages=[{{"role": "user", "content": question}}])
    """
    row = cost(code)
    assert bool(basis(row, "definitions among them")) is counted
    why = ["schema Ticket (it is not known that its provider counts it as input)"]
    assert basis(row, "not counted") == ([] if counted else why)


@pytest.mark.parametrize(
    "call_",
    [
        "ChatOpenAI(model='gpt-4o').bind_tools([look]).invoke(question)",
        "ChatOpenAI(model='gpt-4o').with_structured_output(Ticket).invoke(question)",
        "instructor.from_openai(OpenAI()).chat.completions.create(model='gpt-4o', messages=[], response_model=Ticket)",
        "genai.Client().models.generate_content(model='gemini-2.5-flash', contents=question, config={'tools': [look]})",
        "genai.Client().models.generate_content(model='gemini-2.5-flash', contents=question,"
        " config=types.GenerateContentConfig(response_schema=Ticket))",
        "Runner.run_sync(Agent(name='x', instructions='Help.', tools=[look], model='gpt-4o'), question)",
        "OpenAI().responses.parse(model='gpt-4o', input=question, text_format=Ticket)",
        "OpenAI().responses.create(model='gpt-4o', input=question, tools=[{'type': 'function', 'name': 'look'}])",
    ],
)
def test_every_sdk_sends_them(cost, call_) -> None:
    code = f'''
        import instructor
        from agents import Agent, Runner
        from google import genai
        from google.genai import types
        from langchain_openai import ChatOpenAI
        from openai import OpenAI
        from pydantic import BaseModel
        class Ticket(BaseModel):
            mail: str
        def look(town: str):
            """Looks out."""
        def ask(question):
            return {call_}
    '''
    assert basis(cost(code), "definitions among them")


# --- ranges -----------------------------------------------------------------------------------------------------------


def test_nothing_is_exact_where_a_provider_words_what_is_sent(cost) -> None:
    code = """
        from openai import OpenAI
        from pydantic import BaseModel
        class Answer(BaseModel):
            ok: bool
        def ask():
            return OpenAI().chat.completions.parse(model="gpt-4o", max_tokens=9, messages=[{"role": "user", "content": "Ok?"}],
                response_format=Answer)
    """
    assert cost(code)["input_tokens"][1] is None


def test_an_average_that_was_said_leaves_the_wording_open_and_one_of_this_call_does_not(cost, write) -> None:
    code = asked("tools=TOOLS", f"TOOLS = [{WEATHER}]")
    write({"promptlint.toml": "[traffic]\ninput-tokens = 100\n"})
    row = cost(code)
    assert row["input_tokens"][1] is None
    write({"promptlint.toml": f"[traffic.sites]\n{row['site_id']} = {{ input-tokens = 100 }}\n"})
    again = cost(code)
    assert again["input_tokens"] == [row["input_tokens"][0], row["input_tokens"][0]]


# --- changes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "what", "said"),
    [
        ("question", "question", [], ""),
        ("Its name", "Its name as on a map", ["tools"], "tools 1: ≥36 → ≥40 tokens"),
        ("Its name", "Our name", [], ""),
        ("TOOLS = [", "TOOLS = [{'name': 'look'}, ", ["tools"], "tools 1 → 2: ≥36 → ≥45 tokens"),
        ("TOOLS = [", "TOOLS = [{'type': 'web_search'}, ", ["tools"], "tools 1 → 2: ≥36 → ≥36 tokens"),
        ("tools=TOOLS, ", "", ["tools"], "tools 1 → 0: ≥36 → 0 tokens"),
        ("mail: str", "mail: str; town: str", ["schema"], "schema Ticket: ≥1 → ≥2 tokens"),
        ("response_format=Ticket", "temperature=0", ["schema"], "schema Ticket → none: ≥1 → 0 tokens"),
        ("gpt-4o", "gpt-4.1", ["model"], "model gpt-4o → gpt-4.1"),
        ("gpt-4o", "gpt-4o-mini", ["model"], "model gpt-4o → gpt-4o-mini"),
    ],
)
def test_a_change_of_definitions_is_told_and_nothing_else_is(write, monkeypatch, old, new, what, said) -> None:
    code = asked("tools=TOOLS, response_format=Ticket", f"TOOLS = [{WEATHER}]\nclass Ticket(BaseModel):\n    mail: str")
    assert old in code
    monkeypatch.chdir(write(code))
    runner = CliRunner()
    assert runner.invoke(cli, ["cost", "--output-format", "json", "-o", "base.json"]).exit_code == 0
    write(code.replace(old, new))
    result = runner.invoke(cli, ["cost", "--compare-to", "base.json", "--output-format", "json"])
    changes = json.loads(result.stdout)["changes"]
    assert [name for change in changes for name in change["what"]] == what
    assert said in runner.invoke(cli, ["cost", "--compare-to", "base.json"]).output
    for change in changes if what in (["tools"], ["schema"]) else ():
        before, after = (change[side]["static_input_tokens"] for side in ("before", "after"))
        assert change["delta"]["input_tokens"] == after - before
        assert Decimal(change["delta"]["usd_per_1000_calls"]) == Decimal("2.5") * (after - before) / 1000
