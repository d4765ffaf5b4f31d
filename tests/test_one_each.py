"""One line that sends many requests: for each of a list, or by chains side by side."""

from __future__ import annotations

import pytest

CHAIN = (
    "from langchain_openai import ChatOpenAI\nfrom langchain_core.prompts import PromptTemplate\nfrom langchain_core.runnables import RunnableParallel\n"
    "chain = PromptTemplate.from_template('Name a city in {x}.') | ChatOpenAI(model='m-1')\n"
)
SIDE_BY_SIDE = {
    "chains that a loop makes": (
        "def run(xs):\n    chains = {}\n    for x in xs:\n        chains[x] = PromptTemplate.from_template(f'Name a city in {x}.') | ChatOpenAI(model='m-1')\n"
        "    return RunnableParallel(**chains).invoke({})\n",
        "for",
    ),
    "chains that are listed": ("def run(x):\n    return RunnableParallel(a=chain, b=chain).invoke({'x': x})\n", None),
    "one input": ("def run(x):\n    return chain.invoke({'x': x})\n", None),
}  # fmt: skip
EACH = {
    "a comprehension": ("def run(xs):\n    return chain.batch([{'x': x} for x in xs])\n", None),
    "a parameter": ("async def run(xs):\n    return await chain.abatch(xs)\n", None),
    "a parameter of a model": ("def run(xs):\n    return ChatOpenAI(model='m-1').batch(xs)\n", None),
    "two": ("def run():\n    return chain.batch([{'x': 'France'}, {'x': 'Spain'}])\n", 2),
    "one input": ("def run(x):\n    return chain.invoke({'x': x})\n", 1),
}


@pytest.mark.parametrize(("text", "loop"), SIDE_BY_SIDE.values(), ids=SIDE_BY_SIDE)
def test_chains_that_a_loop_puts_side_by_side_run_in_it(found, text, loop) -> None:
    assert [call.loop for call in found(CHAIN + text).project.calls] == [loop]


@pytest.mark.parametrize(("text", "prompts"), EACH.values(), ids=EACH)
def test_how_many_prompts_a_batch_of_a_chain_carries(found, text, prompts) -> None:
    assert [call.prompts for call in found(CHAIN + text).project.calls] == [prompts]
