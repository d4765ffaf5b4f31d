"""Ways of single SDKs: what overrides what, what is joined with what, and what nothing but its name tells."""

from __future__ import annotations

import pytest

AGENTS = """
from agents import Agent, ModelSettings, RunConfig, Runner
bot = Agent(name="bot", model="m-1", instructions="You answer questions.", model_settings=ModelSettings(max_tokens=50))
NIGHTLY = RunConfig(model="m-2", model_settings=ModelSettings(max_tokens=300))
BARE = RunConfig(workflow_name="nightly")
"""


@pytest.mark.parametrize(
    ("config", "model", "cap"),
    [("", "m-1", 50), (", run_config=NIGHTLY", "m-2", 300), (", run_config=BARE", "m-1", 50)],
)
@pytest.mark.parametrize("run", ["run_sync", "run_streamed"])
def test_the_configuration_of_a_run_counts_before_the_agent(found, config, model, cap, run) -> None:
    (call,) = found(AGENTS + f"Runner.{run}(bot, 'Hello?'{config})\n").project.calls
    assert (call.model.values, call.cap.value) == ((model,), cap)


LLAMA = """
from llama_index.core import Settings
from llama_index.embeddings.openai import OpenAIEmbedding
from llama_index.llms.openai import OpenAI
Settings.llm = OpenAI(model="m-1")
Settings.embed_model = OpenAIEmbedding(model="m-2")
"""


@pytest.mark.parametrize("method", ["get_text_embedding", "get_text_embedding_batch", "aget_query_embedding"])
def test_what_all_embeddings_are_made_with_is_no_language_model(found, method) -> None:
    (call,) = found(LLAMA + f"Settings.embed_model.{method}('x')\n").project.calls
    assert (call.kind, call.model.values) == ("embedding", ("m-2",))


PIPES = """
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import PromptTemplate
from langchain_openai import ChatOpenAI
TOLD = PromptTemplate.from_template("Rewrite this headline so that it says what happened: {headline}")
"""


@pytest.mark.parametrize(
    "chain",
    ["TOLD.pipe(ChatOpenAI(model='m-1')).pipe(StrOutputParser())", "TOLD.pipe(ChatOpenAI(model='m-1'), StrOutputParser())",
     "(TOLD | ChatOpenAI(model='m-1')).pipe(StrOutputParser())"],
)  # fmt: skip
def test_runnables_may_be_joined_by_a_method(found, chain) -> None:
    project = found(PIPES + f"def chain():\n    return {chain}\nchain().invoke({{'headline': 'x'}})\n").project
    (call,) = project.calls
    assert call.model.values == ("m-1",)
    assert [prompt.form for prompt in project.prompts] == ["langchain"]


ELL = """
from functools import partial
import ell
smart = partial(ell.simple, model="m-1", max_tokens=600)
"""


@pytest.mark.parametrize(("given", "cap"), [("", 600), ("max_tokens=9", 9)])
@pytest.mark.parametrize("apart", [False, True])
def test_a_decorator_may_be_bound_to_its_model(found, given, cap, apart) -> None:
    use = f"@smart({given})\ndef ask(topic):\n    '''You write questions for a quiz.'''\n    return f'Write one on {{topic}}.'\nask('x')\n"
    files = {"lmp.py": ELL, "app.py": "from lmp import smart\n" + use} if apart else ELL + use
    project = found(files).project
    assert [(c.sdk, c.model.values, c.cap.value) for c in project.calls] == [("ell", ("m-1",), cap)]
    assert len(project.prompts) == 2


def test_a_pipeline_may_be_made_when_it_is_first_used(found) -> None:
    text = "from transformers import pipeline\nclass Shortener:\n    def __init__(self):\n        self._pipe = None\n    @property\n"
    text += "    def pipe(self):\n        if self._pipe is None:\n            self._pipe = pipeline('text-generation', model='m-1')\n"
    text += (
        "        return self._pipe\n    def shorten(self, talk):\n        return self.pipe(talk, max_new_tokens=48)\n"
    )
    (call,) = found(text).project.calls
    assert (call.callee, call.model.values, call.cap.value) == ("self.pipe", ("m-1",), 48)


UNTYPED = {
    "anthropic": "def submit(client, entries):\n    return client.messages.batches.create(requests=entries)\n",
    "mistral": "class Gateway:\n    def __init__(self, mistral):\n        self.mistral = mistral\n    async def text(self, talk, **more):\n"
    "        return await self.mistral.chat.complete_async(messages=talk, **more)\n",
}


@pytest.mark.parametrize("sdk", UNTYPED)
def test_the_way_to_a_method_may_leave_no_doubt(found, sdk) -> None:
    assert [call.sdk for call in found(UNTYPED[sdk]).project.calls] == [sdk]


REGISTRY = """
from pydantic_ai import Agent
AGENTS: dict[str, Agent] = {}
def register(name: str, agent: Agent) -> Agent:
    AGENTS[name] = agent
    return agent
register("triage", Agent("m-1", model_settings={"max_tokens": 5}))
register("advisor", Agent("m-2"))
"""


@pytest.mark.parametrize(("key", "model"), [("triage", "m-1"), ("advisor", "m-2")])
def test_an_object_is_the_one_that_was_registered_under_its_name(found, key, model) -> None:
    use = f"from agents_of_ours import AGENTS\nasync def run(text):\n    return await AGENTS['{key}'].run(text)\n"
    (call,) = found({"agents_of_ours.py": REGISTRY, "app.py": use}).project.calls
    assert (call.place.path, call.model.values) == ("app.py", (model,))


RETRIED = """
def with_retry(times):
    def decorate(func):
        def inner(*args, **kwargs):
            for _ in range(times):
                return func(*args, **kwargs)
        return inner
    return decorate
"""
LABELLER = """
import openai
from retrying_of_ours import with_retry
class Labeller:
    def __init__(self, client: openai.OpenAI):
        self.create = with_retry(3)(client.chat.completions.create)
    def label(self, talk):
        return self.create(model="m-1", messages=talk, max_tokens=1)
"""


def test_a_function_made_round_another_sends_nothing_by_itself(found) -> None:
    files = {"retrying_of_ours.py": RETRIED, "label.py": LABELLER, "app.py": "from label import Labeller\nimport openai\n"
             "Labeller(openai.OpenAI()).label([])\n"}  # fmt: skip
    (call,) = found(files).project.calls
    assert (call.place.path, call.model.values, call.cap.value) == ("label.py", ("m-1",), 1)


def test_a_constant_may_be_what_a_function_takes_by_default(found) -> None:
    text = "from openai import OpenAI\nUSUAL = 'small'\ndef model(size=USUAL):\n    if size == 'large':\n        return 'm-2'\n"
    text += "    return 'm-1'\nOpenAI().chat.completions.create(model=model(), messages=[])\n"
    (call,) = found(text).project.calls
    assert call.model.values == ("m-1",)


WITHIN = """
import dspy
BIG, SMALL = dspy.LM("m-1", max_tokens=900), dspy.LM("m-2", max_tokens=90)
dspy.configure(lm=BIG)
qa = dspy.Predict("q -> a")
"""


def test_a_with_sets_the_model_of_what_stands_in_it(found) -> None:
    text = WITHIN + "qa(q='a')\nwith dspy.context(lm=SMALL):\n    qa(q='b')\nqa(q='c')\n"
    calls = found(text).project.calls
    assert [(call.model.values, call.cap.value) for call in calls] == [(("m-1",), 900), (("m-2",), 90), (("m-1",), 900)]


def test_the_innermost_with_counts(found) -> None:
    text = WITHIN + "with dspy.context(lm=SMALL):\n    with dspy.context(lm=dspy.LM('m-3')):\n        qa(q='b')\n"
    (call,) = found(text).project.calls
    assert call.model.values == ("m-3",)


def test_a_with_that_is_passed_its_model_asks_that_of_its_callers(found) -> None:
    text = WITHIN + "def ask(lm, q):\n    with dspy.context(lm=lm):\n        return qa(q=q)\nask(SMALL, 'a')\n"
    (caller,) = found(text).project.callers
    assert (caller.model.values, caller.cap.value) == (("m-2",), 90)


def test_a_function_that_a_with_may_call_has_one_of_two_models(found) -> None:
    text = WITHIN + "def ask(q):\n    return qa(q=q)\nask('a')\nwith dspy.context(lm=SMALL):\n    ask('b')\n"
    (call,) = found(text).project.calls
    assert not call.model.values


def test_a_file_that_sets_its_own_model_asks_no_other(found) -> None:
    other = "import dspy\ndspy.configure(lm=dspy.LM('m-9'))\ndspy.Predict('q -> a')(q='x')\n"
    calls = found({"one.py": WITHIN + "qa(q='a')\n", "two.py": other}).project.calls
    assert [call.model.values for call in calls] == [("m-1",), ("m-9",)]


@pytest.mark.parametrize("entered", ["OpenaiChatModel('m-1', max_tokens=9)", "MODEL"])
def test_a_model_that_a_with_enters_answers_what_stands_in_it(found, entered) -> None:
    text = f"""
from magentic import OpenaiChatModel, prompt
MODEL = OpenaiChatModel("m-1", max_tokens=9)
@prompt("Say hello to {{name}} in one short line.")
def hello(name: str) -> str: ...
with {entered}:
    hello("Ann")
hello("Bob")
"""
    inside, outside = found(text).project.calls
    assert (inside.model.values, inside.cap.value) == (("m-1",), 9)
    assert not outside.model.values


@pytest.mark.parametrize("entered", ["LLMConfig(api_type='openai', model='m-1', max_tokens=9)", "CONFIG"])
def test_an_agent_is_configured_by_the_with_it_is_made_in(found, entered) -> None:
    text = f"""
from autogen import ConversableAgent, LLMConfig
CONFIG = LLMConfig(api_type="openai", model="m-1", max_tokens=9)
with {entered}:
    bot = ConversableAgent("bot", system_message="You answer in rhymes.")
bot.generate_reply(messages=[{{"role": "user", "content": "Who?"}}])
other = ConversableAgent("other")
other.generate_reply(messages=[{{"role": "user", "content": "Who?"}}])
"""
    inside, outside = found(text).project.calls
    assert (inside.model.values, inside.cap.value) == (("m-1",), 9)
    assert not outside.model.values


ADDED = {
    "to a name": "lm = models.OpenAI('m-1')\nlm += 'Which way to the old harbour?'\nlm += gen('a', max_tokens=9)\n",
    "in a sum": "lm = models.OpenAI('m-1')\nout = lm + 'Which way to the old harbour?' + gen('a', max_tokens=9)\n",
    "in a text": "lm = models.OpenAI('m-1')\nlm += f\"Which way to the old harbour? {gen('a', max_tokens=9)}\"\n",
    "where it is returned": "def ask(lm: models.Model):\n    return lm + 'Which way to the old harbour?' + gen('a', max_tokens=9)\n"
    "ask(models.OpenAI('m-1'))\n",
    "to what was passed": "def ask(lm):\n    lm += 'Which way to the old harbour?' + gen('a', max_tokens=9)\n    return lm\nask(models.OpenAI('m-1'))\n",
}  # fmt: skip


@pytest.mark.parametrize("program", ADDED.values(), ids=ADDED)
def test_an_answer_is_of_the_model_that_it_is_added_to(found, program) -> None:
    project = found("from guidance import gen, models\n" + program).project
    (call,) = project.calls
    models = {value for one in (call, *project.callers) for value in one.model.values}
    assert (call.sdk, call.cap.value, models) == ("guidance", 9, {"m-1"})


STREAMED = {
    "a chat session": "import google.generativeai as genai\nchat = genai.GenerativeModel('m-1').start_chat()\nchat.send_message('Hello?', stream=True)\n",
    "cerebras": "from cerebras.cloud.sdk import Cerebras\nCerebras().chat.completions.create(model='m-1', messages=[], stream=True)\n",
    "portkey": "from portkey_ai import Portkey\nPortkey().chat.completions.create(model='m-1', messages=[], stream=True)\n",
}  # fmt: skip


@pytest.mark.parametrize("program", STREAMED.values(), ids=STREAMED)
def test_an_answer_may_come_piece_by_piece(found, program) -> None:
    (call,) = found(program).project.calls
    assert call.stream


KERNEL = """
from semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion, OpenAIChatPromptExecutionSettings
class Short(OpenAIChatPromptExecutionSettings):
    temperature: float | None = 0.2
    max_tokens: int | None = 65
class Spoken(Short):
    def __init__(self, words):
        super().__init__(max_tokens=words)
service = OpenAIChatCompletion(ai_model_id="m-1")
async def ask(history):
    return await service.get_chat_message_content(history, {settings})
"""


@pytest.mark.parametrize(
    ("settings", "cap"), [("Short()", 65), ("Short(max_tokens=5)", 5), ("Spoken(7)", 7), ("Short(**extra)", None)]
)
def test_a_configuration_may_be_of_a_class_of_the_project(found, settings, cap) -> None:
    (call,) = found(KERNEL.replace("{settings}", settings)).project.calls
    assert call.cap.value == cap
