"""Who calls a wrapper, however it is handed on; the loops around it; who waits for the answer."""

from __future__ import annotations

from textwrap import dedent

import pytest

HEAD = "from openai import OpenAI\nclient = OpenAI()\n"
SORT = """
def classify(text, cap=2):
    return client.chat.completions.create(model="gpt-4o-mini", max_tokens=cap, messages=[{"role": "user", "content": f"Spam? {text}"}])
"""


def rows(outcome):
    return [(c.callee, c.loop, c.cap.value) for c in outcome.project.callers]


HANDED_ON = {
    "map of a pool": ("def run(pool, texts):\n    return list(pool.map(classify, texts))\n", ("classify", "map", 2)),
    "the builtin map": ("out = list(map(classify, open('mails')))\n", ("classify", "map", 2)),
    "starmap": ("def run(pool, pairs):\n    pool.starmap(classify, pairs)\n", ("classify", "map", None)),
    "submit in a comprehension": (
        "def run(ex, texts):\n    return [ex.submit(classify, t, 5) for t in texts]\n",
        ("classify", "comprehension", 5),
    ),
    "a thread": (
        "import asyncio\nasync def run(t):\n    await asyncio.to_thread(classify, t, cap=7)\n",
        ("classify", None, 7),
    ),
    "an executor": ("def run(loop, t):\n    loop.run_in_executor(None, classify, t, 4)\n", ("classify", None, 4)),
    "a Thread object": (
        "from threading import Thread\ndef run(t):\n    Thread(target=classify, args=(t, 3)).start()\n",
        ("classify", None, 3),
    ),
    "a pool's apply": ("def run(pool, t):\n    pool.apply(classify, (t, 3))\n", ("classify", None, 3)),
    "a column": ("def run(frame):\n    frame['x'] = frame['y'].apply(classify)\n", ("classify", "map", 2)),
    "a lambda for each element": (
        "def run(frame):\n    frame['x'] = frame['y'].map(lambda y: classify(y, 6))\n",
        ("classify", "map", 6),
    ),
    "gather of a map": (
        "import asyncio\nasync def run(texts):\n    await asyncio.gather(*map(classify, texts))\n",
        ("classify", "gather", 2),
    ),
    "a partial": (
        "from functools import partial\nshort = partial(classify, cap=1)\nshort('Buy now')\n",
        ("short", None, 1),
    ),
    "a partial that is mapped": (
        "from functools import partial\ndef run(pool, texts):\n    pool.map(partial(classify, cap=1), texts)\n",
        ("partial(…)", "map", 1),
    ),
    "another name": ("ask = classify\nask('Buy now', 8)\n", ("ask", None, 8)),
    "a task": ("def run(t):\n    classify.delay(t, cap=9)\n", ("classify", None, 9)),
    "a task with its arguments in a list": (
        "def run(t):\n    classify.apply_async(args=(t, 9))\n",
        ("classify", None, 9),
    ),
    "an asynchronous form": (
        "from asgiref.sync import sync_to_async\nasync def run(t):\n    await sync_to_async(classify)(t, 9)\n",
        ("sync_to_async(classify)", None, 9),
    ),
    "a parameter's default": (
        "def each(docs, call=classify):\n    return [call(d) for d in docs]\n",
        ("call", "comprehension", 2),
    ),
    "a retry": (
        "from retry.api import retry_call\ndef run(t):\n    retry_call(classify, fargs=(t, 3))\n",
        ("classify", "retry", 3),
    ),
}


@pytest.mark.parametrize(("text", "expected"), HANDED_ON.values(), ids=HANDED_ON.keys())
def test_a_wrapper_that_is_handed_on_is_called_there(found, text, expected) -> None:
    assert rows(found(HEAD + SORT + text)) == [expected]


NOT_CALLERS = {
    "a function stored": "HANDLERS = [classify]\n",
    "a function passed to what is not known to run it": "import registry\nregistry.add(classify)\n",
    "another function of that name": "import other\nother.classify('x')\n",
    "a column method without the function": "def run(frame):\n    frame.apply(len)\n",
}


@pytest.mark.parametrize("text", NOT_CALLERS.values(), ids=NOT_CALLERS.keys())
def test_not_a_caller(found, text) -> None:
    assert rows(found(HEAD + SORT + text)) == []


def test_methods_made_by_partialmethod_are_called_with_its_arguments(found) -> None:
    outcome = found(
        HEAD
        + """
from functools import partialmethod
class Bot:
    def _ask(self, model, prompt, cap=100):
        return client.chat.completions.create(model=model, max_tokens=cap, messages=[{"role": "user", "content": prompt}])
    small = partialmethod(_ask, "gpt-4o-mini")
    large = partialmethod(_ask, "gpt-4o", cap=4000)
bot = Bot()
bot.small("Name a colour.")
bot.large("Explain general relativity.")
"""
    )
    assert [(c.callee, c.model.values, c.cap.value) for c in outcome.project.callers] == [
        ("bot.small", ("gpt-4o-mini",), 100),
        ("bot.large", ("gpt-4o",), 4000),
    ]


def test_a_call_of_one_of_several_functions_is_one_caller(found) -> None:
    outcome = found(
        HEAD
        + """
def large(prompt, cap):
    return client.chat.completions.create(model="gpt-4o", max_tokens=cap, messages=[{"role": "user", "content": prompt}])
def small(prompt, cap):
    return client.chat.completions.create(model="gpt-4o-mini", max_tokens=cap, messages=[{"role": "user", "content": prompt}])
SIZES = {"large": large, "small": small}
def ask(size, text):
    return SIZES[size](f"Fix the grammar: {text}", 300)
def quick(text):
    ask = SIZES["small"]
    return ask(f"Fix the grammar: {text}", 200)
"""
    )
    assert [(c.callee, c.model.values, c.cap.value) for c in outcome.project.callers] == [
        ("SIZES[size]", ("gpt-4o", "gpt-4o-mini"), 300),
        ("ask", ("gpt-4o-mini",), 200),
    ]
    assert [c.callers for c in outcome.project.calls] == [1, 2]


def test_each_request_of_one_function_has_its_caller(found) -> None:
    outcome = found(
        HEAD
        + """
def refine(text):
    draft = client.chat.completions.create(model="gpt-4o-mini", max_tokens=5, messages=[{"role": "user", "content": text}])
    return client.chat.completions.create(model="gpt-4o", max_tokens=6, messages=[{"role": "user", "content": text}])
refine("Write a poem about the sea.")
"""
    )
    assert [c.model.values[0] for c in outcome.project.callers] == ["gpt-4o-mini", "gpt-4o"]


def test_a_lambda_with_a_name_is_a_wrapper(found) -> None:
    call = (
        'client.chat.completions.create(model="gpt-4o", max_tokens=n, messages=[{"role": "user", "content": prompt}])'
    )
    outcome = found(
        HEAD + f"ask = lambda prompt, n=50: {call}\ndef main(city):\n    return ask(f'Weather in {{city}}?', 75)\n"
    )
    assert rows(outcome) == [("ask", None, 75)]


def test_a_lambda_that_is_mapped_is_no_wrapper_but_a_loop(found) -> None:
    call = 'client.chat.completions.create(model="gpt-4o", max_tokens=5, messages=[{"role": "user", "content": x}])'
    outcome = found(HEAD + f"def run(xs):\n    return list(map(lambda x: {call}, xs))\n")
    assert rows(outcome) == []
    assert [c.loop for c in outcome.project.calls] == ["map"]


def test_a_function_that_calls_itself_is_called_from_outside(found) -> None:
    outcome = found(
        HEAD
        + """
def summarize(text, limit=3000):
    if len(text) > limit:
        text = summarize(text[:limit], limit) + summarize(text[limit:], limit)
    return client.chat.completions.create(model="gpt-4o", max_tokens=9, messages=[{"role": "user", "content": text}])
def main():
    print(summarize(open("book").read()))
"""
    )
    assert [(c.function, c.callee) for c in outcome.project.callers] == [("main", "summarize")]


LOOPS = {
    "an agent: the messages grow in the loop": (
        """
        def run(task, tools):
            messages = [{"role": "user", "content": task}]
            for _ in range(10):
                answer = client.chat.completions.create(model="gpt-4o", tools=tools, messages=messages)
                messages.append(answer.choices[0].message)
        """,
        "agent",
    ),
    "an agent: the messages are built anew": (
        """
        def run(messages, tools):
            while True:
                answer = client.chat.completions.create(model="gpt-4o", tools=tools, messages=messages)
                messages = [*messages, answer.choices[0].message]
        """,
        "agent",
    ),
    "tools without a growing conversation": (
        """
        def run(tasks, tools):
            for task in tasks:
                client.chat.completions.create(model="gpt-4o", tools=tools, messages=[{"role": "user", "content": task}])
        """,
        "for",
    ),
    "a chat without tools": (
        """
        def run(messages):
            while True:
                messages.append(client.chat.completions.create(model="gpt-4o", messages=messages))
        """,
        "while",
    ),
    "attempts of tenacity": (
        """
        from tenacity import Retrying
        def ask(text):
            for attempt in Retrying():
                with attempt:
                    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
        """,
        "retry",
    ),
    "attempts of tenacity under a name": (
        """
        from tenacity import AsyncRetrying
        async def ask(text):
            retrying = AsyncRetrying()
            async for attempt in retrying:
                with attempt:
                    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
        """,
        "retry",
    ),
    "until the answer is good": (
        """
        import backoff
        @backoff.on_predicate(backoff.expo, max_tries=3)
        def ask(text):
            return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
        """,
        "retry",
    ),
    "a handler that goes on before the result is returned": (
        """
        def ask(text):
            for attempt in range(3):
                try:
                    answer = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
                except Exception:
                    continue
                return answer
        """,
        "retry",
    ),
    "a result returned in else": (
        """
        def ask(text):
            for attempt in range(3):
                try:
                    answer = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
                except Exception:
                    pass
                else:
                    return answer
        """,
        "retry",
    ),
    "a function that calls itself with one attempt less": (
        """
        def ask(text, retries=3):
            try:
                return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
            except Exception:
                return ask(text, retries - 1)
        """,
        "retry",
    ),
    "a handler that goes on with the next element": (
        """
        def ask(texts):
            for text in texts:
                try:
                    client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
                except Exception:
                    continue
        """,
        "for",
    ),
}


@pytest.mark.parametrize(("text", "loop"), LOOPS.values(), ids=LOOPS.keys())
def test_the_loop_of_a_call(found, text, loop) -> None:
    assert [c.loop for c in found(HEAD + dedent(text)).project.calls] == [loop]


def test_a_loop_round_a_caller_of_a_caller_is_found_in_another_file(found) -> None:
    outcome = found(
        {
            "labeler.py": HEAD + SORT + "def label_file(path):\n    return classify(open(path).read())\n",
            "batch.py": "from labeler import label_file\nfor path in open('list'):\n    label_file(path)\n",
        }
    )
    assert outcome.project.calls[0].caller_loop.path == "batch.py"


def test_a_site_knows_what_all_its_callers_say(found) -> None:
    outcome = found(
        HEAD
        + """
def send(**options):
    return client.chat.completions.create(messages=[], **options)
send(model="gpt-4o", max_tokens=9)
send(model="gpt-4o-mini")
"""
    )
    call = outcome.project.calls[0]
    assert (call.model.values, call.model.basis, call.cap.state) == (("gpt-4o", "gpt-4o-mini"), "default", "dynamic")


def test_a_site_stays_unknown_when_one_caller_is(found) -> None:
    outcome = found(
        HEAD
        + """
def send(**options):
    return client.chat.completions.create(messages=[], **options)
def run(name):
    send(model="gpt-4o")
    send(model=name)
"""
    )
    assert outcome.project.calls[0].model.values == ()


ANSWER = (
    HEAD
    + "def answer(text):\n    return client.chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': text}])\n"
)
WAITS = {
    "called by a route": (
        "from flask import Flask\napp = Flask('x')\n@app.route('/')\ndef ask():\n    return answer('Hi')\n",
        "yes",
    ),
    "called by what a route calls": (
        "from fastapi import FastAPI\napp = FastAPI()\ndef help():\n    return answer('Hi')\n@app.post('/')\ndef ask():\n    return help()\n",
        "yes",
    ),
    "shown by gradio": ("import gradio as gr\ngr.Interface(fn=answer, inputs='text').launch()\n", "yes"),
    "behind a button": (
        "import gradio as gr\nwith gr.Blocks() as demo:\n    b = gr.Button()\n    b.click(answer, b, b)\n",
        "yes",
    ),
    "a command of a bot": (
        "from telegram.ext import CommandHandler\ndef setup(app):\n    app.add_handler(CommandHandler('a', answer))\n",
        "yes",
    ),
    "a view class": (
        "from rest_framework.views import APIView\nclass Ask(APIView):\n    def post(self, request):\n        return answer('Hi')\n",
        "yes",
    ),
    "a chat on the terminal": ("def main():\n    while True:\n        print(answer(input('> ')))\n", "yes"),
    "an input for a key elsewhere": (
        "def key():\n    return input('API key: ')\ndef main():\n    for line in open('x'):\n        answer(line)\nif __name__ == '__main__':\n    main()\n",
        "no",
    ),
    "a question in another function": (
        "def other():\n    return input('Name: ')\ndef main():\n    answer('x')\nif __name__ == '__main__':\n    main()\n",
        "no",
    ),
    "a celery task": ("from celery import shared_task\n@shared_task\ndef job(t):\n    return answer(t)\n", "no"),
    "a scheduled job": ("def plan(scheduler):\n    scheduler.add_job(answer, 'cron')\n", "no"),
    "an airflow operator": (
        "from airflow.operators.python import PythonOperator\nPythonOperator(task_id='a', python_callable=answer)\n",
        "no",
    ),
    "a command of django": (
        "from django.core.management.base import BaseCommand\nclass Command(BaseCommand):\n"
        "    def handle(self, *args, **options):\n        answer('Hi')\n",
        "no",
    ),
    "an operator of airflow": (
        "from airflow.models import BaseOperator\nclass Ask(BaseOperator):\n    def execute(self, context):\n        answer('Hi')\n",
        "no",
    ),
    "a tool of an agent that its file tries out": (
        "from agency_swarm.tools import BaseTool\nclass Write(BaseTool):\n    def run(self):\n        return answer('Hi')\n"
        "if __name__ == '__main__':\n    Write().run()\n",
        "unclear",
    ),
    "a record that its file tries out": (
        "from pydantic import BaseModel\nclass Write(BaseModel):\n    def run(self):\n        return answer('Hi')\n"
        "if __name__ == '__main__':\n    Write().run()\n",
        "no",
    ),
    "a script": ("for line in open('x'):\n    answer(line)\n", "no"),
    "a route and a job": (
        "from flask import Flask\nfrom celery import shared_task\napp = Flask('x')\n@shared_task\ndef job(t):\n    answer(t)\n@app.route('/')\ndef ask():\n    answer('Hi')\n",
        "yes",
    ),
    "nothing in sight": ("", "unclear"),
    "a library function": ("def help(text):\n    return answer(text)\n", "unclear"),
    "a command of a command line": ("import click\n@click.command()\ndef main():\n    answer('Hi')\n", "unclear"),
}


@pytest.mark.parametrize(("text", "waits"), WAITS.values(), ids=WAITS.keys())
def test_who_waits(found, text, waits) -> None:
    assert found(ANSWER + text).project.calls[0].waits == waits


def test_a_test_says_nothing_of_who_waits(found) -> None:
    outcome = found(
        {"app.py": ANSWER, "tests/test_app.py": "from app import answer\ndef test_it():\n    answer('Hi')\n"}
    )
    assert outcome.project.calls[0].waits == "unclear"


def test_an_object_that_can_be_called_is_a_wrapper(found) -> None:
    outcome = found(
        HEAD
        + """
class Classifier:
    def __call__(self, text, cap=2):
        return client.chat.completions.create(model="gpt-4o", max_tokens=cap, messages=[{"role": "user", "content": text}])
classify = Classifier()
def run(texts):
    return [classify(text, 4) for text in texts]
"""
    )
    assert rows(outcome) == [("classify", "comprehension", 4)]


PASSED_ON = {
    "keywords as they come": (
        "*args, **kwargs",
        "*args, **kwargs",
        "client, question='Name the longest river of the country.', cap=3",
    ),
    "positions as they come": ("*args", "*args", "client, 'Name the longest river of the country.', 3"),
    "a keyword beside": (
        "**kwargs",
        "client=client, **kwargs",
        "question='Name the longest river of the country.', cap=3",
    ),
}


@pytest.mark.parametrize(("takes", "gives", "passed"), PASSED_ON.values(), ids=PASSED_ON.keys())
def test_what_is_passed_on_behind_stars_reaches_the_request(found, takes, gives, passed) -> None:
    outcome = found(
        HEAD
        + f"""
def ask(client, question, cap=5):
    return client.chat.completions.create(model="gpt-4o", max_tokens=cap, messages=[{{"role": "user", "content": question}}])
def again({takes}):
    return ask({gives})
again({passed})
"""
    )
    (caller,) = outcome.project.callers
    assert caller.cap.value == 3
    assert ["".join(s.text for s in p.segments) for p in outcome.project.prompts] == [
        "Name the longest river of the country."
    ]


def test_what_stands_behind_an_unknown_list_is_not_known(found) -> None:
    outcome = found(
        HEAD
        + """
def ask(question, cap=5):
    return client.chat.completions.create(model="gpt-4o", max_tokens=cap, messages=[{"role": "user", "content": question}])
def again(rest):
    return ask(*rest, 7)
"""
    )
    assert [c.cap.state for c in outcome.project.callers] == ["dynamic"]


@pytest.mark.parametrize(
    ("run", "loop"),
    [("list(map(classify, open('mails')))", "map"), ("list(pool.map(worker.classify, rows))", "map"),
     ("pool.submit(classify, row)", None), ("loop.run_in_executor(pool, classify, row)", None)],
)  # fmt: skip
def test_a_file_that_only_hands_the_function_on_is_read(found, run, loop) -> None:
    head = "import worker\n" if "worker." in run else "from worker import classify\n"
    project = found(
        {"worker.py": HEAD + SORT, "job.py": f"{head}def main(pool, loop, row, rows):\n    {run}\n"}
    ).project
    assert [(c.place.path, c.loop) for c in project.callers] == [("job.py", loop)]


INNER = {
    "gathered": ("    return asyncio.gather(*[one(t) for t in texts])\n", "gather"),
    "mapped by a pool": ("    return pool.map(one, texts)\n", "map"),
    "submitted for each": ("    return {pool.submit(one, t): t for t in texts}\n", "comprehension"),
    "tried again": (
        "    for attempt in range(3):\n        try:\n            return one(texts)\n        except Exception:\n            pass\n",
        "retry",
    ),
    "once outside the loop": ("    one(texts[0])\n    return [one(t) for t in texts]\n", None),
    "once": ("    return one(texts)\n", None),
    "handed out": ("    return one\n", None),
}


@pytest.mark.parametrize(("use", "loop"), INNER.values(), ids=INNER)
def test_the_loop_round_an_inner_function_is_round_its_request(found, use, loop) -> None:
    text = "import asyncio\ndef run(pool, texts):\n    def one(text):\n        return client.chat.completions.create("
    text += "model='gpt-4o', messages=[{'role': 'user', 'content': text}])\n"
    (call,) = found(HEAD + text + use).project.calls
    assert call.loop == loop


HANDLERS = """
from openai import OpenAI
client = OpenAI()
def short(text, model):
    return client.responses.create(model=model, max_output_tokens=10, input=text)
def long(text, model):
    return client.responses.create(model=model, max_output_tokens=90, input=text)
HANDLERS = {"short": short, "long": long}
def run(kind, text, model):
    return HANDLERS[kind](text, model)
"""


def test_a_caller_that_says_which_function_is_run_is_no_caller_of_the_others(found) -> None:
    project = found(HANDLERS + "run('short', 'Who?', 'm-1')\nrun('long', 'Why?', 'm-2')\n").project
    assert [(call.function, call.model.values, call.callers) for call in project.calls] == [
        ("short", ("m-1",), 1),
        ("long", ("m-2",), 1),
    ]


def test_what_a_test_asks_with_says_nothing_of_a_wrapper(found) -> None:
    ask = "def ask(model):\n    return client.chat.completions.create(model=model, messages=[])\n"
    files = {"app.py": HEAD + ask, "tests/test_app.py": "from app import ask\nask('any')\n"}
    (call,) = found(files).project.calls
    assert (call.model.values, call.model.reason, call.callers) == ((), "parameter model", 0)
    assert not found(files).project.callers
    (call,) = found({**files, "main.py": "from app import ask\nask('gpt-4o')\n"}).project.calls
    assert (call.model.values, call.callers) == (("gpt-4o",), 1)


def test_a_test_of_a_test_is_a_caller(found) -> None:
    helper = "def ask(model):\n    return client.chat.completions.create(model=model, messages=[])\n"
    files = {"tests/asking.py": HEAD + helper, "tests/test_it.py": "from asking import ask\nask('gpt-4o')\n"}
    (call,) = found(files).project.calls
    assert (call.model.values, call.callers) == (("gpt-4o",), 1)


def test_a_loop_of_a_test_is_none_of_the_program(found) -> None:
    ask = "def ask():\n    return client.chat.completions.create(model='gpt-4o', messages=[])\n"
    test = "from app import ask\ndef test_it():\n    for n in range(9):\n        ask()\n"
    assert found({"app.py": HEAD + ask, "tests/test_app.py": test}).project.calls[0].caller_loop is None
    assert found({"app.py": HEAD + ask, "main.py": test}).project.calls[0].caller_loop is not None


POSTED = """
import requests
class Clients:
    def __init__(self):
        self.base_url = None
def ask(clients, model, text):
    body = {"model": model, "messages": [{"role": "user", "content": text}]}
    return requests.post(f"{clients.base_url}/chat/completions", json=body)
"""
FIXTURE = """
from app import Clients, ask
def test_ask():
    clients = Clients()
    clients.base_url = "https://api.deepseek.com/v1"
    ask(clients, "any", "Hi")
"""


@pytest.mark.parametrize(("path", "sdk"), [("tests/test_app.py", "openai-http"), ("main.py", "deepseek-http")])
def test_an_address_that_a_test_sets_does_not_say_whom_the_program_asks(found, path, sdk) -> None:
    (call,) = found({"app.py": POSTED, path: FIXTURE}).project.calls
    assert call.sdk == sdk


BASE = """
from openai import OpenAI
class Client:
    def name(self):
        raise NotImplementedError
    def ask(self):
        return OpenAI().chat.completions.create(model=self.name(), messages=[])
"""
FAKE = """
from app import Client
class Fake(Client):
    def name(self):
        return "gpt-4o"
"""


@pytest.mark.parametrize(("path", "models"), [("tests/test_app.py", ()), ("real.py", ("gpt-4o",))])
def test_a_class_of_a_test_does_not_stand_for_one_of_the_program(found, path, models) -> None:
    (call,) = found({"app.py": BASE, path: FAKE}).project.calls
    assert call.model.values == models


MADE = """
class Bot:
    def __init__(self, llm):
        self.llm = llm
    def answer(self, text):
        return self.llm.invoke(text)
"""
MAKER = """
from app import Bot
from langchain_openai import ChatOpenAI
Bot(ChatOpenAI(model="gpt-4o")).answer("Hi")
"""


@pytest.mark.parametrize(("path", "models"), [("tests/test_app.py", ()), ("main.py", ("gpt-4o",))])
def test_a_client_that_a_test_passes_is_not_what_the_program_asks(found, path, models) -> None:
    (call,) = found({"app.py": MADE, path: MAKER}).project.calls
    assert call.model.values == models


def test_what_a_test_makes_says_nothing_of_an_object(found) -> None:
    bot = "class Bot:\n    def __init__(self, model):\n        self.model = model\n    def ask(self):\n"
    bot += "        return client.chat.completions.create(model=self.model, messages=[])\n"
    files = {"app.py": HEAD + bot, "test_app.py": "from app import Bot\nBot('any').ask()\n"}
    (call,) = found({**files, "main.py": "from app import Bot\nBot('gpt-4o')\n"}).project.calls
    assert call.model.values == ("gpt-4o",)


HELPER = """
import asyncio
class Scorer:
    async def score(self, lead):
        return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": lead}])
async def gather_limited(fn, items):
    async def one(item):
        return await fn(item)
    return await asyncio.gather(*(one(item) for item in items))
async def main(leads, scorer: Scorer):
    await gather_limited(GIVEN, leads)
"""


@pytest.mark.parametrize("given", ["scorer.score", "Scorer().score", "fn=scorer.score", "items=scorer.score"])
def test_a_method_that_is_handed_to_a_helper_is_called_there(found, given) -> None:
    project = found(
        HEAD + HELPER.replace("GIVEN, leads", f"{given}, items=leads" if "=" not in given else given)
    ).project
    loops = [(c.caller_loop is not None) for c in project.calls]
    assert loops == [given != "items=scorer.score"]


TABLE = "from registry import HANDLERS\ndef run(texts):\n    for text in texts:\n"
LOOKED_UP = {
    "a key": "        HANDLERS[text](text)\n",
    "each value": "        for handler in HANDLERS.values():\n            handler(text)\n",
    "each item": "        for name, handler in HANDLERS.items():\n            handler(text)\n",
    "get": "        HANDLERS.get(text)(text)\n",
}


@pytest.mark.parametrize("use", LOOKED_UP.values(), ids=LOOKED_UP)
@pytest.mark.parametrize("where", ["the same file", "a file between"])
@pytest.mark.parametrize("key", ["'sort'", "Kind.SORT"])
def test_who_imports_a_table_of_functions_may_call_one(found, use, where, key) -> None:
    table = f"from enum import Enum\nclass Kind(Enum):\n    SORT = 1\nHANDLERS = {{{key}: classify}}\n"
    files = {"registry.py": HEAD + SORT + table} if where == "the same file" else {
        "work.py": HEAD + SORT, "registry.py": f"from work import classify\n{table}"
    }  # fmt: skip
    project = found({**files, "job.py": TABLE + use}).project
    assert [(c.place.path, c.loop) for c in project.callers] == [("job.py", "for")]


PASSED_ON = """
class Llm:
    def ask(self, text):
        return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
class Shop:
    def ask(self, text):
        return text
def check(llm, text):
    return llm.ask(text)
"""


@pytest.mark.parametrize(
    ("use", "loop"),
    [
        ("def main(texts):\n    llm = Llm()\n    for text in texts:\n        check(llm, text)\n", True),
        ("def twice(llm, texts):\n    for text in texts:\n        check(llm, text)\ntwice(Llm(), [])\n", True),
        ("def main(texts):\n    for text in texts:\n        check(Shop(), text)\n", False),
        ("def again(llm, text):\n    return check(llm, text) or again(llm, text)\n", False),
    ],
)
def test_what_callers_pass_says_whose_method_is_called(found, use, loop) -> None:
    (call,) = found(HEAD + PASSED_ON + use).project.calls
    assert (call.caller_loop is not None) == loop


def test_an_object_that_is_called_may_be_of_a_subclass(found) -> None:
    text = "class Task:\n    cap = 5\n    def __call__(self, text):\n        return client.chat.completions.create("
    text += "model='gpt-4o', max_tokens=self.cap, messages=[{'role': 'user', 'content': text}])\nclass Minutes(Task):\n    cap = 9\n"
    (caller,) = found(
        HEAD + text + "def run(texts):\n    write = Minutes()\n    for text in texts:\n        write(text)\n"
    ).project.callers
    assert (caller.loop, caller.cap.value) == ("for", 9)


def test_a_decorator_is_no_caller_of_the_method_it_is_given(found) -> None:
    text = "class Llm:\n    def __init__(self):\n        self.ask = cached(self.ask)\n    def ask(self, text):\n"
    text += (
        "        return client.chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': text}])\n"
    )
    text += (
        "def cached(func):\n    def inner(*args, **kwargs):\n        return func(*args, **kwargs)\n    return inner\n"
    )
    assert not found(HEAD + text).project.callers


SORTERS = """
class Sorter:
    def sort(self, text):
        return text
    def sort_all(self, texts):
        return [self.sort(text) for text in texts]
class Asking(Sorter):
    def sort(self, text):
        return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
"""


@pytest.mark.parametrize("use", ["", "def main(texts):\n    return Asking().sort_all(texts)\n"])
def test_a_method_that_a_subclass_replaces_is_called_where_the_base_calls_its_own(found, use) -> None:
    (call,) = found(HEAD + SORTERS + use).project.calls
    assert call.caller_loop_kind == "comprehension"


def test_a_method_with_a_body_of_an_object_that_is_passed_is_its_own(found) -> None:
    text = SORTERS.replace("[self.sort(text) for text in texts]", "texts")
    use = "def main(sorter: Sorter, texts):\n    for text in texts:\n        sorter.sort(text)\n"
    (call,) = found(HEAD + text + use).project.calls
    assert call.caller_loop is None
