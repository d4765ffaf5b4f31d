"""Values that come back from what runs a function elsewhere, or waits for one."""

from __future__ import annotations

import pytest

HEAD = """
import asyncio
from concurrent.futures import ThreadPoolExecutor, as_completed
from openai import OpenAI

api = OpenAI()

def build(text):
    return f"You are a translator. Translate the text into French: {text}"

async def abuild(text):
    return build(text)

def send(prompt):
    api.responses.create(model="m-1", input=prompt, max_output_tokens=9)

"""
WAYS = {
    "a thread": "async def run(x):\n    send(await asyncio.to_thread(build, x))\n",
    "an executor": "async def run(x, loop):\n    send(await loop.run_in_executor(None, build, x))\n",
    "a pool of Starlette": "from starlette.concurrency import run_in_threadpool\n"
    "async def run(x):\n    send(await run_in_threadpool(build, x))\n",
    "a thread of anyio": "import anyio\nasync def run(x):\n    send(await anyio.to_thread.run_sync(build, x))\n",
    "a coroutine that is run": "def run(x):\n    send(asyncio.run(abuild(x)))\n",
    "a loop": "def run(x):\n    send(asyncio.get_event_loop().run_until_complete(abuild(x)))\n",
    "a time limit": "async def run(x):\n    send(await asyncio.wait_for(abuild(x), 3))\n",
    "a task": "async def run(x):\n    task = asyncio.create_task(abuild(x))\n    send(await task)\n",
    "the first of two": "async def run(x):\n    a, b = await asyncio.gather(abuild(x), other(x))\n    send(a)\n",
    "each of many": "async def run(xs):\n    for text in await asyncio.gather(*[abuild(x) for x in xs]):\n        send(text)\n",
    "what is mapped": "def run(xs):\n    for text in map(build, xs):\n        send(text)\n",
    "a pool that maps": "def run(xs):\n    with ThreadPoolExecutor() as pool:\n"
    "        for text in pool.map(build, xs):\n            send(text)\n",
    "a future": "def run(x):\n    with ThreadPoolExecutor() as pool:\n        send(pool.submit(build, x).result())\n",
    "futures as they end": "def run(xs):\n    with ThreadPoolExecutor() as pool:\n"
    "        futures = [pool.submit(build, x) for x in xs]\n        for future in as_completed(futures):\n"
    "            send(future.result())\n",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_prompt_is_followed_into_what_builds_it_elsewhere(found, way) -> None:
    outcome = found(HEAD + WAYS[way])
    (prompt,) = outcome.project.prompts
    assert prompt.segments[0].text.startswith("You are a translator.")  # type: ignore[union-attr]
    (call,) = outcome.project.calls
    assert call.model.values == ("m-1",)


OTHERS = {
    "a method of the project": "class Jobs:\n    def submit(self, build, x):\n        return x\n"
    "def run(x):\n    send(Jobs().submit(build, x))\n",
    "two lists at once": "async def run(xs, ys):\n    send(await asyncio.gather(*[abuild(x) for x in xs], *ys))\n",
    "a tracker of tasks": "def run(tracker, x):\n    text = build(x)\n    send(tracker.create_task(text))\n",
    "elements of a tensor": "import torch\ndef run(x):\n    send(torch.gather(build(x), x)[0])\n",
    "another result": "def run(pool, x):\n    send(pool.submit(x, build).result())\n",
}


@pytest.mark.parametrize("way", OTHERS)
def test_what_only_looks_like_it_is_not_followed(found, way) -> None:
    assert found(HEAD + OTHERS[way]).project.prompts == ()
