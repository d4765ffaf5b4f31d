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
    text += "OpenAI().chat.completions.create(model=choose(1, 2), messages=[])\n"
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
