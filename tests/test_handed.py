"""SDK functions that are given to functions of the project: which call they make, and when they make none."""

from __future__ import annotations

import pytest

HEAD = "from openai import OpenAI\nclient = OpenAI()\n"
CREATE = "client.chat.completions.create"
LOGGED = """
def logged(func):
    def wrapper(*args, **kwargs):
        print("call")
        return func(*args, **kwargs)
    return wrapper
"""
CASES = {
    "the keywords of a dictionary": (
        f"def run(func, request):\n    return func(**request)\n"
        f"run({CREATE}, {{'model': 'gpt-4o', 'messages': [], 'max_tokens': 5}})\n",
        [(CREATE, ("gpt-4o",), 5, None)],
    ),
    "keywords of its own": (
        "def run(func, text):\n    return func(model='gpt-4o', messages=[text], max_tokens=6)\n"
        f"def ask(text):\n    return run({CREATE}, text)\n",
        [(CREATE, ("gpt-4o",), 6, None)],
    ),
    "keywords that are not known": (
        f"def run(func, request):\n    return func(**request)\ndef ask(request):\n    return run({CREATE}, request)\n",
        [(CREATE, (), None, None)],
    ),
    "the keywords of the call that gives it": (
        "def run(func, *args, **kwargs):\n    return func(*args, **kwargs)\n"
        f"run({CREATE}, model='gpt-4o', messages=[], max_tokens=7)\n",
        [(CREATE, ("gpt-4o",), 7, None)],
    ),
    "a keyword of another name": (
        "async def retried(async_func, *args, **kwargs):\n    return await async_func(*args, **kwargs)\n"
        f"async def ask():\n    return await retried(async_func={CREATE}, model='gpt-4o', messages=[], max_tokens=4)\n",
        [(CREATE, ("gpt-4o",), 4, None)],
    ),
    "one request for each item": (
        "def run(func, texts):\n    return [func(model='gpt-4o', messages=[t], max_tokens=8) for t in texts]\n"
        f"def ask(texts):\n    return run({CREATE}, texts)\n",
        [(CREATE, ("gpt-4o",), 8, "map")],
    ),
    "a function that is made and called at once": (
        "def later(func, request):\n    def run():\n        return func(**request)\n    return run\n"
        f"later({CREATE}, {{'model': 'gpt-4o', 'messages': [], 'max_tokens': 9}})()\n",
        [(CREATE, ("gpt-4o",), 9, None)],
    ),
    "a decorator of the project": (
        LOGGED + f"ask = logged({CREATE})\nask(model='gpt-4o', messages=[], max_tokens=10)\n",
        [("ask", ("gpt-4o",), 10, None)],
    ),
    "a decorator with arguments, kept in an attribute": (
        "def limited(seconds):\n    def decorate(func):\n        def wrapper(*args, **kwargs):\n"
        "            return func(*args, **kwargs)\n        return wrapper\n    return decorate\n"
        f"class Bot:\n    def __init__(self):\n        self.create = limited(2)({CREATE})\n"
        "    def ask(self):\n        return self.create(model='gpt-4o', messages=[], max_tokens=11)\n",
        [("self.create", ("gpt-4o",), 11, None)],
    ),
    "a client whose method is replaced": (
        LOGGED + f"{CREATE} = logged({CREATE})\n",
        [],
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_what_a_function_is_given_is_called_as_it_calls_it(found, text, expected) -> None:
    calls = found(HEAD + text).project.calls
    assert [(c.callee, c.model.values, c.cap.value, c.loop) for c in calls] == expected


def test_keywords_that_are_not_known_may_hold_the_cap(found) -> None:
    (call,) = found(HEAD + CASES["keywords that are not known"][0]).project.calls
    assert call.cap.state in ("dynamic", "unknown")


PASSED_ON = {
    "to a pool, with all that is passed": (
        "def run(f, *args, wait=9, **given):\n    return POOL.submit(f, *args, **given).result(wait)\n",
        "run(client.chat.completions.create, model='m-1', messages=[], max_tokens=3)\n",
        3,
    ),
    "to a pool, with arguments of its own": (
        "def run(f, text):\n    return POOL.submit(f, model='m-1', messages=text, max_tokens=5)\n",
        "run(client.chat.completions.create, [])\n",
        5,
    ),
    "to a thread of a loop, bound": (
        "async def run(f, *args, **given):\n    return await LOOP.run_in_executor(None, functools.partial(f, *args, **given))\n",
        "run(client.chat.completions.create, model='m-1', messages=[], max_tokens=6)\n",
        6,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("function", "use", "cap"), PASSED_ON.values(), ids=PASSED_ON)
def test_a_function_that_hands_on_what_it_is_given_runs_it(found, function, use, cap) -> None:
    (call,) = found(
        f"import functools\nfrom openai import OpenAI\nclient = OpenAI()\n{function}def chat():\n    return {use}"
    ).project.calls
    assert (list(call.model.values), call.cap.value) == (["m-1"], cap)


NOT_RUN = {
    "passed to what is run": "def run(f, x):\n    return POOL.submit(log, f, x)\n",
    "bound to be called later": "def run(f, x):\n    return functools.partial(f, x)\n",
}


@pytest.mark.parametrize("function", NOT_RUN.values(), ids=NOT_RUN)
def test_a_function_that_is_passed_on_is_not_run(found, function) -> None:
    text = f"import functools\nfrom openai import OpenAI\nclient = OpenAI()\n{function}"
    assert not found(text + "client.chat.completions.create = run(client.chat.completions.create, 1)\n").project.calls


INNER = {
    "what the function around it passes": ("    return call(text, 7)\n", 7),
    "one of two": ("    call(text, 7)\n    return call(text, limit)\n", "dynamic"),
    "what others pass, to whom it is returned": ("    return call\n", "dynamic"),
    "what a pool passes": ("    return POOL.map(call, [1, 2])\n", "dynamic"),
}


@pytest.mark.parametrize(("use", "cap"), INNER.values(), ids=INNER)
def test_a_function_inside_another_is_given_what_that_passes(found, use, cap) -> None:
    text = "def ask(text, limit):\n    @cached\n    def call(messages, most=3):\n"
    text += f"        return {CREATE}(model='gpt-4o', messages=messages, max_tokens=most)\n{use}"
    (call,) = found(HEAD + text).project.calls
    assert (call.cap.value if call.cap.state == "number" else call.cap.state) == cap


def test_a_decorator_that_changes_keywords_is_called_with_them(found) -> None:
    text = "def without_none(f):\n    def run(*args, **given):\n        kept = {k: v for k, v in given.items() if v is not None}\n"
    text += f"        return f(*args, **kept)\n    return run\nwithout_none({CREATE})(model='gpt-4o', messages=[], max_tokens=8)\n"
    (call,) = found(HEAD + text).project.calls
    assert (call.model.values, call.cap.value) == (("gpt-4o",), 8)


def test_the_elements_behind_a_progress_bar_are_those_of_the_list(found) -> None:
    text = "from tqdm import tqdm\ndef ask(text):\n    for model in tqdm(['gpt-4o', 'gpt-4.1'], desc='models'):\n"
    (call,) = found(HEAD + text + f"        {CREATE}(model=model, messages=text)\n").project.calls
    assert call.model.values == ("gpt-4.1", "gpt-4o")


def test_the_keywords_of_a_function_inside_are_what_the_one_around_it_unpacks(found) -> None:
    text = "def ask(text):\n    options = {'model': 'gpt-4o', 'max_tokens': 6}\n    @traced\n    def call(**given):\n"
    (call,) = found(
        HEAD + text + f"        return {CREATE}(messages=text, **given)\n    return call(**options)\n"
    ).project.calls
    assert (call.model.values, call.cap.value) == (("gpt-4o",), 6)


def test_a_lambda_is_given_the_elements_it_is_mapped_over(found) -> None:
    text = "def ask(text):\n    inputs = [{'model': 'gpt-4o', 'max_tokens': 6}]\n"
    (call,) = found(
        HEAD + text + f"    return list(map(lambda given: {CREATE}(messages=text, **given), inputs))\n"
    ).project.calls
    assert (call.model.values, call.cap.value) == (("gpt-4o",), 6)


def test_what_is_kept_of_a_client_that_is_passed_in_asks_what_that_was_made_with(found) -> None:
    text = "import asyncio\nfrom huggingface_hub import InferenceClient\nclass Lore:\n"
    text += "    def __init__(self, hf: InferenceClient, cap: int = 180):\n        self._ask = hf.text_generation\n        self.cap = cap\n"
    text += "    async def tell(self, text):\n        return await asyncio.to_thread(self._ask, text, max_new_tokens=self.cap)\n"
    project = found(
        text + "lore = Lore(InferenceClient('m-1'))\nasync def main(text):\n    await lore.tell(text)\n"
    ).project
    (call,) = project.calls
    assert (call.model.values, call.cap.fallback) == (("m-1",), 180)
    assert [caller.cap.value for caller in project.callers] == [180]
