"""What pages of rules on calls cannot show: fixes of code that no formatter would leave so, and several files."""

from __future__ import annotations

from textwrap import dedent

from promptlint.edits import apply
from promptlint.findings import Finding
from promptlint.run import check_text


def findings(text: str, code: str) -> list[Finding]:
    return [f for f in check_text(dedent(text), codes=(code,)) if f.code == code]


def fixed(text: str, code: str) -> str:
    text = dedent(text)
    return apply(text, [edit for f in findings(text, code) if f.fix for edit in f.fix.edits])


_EMBED = """\
from openai import OpenAI
client = OpenAI()
def embed(texts):
    return %s
"""


def embedded(expression: str) -> str:
    return fixed(_EMBED % expression, "PRM402")


def test_a_request_over_several_lines_keeps_its_lines_and_comments() -> None:
    before = "[\n  client.embeddings.create(\n    model='m',\n    input=[t],  # ü\n  ).data[0].embedding\n  for t in texts\n]"
    after = "[\n  item.embedding for item in client.embeddings.create(\n    model='m',\n    input=list(texts),  # ü\n  ).data\n]"
    assert embedded(before) == _EMBED % after


def test_a_text_that_is_used_twice_is_not_put_into_a_list() -> None:
    written = "[client.embeddings.create(model=pick(t), input=[t]).data[0].embedding for t in texts]"
    assert embedded(written) == _EMBED % written


def test_texts_that_are_filtered_or_made_on_the_way_are_not_put_into_a_list() -> None:
    for end in ("for t in texts if t]", "for t in texts.values()]", "for t, n in texts]"):
        written = f"[client.embeddings.create(model='m', input=[t]).data[0].embedding {end}"
        assert embedded(written) == _EMBED % written


def test_what_a_caller_passes_must_differ_in_its_loop() -> None:
    text = """
        from openai import OpenAI
        client = OpenAI()
        def embed(text: str):
            return client.embeddings.create(model="text-embedding-3-small", input=text)
        def again(word, times):
            for _ in range(times):
                embed(word)
    """
    assert not findings(text, "PRM402")
