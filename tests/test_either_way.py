"""A prompt that is one of several: what the program may send on another way is a prompt of the same request."""

from __future__ import annotations

import pytest

OPENAI = "from openai import OpenAI\nclient = OpenAI()\n"
CHAIN = "from langchain_openai import ChatOpenAI\nfrom langchain_core.prompts import ChatPromptTemplate, PromptTemplate\nllm = ChatOpenAI(model='m-1')\n"
ONE, OTHER = "Read the page and list what matters: {page}", "Read the page in the light of {note} and list it: {page}"

BRANCHES = {
    "templates before a model": CHAIN
    + "def run(page, note=None):\n    if note:\n        prompt = PromptTemplate(template=OTHER)\n    else:\n        prompt = PromptTemplate(template=ONE)\n"
    "    return (prompt | llm).invoke({'page': page})\n",
    "conversations before a model": CHAIN
    + "def run(page, note=None):\n    if note:\n        prompt = ChatPromptTemplate.from_messages([('system', OTHER), ('user', '{q}')])\n"
    "    else:\n        prompt = ChatPromptTemplate.from_messages([('system', ONE), ('user', '{q}')])\n    chain = prompt | llm\n"
    "    return chain.invoke({'page': page})\n",
    "lists of messages": OPENAI
    + "def run(page, note=None):\n    if note:\n        messages = [{'role': 'user', 'content': OTHER.format(page=page, note=note)}]\n"
    "    else:\n        messages = [{'role': 'user', 'content': ONE.format(page=page)}]\n"
    "    return client.chat.completions.create(model='m-1', messages=messages)\n",
    "entries of a table": OPENAI + "KINDS = {'long': OTHER, 'short': ONE}\ndef run(page, note, kind='short'):\n"
    "    return client.chat.completions.create(model='m-1', messages=[{'role': 'user', 'content': KINDS[kind].format(page=page, note=note)}])\n",
}


@pytest.mark.parametrize("text", BRANCHES.values(), ids=BRANCHES)
def test_the_prompts_of_all_ways_reach_the_request(found, text) -> None:
    project = found(f"ONE = '{ONE}'\nOTHER = '{OTHER}'\n{text}").project
    (call,) = project.calls
    prompts = {p.name: p for p in project.prompts}
    assert call.site_id in prompts["ONE"].used_by
    assert call.site_id in prompts["OTHER"].used_by
    assert [h.name for h in prompts["OTHER"].segments if hasattr(h, "name")] == ["note", "page"]


def test_the_entry_that_is_taken_by_default_is_what_a_request_costs(found) -> None:
    text = BRANCHES["entries of a table"] + "run('a', 'b', kind='long')\n"
    project = found(f"ONE = '{ONE}'\nOTHER = '{OTHER}'\n{text}").project
    said = [
        "".join(getattr(s, "text", "|") for m in call.messages for s in m.segments)
        for call in (*project.calls, *project.callers)
    ]
    assert said == ["Read the page and list what matters: |", "Read the page in the light of b and list it: a"]
