"""What a request says: sentences with their places, what is said twice, and what only looks so."""

from __future__ import annotations

import pytest

from promptlint.compress.constraints import asked
from promptlint.requests import requests, sentences


def said(found, text: str) -> list[str]:
    project = found(text).project
    return [s.text for request in requests(project) for s in sentences(request)]


def test_sentences_end_at_marks_and_lines_and_leave_out_code_and_turns(found) -> None:
    text = 'SYSTEM_PROMPT = """You must answer e.g. the user. Say v1.2 of it!\n- Do so\n```\ncode here.\n```\nUser: hello there.\n"""\n'
    assert said(found, text) == ["You must answer e.g.", "the user.", "Say v1.2 of it!", "- Do so"]


def test_a_sentence_is_placed_where_it_is_written(found) -> None:
    outcome = found(
        {
            "a.py": "from openai import OpenAI\nfrom rules import RULES\n\n\ndef f(q):\n"
            "    OpenAI().responses.create(model='gpt-4o', instructions=RULES, input=q)\n",
            "rules.py": "x = 1\nRULES = 'You are a bot. You must answer in one word.'\n",
        }
    )
    (request,) = [r for r in requests(outcome.project) if r.function]
    place = list(sentences(request))[1].place
    source = outcome.source(place.path)
    assert (place.path, source.text[place.span.start : place.span.end]) == ("rules.py", "You must answer in one word.")


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Return only valid JSON.", ["for JSON", "for nothing but the answer"]),
        ("The output must be in JSON format.", ["for JSON"]),
        ("The input is JSON.", []),
        ("Return the JSON schema of the table.", []),
        ("Do not include any other text.", ["for nothing but the answer"]),
        ("Do not include the text of the user.", []),
        ("Do not use markdown.", ["for no Markdown"]),
        ("Convert Markdown to HTML.", []),
        ("Be concise.", ["for a short answer"]),
        ("A concise summary was given.", []),
        ("Only use the provided context.", ["for the given context only"]),
        ("Never make up a source.", ["for nothing made up"]),
        ("Answer in English.", ["for one language"]),
        ("The user writes in English.", []),
        ("Answer in one sentence.", ["for one length"]),
        ("Only return files that exist.", []),
    ],
)
def test_demands_on_the_answer_are_told_from_other_sentences(sentence: str, names: list[str]) -> None:
    assert [a.name for a in asked(sentence)] == names


def test_two_numbers_are_two_demands() -> None:
    assert list(asked("Use at most 20 words.")) != list(asked("Use at most 30 words."))
    assert list(asked("Use at most 20 words.")) == list(asked("Write no more than 20 words."))
