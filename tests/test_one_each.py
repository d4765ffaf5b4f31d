"""One line that sends many requests: for each of a list, or by chains side by side."""

from __future__ import annotations

import pytest

CHAIN = (
    "from langchain_openai import ChatOpenAI\nfrom langchain_core.prompts import PromptTemplate\nfrom langchain_core.runnables import RunnableParallel\n"
    "chain = PromptTemplate.from_template('Name a city in {x}.') | ChatOpenAI(model='m-1')\n"
)
EACH = {
    "a comprehension": ("def run(xs):\n    return chain.batch([{'x': x} for x in xs])\n", "map"),
    "a parameter": ("async def run(xs):\n    return await chain.abatch(xs)\n", "map"),
    "two, which are counted": ("def run():\n    return chain.batch([{'x': 'France'}, {'x': 'Spain'}])\n", None),
    "one input": ("def run(x):\n    return chain.invoke({'x': x})\n", None),
    "chains that a loop makes": (
        "def run(xs):\n    chains = {}\n    for x in xs:\n        chains[x] = PromptTemplate.from_template(f'Name a city in {x}.') | ChatOpenAI(model='m-1')\n"
        "    return RunnableParallel(**chains).invoke({})\n",
        "for",
    ),
    "chains that are listed": ("def run(x):\n    return RunnableParallel(a=chain, b=chain).invoke({'x': x})\n", None),
}  # fmt: skip


@pytest.mark.parametrize(("text", "loop"), EACH.values(), ids=EACH)
def test_one_line_that_asks_for_each_of_many_is_a_loop(found, text, loop) -> None:
    assert [call.loop for call in found(CHAIN + text).project.calls] == [loop]
