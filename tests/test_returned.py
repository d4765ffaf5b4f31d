"""What a function returns is what its branches leave in the name, wherever the last of them ended."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

RETURNS = {
    "both arms of an if, behind it": ("if x:\n    m = 'a'\nelse:\n    m = 'b'\nreturn m", ("a", "b")),
    "a value before an if that may replace it": ("m = 'a'\nif x:\n    m = 'b'\nreturn m", ("a", "b")),
    "the arms that do not raise": ("if x:\n    m = 'a'\nelif y:\n    m = 'b'\nelse:\n    raise KeyError(x)\nreturn m", ("a", "b")),
    "only its own arm, inside it": ("if x:\n    m = 'a'\n    return m\nelse:\n    m = 'b'\n    print(m)\nreturn 'c'", ("a", "c")),
    "each arm, each inside its own": ("if x:\n    m = 'a'\n    return m\nelse:\n    m = 'b'\n    return m", ("a", "b")),
    "both arms inside another": ("if x:\n    if y:\n        m = 'a'\n    else:\n        m = 'b'\n    return m\nreturn 'c'", ("a", "b", "c")),
    "a try and its handler": ("try:\n    m = 'a'\nexcept KeyError:\n    m = 'b'\nreturn m", ("a", "b")),
    "the cases of a match": ("match x:\n    case 1:\n        m = 'a'\n    case _:\n        m = 'b'\nreturn m", ("a", "b")),
    "a call of what the branches leave": ("if x:\n    m = 'a'\nelse:\n    m = 'b'\nreturn str(m) and m", ("a", "b")),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), RETURNS.values(), ids=RETURNS)
def test_a_returned_name_holds_what_can_reach_the_return(found, body, expected) -> None:
    text = f"from openai import OpenAI\ndef choose(x, y):\n{indent(body, '    ')}\n"
    text += "OpenAI().chat.completions.create(model=choose(input(), input()), messages=[])\n"
    (call,) = found(text).project.calls
    assert call.model.values == expected


def test_a_factory_with_branches_returns_each_of_its_clients(found) -> None:
    text = """
        from langchain_openai import AzureChatOpenAI, ChatOpenAI
        def make(kind):
            if kind == "azure":
                llm = AzureChatOpenAI(azure_deployment="mine", max_tokens=5)
            elif kind == "openai":
                llm = ChatOpenAI(model="gpt-4o", max_tokens=5)
            else:
                raise ValueError(kind)
            return llm
        class Bot:
            def __init__(self, kind):
                self.llm = make(kind)
            def ask(self, text):
                return self.llm.invoke(text)
    """
    (call,) = found(dedent(text)).project.calls
    assert (call.model.values, call.cap.value) == (("gpt-4o", "mine"), 5)


LEFT = {
    "a return": ("if x:\n    m = 'a'\n    return ask(m)\nreturn ask('b')\nm = 'c'", ("a",), ("b",)),
    "what is behind a return": ("m = 'a'\nif x:\n    m = 'b'\n    return ask(m)\nreturn ask(m)", ("b",), ("a",)),
    "what is behind a raise": ("m = 'a'\nif x:\n    m = 'b'\n    ask(m)\n    raise KeyError\nreturn ask(m)", ("b",), ("a",)),
    "arms that both leave": (
        "m = 'a'\nif x:\n    m = 'b'\n    ask(m)\n    if y:\n        return 1\n    else:\n        return 2\nreturn ask(m)",
        ("b",),
        ("a",),
    ),
    "a handler round it": (
        "m = 'a'\ntry:\n    if x:\n        m = 'b'\n        return ask('c')\nexcept KeyError:\n    ask(m)",
        ("c",),
        ("a", "b"),
    ),
    "a break": ("m = 'a'\nfor y in x:\n    if y:\n        m = 'b'\n        break\nask('c')\nask(m)", ("c",), ("a", "b")),
}  # fmt: skip


@pytest.mark.parametrize(("body", "first", "second"), LEFT.values(), ids=LEFT)
def test_what_an_arm_sets_before_it_leaves_is_not_seen_behind_it(found, body, first, second) -> None:
    text = f"from openai import OpenAI\ndef choose(x, y):\n{indent(body, '    ')}\n"
    text = text.replace("ask(", "OpenAI().responses.create(input='', model=")
    assert [call.model.values for call in found(text).project.calls] == [first, second]


CHOSEN = {
    "a flag": ("return 'm-1' if x else 'm-2'", "True", "m-1"),
    "a flag that is not set": ("return 'm-1' if x else 'm-2'", "False", "m-2"),
    "a flag left out": ("return 'm-1' if y else 'm-2'", "True", "m-2"),
    "an if that returns": ("if x == 'a':\n    return 'm-1'\nreturn 'm-2'", "'a'", "m-1"),
    "behind an if that returns": ("if x == 'a':\n    return 'm-1'\nreturn 'm-2'", "'b'", "m-2"),
    "an elif": ("if x == 'a':\n    m = 'm-1'\nelif x in ('b', 'c'):\n    m = 'm-2'\nelse:\n    m = 'm-3'\nreturn m", "'c'", "m-2"),
    "an else": ("if x == 'a':\n    m = 'm-1'\nelif x in ('b', 'c'):\n    m = 'm-2'\nelse:\n    m = 'm-3'\nreturn m", "'d'", "m-3"),
    "a value that is replaced": ("m = 'm-1'\nif not x:\n    m = 'm-2'\nreturn m", "None", "m-2"),
    "a value that stays": ("m = 'm-1'\nif x is not None:\n    m = 'm-2'\nreturn m", "None", "m-1"),
    "one within another": ("if x:\n    if y is None:\n        return 'm-1'\n    return 'm-2'\nreturn 'm-3'", "1", "m-1"),
    "a constant": ("return 'm-1' if x == 'a' else 'm-2'", "KIND", "m-1"),
    "a case": ("match x:\n    case 'a' | 'b':\n        return 'm-1'\n    case _:\n        return 'm-2'", "'b'", "m-1"),
    "a case of none": ("match x:\n    case None:\n        return 'm-1'\nreturn 'm-2'", "None", "m-1"),
    "any other case": ("match x:\n    case 'a' | 'b':\n        return 'm-1'\n    case _:\n        return 'm-2'", "'c'", "m-2"),
    "the case before": ("match x:\n    case 'a':\n        m = 'm-1'\n    case other:\n        m = 'm-2'\nreturn m", "'a'", "m-1"),
}  # fmt: skip
OPEN = {
    "a loop that may not run": ("for z in y:\n    if x:\n        return 'm-1'\nreturn 'm-2'", "True"),
    "something else that is asked, too": ("if x and y:\n    return 'm-1'\nreturn 'm-2'", "True"),
    "a parameter that is set before": ("x = input()\nreturn 'm-1' if x else 'm-2'", "True"),
    "an attribute that is None at first": ("return 'm-1' if x is None else 'm-2'", "Bot().kind"),
    "a case with a guard": (
        "match x:\n    case 'a' if y:\n        return 'm-1'\n    case _:\n        return 'm-2'",
        "'a'",
    ),
    "one of the last of many cases": (
        "match x:\n"
        + "".join(f"    case {i}:\n        return 'm-1'\n" for i in range(50))
        + "    case _:\n        return 'm-2'",
        "45",
    ),
    "a case of a class": ("match x:\n    case str():\n        return 'm-1'\n    case _:\n        return 'm-2'", "'a'"),
    "what nobody knows": ("return 'm-1' if x else 'm-2'", "input()"),
}
CHOOSING = (
    "from openai import OpenAI\nKIND = 'a'\nclass Bot:\n    kind = None\ndef choose(x, y=None):\n{}\n"
    "OpenAI().chat.completions.create(model=choose({}), messages=[])\n"
)


@pytest.mark.parametrize(("body", "passed", "model"), CHOSEN.values(), ids=CHOSEN)
def test_what_is_passed_says_which_way_is_taken(found, body, passed, model) -> None:
    (call,) = found(CHOOSING.format(indent(body, "    "), passed)).project.calls
    assert call.model.values == (model,)


@pytest.mark.parametrize(("body", "passed"), OPEN.values(), ids=OPEN)
def test_which_way_is_taken_may_not_be_known(found, body, passed) -> None:
    (call,) = found(CHOOSING.format(indent(body, "    "), passed)).project.calls
    assert call.model.values == ("m-1", "m-2")


def test_prompts_of_both_ways_are_prompts(found) -> None:
    body = "if x:\n    return 'Answer in one word.'\nreturn 'Answer in two words.'"
    text = CHOOSING.replace("messages=[]", "messages=[{{'role': 'user', 'content': choose(True)}}]")
    assert len(found(text.format(indent(body, "    "), 1)).project.prompts) == 2


def test_prompts_of_both_ways_are_prompts_by_their_names_too(found) -> None:
    text = "from openai import OpenAI\nPART = 'Summarise this part of a court file.'\nWHOLE = 'Merge the partial summaries.'\n"
    text += "def write(told, text):\n    return OpenAI().responses.create(model='m-1', instructions=told, input=text)\n"
    text += "def summarise(text, depth=0):\n    return write(WHOLE if depth else PART, text)\n"
    assert len(found(text + "def main(text):\n    return summarise(text)\n").project.prompts) == 2
