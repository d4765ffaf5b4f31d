"""What callers far away say of a call: the object it is made on, the loop round it, and what made the function."""

from __future__ import annotations

import pytest

OPENAI = "from openai import OpenAI\nclient = OpenAI()\n"
ASK = (
    OPENAI
    + "def ask(text):\n    return client.chat.completions.create(model='m-1', max_tokens=4, messages=[{'role': 'user', 'content': text}])\n"
)
READER = (
    "from langchain_core.language_models import BaseChatModel\nfrom langchain_core.prompts import ChatPromptTemplate\n"
    "class Reader:\n    def __init__(self, llm: BaseChatModel):\n        self.llm = llm\n        self.sure = llm.with_retry()\n"
)
MAIN = (
    "from langchain.chat_models import init_chat_model\nfrom reader import Reader\ndef main(notice):\n"
    "    llm = init_chat_model('m-1', max_tokens=6)\n    reader = Reader(llm)\n    reader.read(notice)\n"
)
# How an object that is passed in is asked, in a method that passes on nothing else of its caller.
ASKED = {
    "at once": "return self.llm.invoke('Name a month.')",
    "kept in another form": "return self.sure.invoke('Name a month.')",
    "in a chain": "chain = ChatPromptTemplate.from_template('Name a month, not {m}.') | self.llm\n        return chain.invoke({'m': notice.month()})",
    "of a variable": "model = self.llm.bind(stop=['.'])\n        return model.invoke('Name a month.')",
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_who_makes_an_object_says_the_model_and_the_cap(found, asked) -> None:
    project = found({"reader.py": READER + f"    def read(self, notice):\n        {asked}\n", "main.py": MAIN}).project
    (caller,) = project.callers
    assert (caller.place.path, list(caller.model.values), caller.cap.value) == ("main.py", ["m-1"], 6)


def test_an_object_that_is_made_here_needs_no_caller(found) -> None:
    text = ASK.replace("def ask(text)", "def ask()").replace("'content': text", "'content': 'Name a month.'")
    assert found(text + "ask()\n").project.callers == ()


WRITER = (
    "from anthropic import Anthropic\nclass Writer:\n    MODEL = 'm-1'\n    def __init__(self):\n        self.client = Anthropic()\n"
    "    def write(self, text):\n        return self.client.messages.create(model=self.MODEL, max_tokens=9,\n"
    "            messages=[{'role': 'user', 'content': text}])\n"
)


def test_a_file_that_names_a_subclass_alone_calls_the_methods_of_its_base(found) -> None:
    kinds = "from writer import Writer\nclass Novelist(Writer):\n    MODEL = 'm-2'\n"
    main = "from kinds import Novelist\nfirst, second = Novelist(), 1\nfor text in open('a'):\n    first.write(text)\n"
    project = found({"writer.py": WRITER, "kinds.py": kinds, "main.py": main}).project
    (call,), (caller,) = project.calls, project.callers
    assert (caller.place.path, caller.model.values, call.caller_loop.path) == ("main.py", ("m-2",), "main.py")


HANDED_ON = {
    "at once": "one(self, texts[0])",
    "to a pool": "pool.map(partial(one, self), texts)",
    "to a table": "HANDLERS['one'] = one",
}


@pytest.mark.parametrize("use", HANDED_ON.values(), ids=HANDED_ON)
def test_self_of_a_function_within_a_method_is_the_object_of_the_method(found, use) -> None:
    text = (
        "import openai\nfrom functools import partial\nHANDLERS = {}\nclass Bot:\n    @property\n"
        "    def client(self) -> openai.OpenAI:\n        return openai.OpenAI()\n    def run(self, texts, pool):\n"
        "        def one(self, text):\n            return self.client.beta.threads.runs.create(thread_id=text, assistant_id='a')\n"
    )
    (call,) = found(text + f"        {use}\n").project.calls
    assert call.callee == "self.client.beta.threads.runs.create"


LOOPS = {
    "a while": ("while line := input():\n    ask(line)\n", "while"),
    "a while of a caller's caller": ("def turn(line):\n    return ask(line)\ndef main():\n    while True:\n        turn(input())\n", "while"),
    "a retry": ("import tenacity\n@tenacity.retry\ndef run(line):\n    return ask(line)\n", None),
    "a helper of the project that gathers": (
        "import asyncio\nfrom helper import limited\nasync def one(text):\n    return ask(text)\nasync def main(texts):\n    await limited(one, texts)\n",
        "comprehension",
    ),
    "a helper of the project that runs it once": ("from helper import once\nonce(ask, 'Hi')\n", None),
    "a helper that is given another function": ("from helper import limited\nlimited(print, [])\nask('Hi')\n", None),
}  # fmt: skip
HELPER = (
    "import asyncio\nasync def limited(func, items):\n    async def run(item):\n        return await func(item)\n"
    "    return await asyncio.gather(*(run(i) for i in items))\ndef once(call, item):\n    return call(item)\n"
)


@pytest.mark.parametrize(("text", "kind"), LOOPS.values(), ids=LOOPS)
def test_the_loop_round_a_caller(found, text, kind) -> None:
    (call,) = found({"asking.py": ASK + text, "helper.py": HELPER}).project.calls
    assert call.caller_loop_kind == kind
    assert (call.caller_loop is None) == (kind is None)


OWN_RETRY = (
    "from tenacity import AsyncRetrying, stop_after_attempt\ndef keep_asking(**how):\n    def around(f):\n        tries = AsyncRetrying(**how)\n"
    "        async def run(*args, **kwargs):\n            async for attempt in tries:\n                with attempt:\n"
    "                    return await f(*args, **kwargs)\n        return run\n    return around\n"
)
ON_THE_WAY = {
    "a retry": ("import tenacity\n@tenacity.retry\ndef safe(q):\n    return ask(q)\n", "retry"),
    "attempts": (
        "def safe(q):\n    for attempt in range(3):\n        try:\n            return ask(q)\n        except OSError:\n            continue\n",
        "retry",
    ),
    "a decorator of the project": (OWN_RETRY + "@keep_asking(stop=stop_after_attempt(3))\nasync def safe(q):\n    return ask(q)\n", "retry"),
    "one that tries nothing again": (
        "def told(f):\n    def run(*args):\n        print(args)\n        return f(*args)\n    return run\n@told\ndef safe(q):\n    return ask(q)\n",
        None,
    ),
    "a loop in which a retry stands": (
        "import tenacity\n@tenacity.retry\ndef one(q):\n    return ask(q)\ndef safe(q):\n    return [one(q) for _ in range(9)]\n",
        "comprehension",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "loop"), ON_THE_WAY.values(), ids=ON_THE_WAY)
def test_a_loop_between_the_outermost_caller_and_the_request_is_the_callers(found, text, loop) -> None:
    (caller,) = found(ASK + text + "def main(q):\n    return safe(q)\nmain('Name a month.')\n").project.callers
    assert (caller.callee, caller.loop) == ("main", loop)


def test_a_module_of_a_framework_runs_its_forward(found) -> None:
    project = found(
        {
            "program.py": "import dspy\nclass Triage(dspy.Module):\n    def __init__(self):\n        self.say = dspy.Predict('text -> level')\n"
            "    def forward(self, text):\n        return self.say(text=text)\n",
            "run.py": "from program import Triage\ndef main(rows):\n    program = Triage()\n    for row in rows:\n        program(text=row)\n",
        }
    ).project
    (call,) = project.calls
    assert call.caller_loop is not None
    assert call.caller_loop.path == "run.py"


def test_what_makes_a_function_says_what_it_asks_with(found) -> None:
    project = found(
        OPENAI
        + "def asker(model, system, cap):\n    def ask(text):\n        return client.chat.completions.create(model=model, max_tokens=cap,\n"
        "            messages=[{'role': 'system', 'content': system}, {'role': 'user', 'content': text}])\n    return ask\n"
        "city = asker('m-1', 'Name the city that the text speaks of.', 5)\nday = asker('m-2', 'Plan one day in that city.', 50)\n"
    ).project
    assert [(c.callee, list(c.model.values), c.cap.value) for c in project.callers] == [
        ("asker", ["m-1"], 5),
        ("asker", ["m-2"], 50),
    ]
    assert {p.segments[0].text for p in project.prompts} == {
        "Name the city that the text speaks of.",
        "Plan one day in that city.",
    }


def test_one_of_two_objects_is_asked(found) -> None:
    (caller,) = found(
        OPENAI
        + "class Maker:\n    def __init__(self, model='m-1', limit=600):\n        self.model, self.limit = model, limit\n"
        "    def _call(self, text):\n        return client.chat.completions.create(model=self.model, max_tokens=self.limit, messages=[{'role': 'user', 'content': text}])\n"
        "    def cook(self, items):\n        text = 'Suggest a recipe with ' + items\n        return self._call(text)\n"
        "slow, quick = Maker(), Maker('m-2', limit=250)\ndef run(body):\n    maker = quick if body['quick'] else slow\n    return maker.cook(body['items'])\n"
    ).project.callers
    assert (caller.callee, sorted(caller.model.values), caller.cap.state) == ("maker.cook", ["m-1", "m-2"], "dynamic")


def test_a_crew_is_made_of_what_its_methods_return(found) -> None:
    (call,) = found(
        "from crewai import LLM, Agent, Crew, Task\nfrom crewai.project import CrewBase, agent, crew, task\nfast = LLM(model='m-1', max_tokens=9)\n"
        "@CrewBase\nclass Market:\n    @agent\n    def analyst(self) -> Agent:\n        return Agent(config=self.agents_config['analyst'], llm=fast)\n"
        "    @task\n    def report(self) -> Task:\n        return Task(config=self.tasks_config['report'])\n"
        "    def helper(self) -> Agent:\n        return Agent(role='Helper', llm=LLM(model='m-2'))\n"
        "    @crew\n    def crew(self) -> Crew:\n        return Crew(agents=self.agents, tasks=self.tasks)\nMarket().crew().kickoff(inputs={})\n"
    ).project.calls
    assert (list(call.model.values), call.cap.value) == (["m-1"], 9)


def test_a_comprehension_over_listed_names_takes_their_entries(found) -> None:
    (call,) = found(
        OPENAI
        + "RAW = {'model': 'm-1', 'max_tokens': 640, 'temperature': 0.4}\nSOME = {key: RAW[key] for key in ('max_tokens', 'model')}\n"
        "client.chat.completions.create(messages=[], **SOME)\n"
    ).project.calls
    assert (list(call.model.values), call.cap.value) == (["m-1"], 640)


def test_instructor_speaks_as_anthropic_does(found) -> None:
    (call,) = found(
        "import instructor\nasync def parse(client: instructor.AsyncInstructor, text):\n"
        "    return await client.messages.create_with_completion(model='m-1', max_tokens=8, response_model=int, messages=[])\n"
    ).project.calls
    assert (call.kind, list(call.model.values), call.cap.value) == ("chat", ["m-1"], 8)


AGENTS = {
    "of a table, by a name that is not known": "Runner.run_sync(AGENTS[topic or 'food'], 'x')",
    "of a table that may lack it": "Runner.run_sync(AGENTS.get(topic, AGENTS['rail']), 'x')",
    "of a branch": "Runner.run_sync(AGENTS['food'] if topic else AGENTS['rail'], 'x')",
}


@pytest.mark.parametrize("asked", AGENTS.values(), ids=AGENTS)
def test_a_runner_may_be_given_one_of_several_agents(found, asked) -> None:
    (call,) = found(
        "from agents import Agent, ModelSettings, Runner\nBRIEF = ModelSettings(max_tokens=8)\n"
        "AGENTS = {'food': Agent(name='f', model='m-1', model_settings=BRIEF), 'rail': Agent(name='r', model='m-2', model_settings=BRIEF)}\n"
        f"def run(topic):\n    return {asked}\n"
    ).project.calls
    assert (sorted(call.model.values), call.cap.value) == (["m-1", "m-2"], 8)


def test_a_partial_of_a_class_makes_an_object(found) -> None:
    (call,) = found(
        "from functools import partial\nfrom langchain_openai import ChatOpenAI\nKINDS = {'short': partial(ChatOpenAI, model='m-1', max_tokens=3),\n"
        "    'long': partial(ChatOpenAI, model='m-2', max_tokens=3)}\ndef ask(kind, text):\n    return KINDS[kind](temperature=0).invoke(text)\n"
    ).project.calls
    assert (sorted(call.model.values), call.cap.value) == (["m-1", "m-2"], 3)


def test_a_bound_celery_task_is_an_object_of_its_base(found) -> None:
    (call,) = found(
        {
            "base.py": "from celery import Celery, Task\nfrom huggingface_hub import InferenceClient\napp = Celery()\nclass Asking(Task):\n    @property\n    def client(self):\n        return InferenceClient(model='m-1')\n",
            "tasks.py": "from base import Asking, app\n@app.task(base=Asking, bind=True)\ndef tag(self, text):\n"
            "    return self.client.chat_completion([{'role': 'user', 'content': text}], max_tokens=4)\n",
        }
    ).project.calls
    assert (call.place.path, list(call.model.values)) == ("tasks.py", ["m-1"])


@pytest.mark.parametrize("annotated", [": ChatOpenAI | None", ""])
def test_the_object_there_is_by_default_says_the_cap(found, annotated) -> None:
    (call,) = found(
        "from langchain_openai import ChatOpenAI\nclass Bot:\n"
        f"    def __init__(self, llm{annotated} = None):\n        self.llm = llm or ChatOpenAI(model='m-1', max_tokens=9)\n"
        "    def ask(self):\n        return self.llm.invoke('Name a month.')\n"
    ).project.calls
    assert list(call.model.values) == ["m-1"]
    assert 9 in (call.cap.value, call.cap.fallback)


BATCHES = {
    "a list": "[{'custom_id': 'a', 'params': {'model': 'claude-haiku-4-5', 'max_tokens': 9, 'system': 'Grade the essay from one to six.', 'messages': []}}]",
    "a comprehension": "[Request(custom_id=k, params=one(x)) for k, x in texts.items()]",
    "a list that is added to": "requests",
}


@pytest.mark.parametrize("requests", BATCHES.values(), ids=BATCHES)
def test_the_requests_of_a_batch_say_its_model_and_its_prompts(found, requests) -> None:
    outcome = found(
        "from anthropic import Anthropic\nfrom anthropic.types.messages.batch_create_params import Request\n"
        "def one(text):\n    return {'model': 'claude-haiku-4-5', 'max_tokens': 9, 'system': 'Grade the essay from one to six.',\n"
        "        'messages': [{'role': 'user', 'content': text}]}\n"
        "def run(texts):\n    requests = []\n    for text in texts:\n        requests.append(Request(custom_id=text, params=one(text)))\n"
        f"    return Anthropic().messages.batches.create(requests={requests}).id\n"
    )
    (call,) = outcome.project.calls
    assert (call.kind, list(call.model.values)) == ("batch", ["claude-haiku-4-5"])
    assert [p.segments[0].text for p in outcome.project.prompts] == ["Grade the essay from one to six."]
    assert outcome.measures.calls[call.site_id].static_input_usd is None


@pytest.mark.parametrize(("imported", "waits"), [("BackgroundTasks, FastAPI", "no"), ("FastAPI", "yes")])
def test_nobody_waits_for_a_task_in_the_background(found, imported, waits) -> None:
    (call,) = found(
        ASK
        + f"from fastapi import {imported}\napp = FastAPI()\n@app.post('/coach')\nasync def coach(history: str, background):\n"
        "    background.add_task(ask, history)\n    return 'done'\n"
    ).project.calls
    assert call.waits == waits


ROUTER = (
    "from litellm import Router\nrouter = Router(model_list=[\n    {'model_name': 'triage', 'litellm_params': {'model': 'groq/m-1', 'api_key': KEY}},\n"
    "    {'model_name': 'triage', 'litellm_params': {'model': 'openai/m-2'}},\n    {'model_name': 'other', 'litellm_params': {'model': 'm-3'}},\n])\n"
)


@pytest.mark.parametrize(("name", "models"), [("triage", ["groq/m-1", "openai/m-2"]), ("unheard", ["unheard"])])
def test_a_name_of_a_router_is_the_models_behind_it(found, name, models) -> None:
    (call,) = found(ROUTER + f"router.completion(model='{name}', messages=[], max_tokens=3)\n").project.calls
    assert list(call.model.values) == models
    if len(models) > 1:
        assert all(
            ROUTER[place.span.start : place.span.end] == f"'{m}'"
            for m, place in zip(models, call.model.places, strict=True)
        )


def test_the_keys_of_watsonx_are_constants(found) -> None:
    (call,) = found(
        "from ibm_watsonx_ai.foundation_models import ModelInference\nfrom ibm_watsonx_ai.metanames import GenTextParamsMetaNames as GenParams\n"
        "ModelInference(model_id='m-1', params={GenParams.MAX_NEW_TOKENS: 220, GenParams.DECODING_METHOD: 'greedy'}).generate_text(prompt='x')\n"
    ).project.calls
    assert (list(call.model.values), call.cap.value) == (["m-1"], 220)


def test_an_outlines_model_takes_the_cap_of_its_provider(found) -> None:
    (call,) = found(
        "import openai, outlines\nMODEL = outlines.from_openai(openai.OpenAI(), 'm-1')\nMODEL('x', max_completion_tokens=10)\n"
    ).project.calls
    assert call.cap.value == 10


REGISTRY = {
    "with a name": "HANDLERS = {}\ndef handler(name):\n    def add(fn):\n        HANDLERS[name] = fn\n        return fn\n    return add\n",
    "by its own name": "HANDLERS = {}\ndef handler(fn):\n    HANDLERS[fn.__name__] = fn\n    return fn\n",
}
WORKERS = {
    "looked up": "    task = HANDLERS.get(job['task'])\n        print(task(job['text']))\n",
    "called at once": "    print(HANDLERS[job['task']](job['text']))\n",
}


@pytest.mark.parametrize("worker", WORKERS.values(), ids=WORKERS)
@pytest.mark.parametrize("registry", REGISTRY.values(), ids=REGISTRY)
def test_a_decorator_that_registers_a_function_leads_to_its_callers(found, registry, worker) -> None:
    marked = "@handler('one')\n" if "(name)" in registry else "@handler\n"
    (call,) = found(
        {
            "registry.py": registry,
            "asking.py": "from registry import handler\n" + ASK.replace("def ask", f"{marked}def ask"),
            "worker.py": f"import asking, json, sys\nfrom registry import HANDLERS\ndef main():\n    for line in sys.stdin:\n        job = json.loads(line)\n    {worker}",
        }
    ).project.calls
    assert call.caller_loop is not None
    assert call.caller_loop.path == "worker.py"


def test_each_request_of_a_batch_counts(found) -> None:
    one = "{{'custom_id': '{0}', 'params': {{'model': '{0}', 'max_tokens': 9, 'messages': []}}}}"
    (call,) = found(
        f"from anthropic import Anthropic\nAnthropic().messages.batches.create(requests=[{one.format('m-1')}, {one.format('m-2')}])\n"
    ).project.calls
    assert list(call.model.values) == ["m-1", "m-2"]


def test_a_batch_of_requests_from_elsewhere_may_name_a_model(found) -> None:
    (call,) = found(
        "from anthropic import Anthropic\ndef run(requests):\n    return Anthropic().messages.batches.create(requests=requests)\n"
    ).project.calls
    assert call.model.state == "unknown"


RECORD = """
from dataclasses import dataclass
from anthropic import Anthropic
@dataclass
class Ask:
    system: str
    text: str
    model: str = "claude-3-5-haiku-latest"
    limit: int = 400
class Gateway:
    def __init__(self, client: Anthropic | None = None):
        self._client = client or Anthropic()
    def send(self, ask: Ask):
        return self._client.messages.create(
            model=ask.model, max_tokens=ask.limit, system=ask.system, messages=[{"role": "user", "content": ask.text}]
        )
"""
SERVICE = """
from gateway import Ask, Gateway
MINUTES = "You turn the notes of a meeting into minutes. Use the past tense."
def minutes(gateway: Gateway, notes):
    ask = Ask(MINUTES, notes, model="claude-sonnet-4-20250514", limit=2000)
    return gateway.send(ask)
def reply(gateway: Gateway, letter):
    return gateway.send(Ask(system="You answer letters. Be factual, and never admit liability.", text=letter))
"""


def test_who_hands_over_a_record_says_what_is_asked_for(found) -> None:
    project = found({"gateway.py": RECORD, "service.py": SERVICE}).project
    assert [(list(c.model.values), c.cap.fallback) for c in project.calls] == [(["claude-3-5-haiku-latest"], 400)]
    said = [(list(c.model.values), c.cap.value or c.cap.fallback) for c in project.callers]
    assert said == [(["claude-sonnet-4-20250514"], 2000), (["claude-3-5-haiku-latest"], 400)]
    assert [p.place.path for p in project.prompts] == ["service.py", "service.py"]


def test_an_object_that_is_no_record_says_nothing_of_its_own(found) -> None:
    plain = RECORD.replace(
        "@dataclass\nclass Ask:", "class Ask:\n    def __init__(self, text):\n        self.text = text"
    )
    assert not found({"gateway.py": plain, "service.py": SERVICE}).project.callers


def test_of_a_class_that_everything_derives_from_a_subclass_says_nothing(found) -> None:
    kinds = "from writer import Writer\n" + "".join(f"class Kind{number}(Writer):\n    pass\n" for number in range(60))
    main = "from kinds import Kind7\nKind7().write('Name a river.')\n"
    (call,) = found({"writer.py": WRITER, "kinds.py": kinds, "main.py": main}).project.calls
    assert (call.callee, call.callers) == ("self.client.messages.create", 0)


DEPLOYED = """
from litellm import Router
router = Router(model_list=[
    {"model_name": "cheap", "litellm_params": {"model": "m-1", "max_tokens": 12}},
    {"model_name": "writer", "litellm_params": {"model": "m-2"}},
    {"model_name": "both", "litellm_params": {"model": "m-3", "max_tokens": 7}},
    {"model_name": "both", "litellm_params": {"model": "m-4"}},
])
"""


@pytest.mark.parametrize(
    ("given", "cap"),
    [
        ("model='cheap'", 12),
        ("model='writer'", "none"),
        ("model='cheap', max_tokens=5", 5),
        ("model='both'", "dynamic"),
    ],
)
def test_what_a_router_asks_of_the_models_behind_a_name_counts(found, given, cap) -> None:
    (call,) = found(DEPLOYED + f"router.completion({given}, messages=[])\n").project.calls
    assert (call.cap.value if call.cap.state == "number" else call.cap.state) == cap


def test_who_makes_an_object_says_the_cap_that_it_keeps(found) -> None:
    text = (
        "from openai import OpenAI\nclass Model:\n    def __init__(self, client: OpenAI, name, limit):\n        self.client = client\n"
        "        self.name = name\n        self.limit = limit\n    def answer(self, text):\n"
        "        return self.client.chat.completions.create(model=self.name, max_tokens=self.limit, messages=[{'role': 'user', 'content': text}])\n"
    )
    made = "def build():\n    return Model(OpenAI(), 'm-1', limit={})\n"
    (call,) = found(text + made.format(600)).project.calls
    assert (call.model.values, call.cap.state, call.cap.value) == (("m-1",), "number", 600)
    (call,) = found(text + made.format(600) + made.format(70).replace("build", "other")).project.calls
    assert call.cap.state == "dynamic"


@pytest.mark.parametrize(
    "limit", ["int(os.environ.get('LIMIT') or 700)", "int(limit or '700')", "int(os.getenv('LIMIT', 700))"]
)
def test_a_number_that_is_made_of_what_may_be_left_out(found, limit) -> None:
    text = f"import os\ndef ask(limit=None):\n    return client.chat.completions.create(model='m-1', max_tokens={limit}, messages=[])\n"
    (call,) = found(OPENAI + text).project.calls
    assert call.cap.value == 700 or call.cap.fallback == 700
