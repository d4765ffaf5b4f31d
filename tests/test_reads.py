import time

import pytest
from hypothesis import given, settings
from hypothesis.strategies import from_regex

from promptlint.parse.marks import ADDRESSED, SPOKEN
from promptlint.parse.reads import file_is_prompt, may_read, names_prompt, prompt_confidence, score, text_shape

PROMPT = "You are a careful editor. Your task is to shorten the following text. Return only the shortened text.\n\nText: {text}"


@pytest.mark.parametrize(
    "name",
    ["SYSTEM_PROMPT", "summaryPrompt", "qa_prompt_template", "system_message", "few_shot", "INSTRUCTIONS", "prompt_v2"],
)
def test_names_that_say_prompt(name: str) -> None:
    assert names_prompt(name) == 3


@pytest.mark.parametrize(
    "name", ["prompt_help", "prompt_path", "system_prompt_name", "PROMPT_TOKENS", "error", "description", "prompt_log"]
)
def test_names_whose_last_word_says_something_else(name: str) -> None:
    assert names_prompt(name) == -1


def test_a_module_of_prompts_stands_in_for_the_name() -> None:
    assert (names_prompt("QUESTION", "pkg/prompts.py"), names_prompt("QUESTION", "pkg/prompt_builder.py")) == (2, 1)


def test_name_and_text_together_are_high() -> None:
    assert prompt_confidence("SUMMARY_PROMPT", PROMPT) == "high"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("judge_prompt", "Rate the answer below. Return a number from 1 to 5."),
        (
            "TEMPLATE",
            "Summarize the conversation below in three sentences. Do not mention names. Answer in English only.",
        ),
        ("content", "You are an expert on rivers. Answer the question with the name of the river only, in lower case."),
        (
            "OUTPUT_GUIDELINES",
            "Now I want you to name {number} words that follow the guidelines. They should not belong to another class.",
        ),
        ("output_rules_prompt", "You will return one element."),
        (
            "continue_prompt",
            "MANY entities were missed in the last extraction.  Add them below in the same format as before:",
        ),
        (
            "step",
            "You are a planner. Your task is to break the following goal into steps. Return only a JSON list of strings.",
        ),
    ],
)
def test_weaker_names_need_stronger_texts(name: str, text: str) -> None:
    assert prompt_confidence(name, text) == "medium"


def test_a_template_of_labelled_slots_is_a_prompt_by_its_name() -> None:
    text = "Q: {question}\n\nOptions:\n{options}"
    assert (prompt_confidence("QA_PROMPT", text), prompt_confidence("QA_FORMAT", text)) == ("medium", None)


def test_text_alone_is_low_at_most_when_it_says_little() -> None:
    text = "You are an agent. In each episode you will be given the fields x and you can see your past steps so far."
    assert prompt_confidence("thing", text) == "low"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("query", "SELECT name, age FROM users WHERE id = %s AND age > 3 ORDER BY name"),
        ("template", "CREATE TABLE IF NOT EXISTS answers (id INTEGER PRIMARY KEY, question TEXT, answer TEXT)"),
        ("template", "<html><body><p>You can always return to the following page</p><div>x</div></body></html>"),
        ("template", ".box { color: red; }\n.box p { margin: 0; }\n#main { padding: 1px; }\n"),
        ("template", "#!/bin/sh\nset -e\necho You must answer the following question\nexit 1\n"),
        ("template", "import os\n\ndef main():\n    return os.getcwd()\n\nmain()\n"),
        ("pattern", r"(?:^|\n)You are (?:a|an) (\w+)\. (?:Answer|Return) only [^\n]+"),
        ("help", PROMPT),
        ("prompt_description", "The prompt to send to the model. Defaults to the system prompt of the agent."),
        ("prompt", "Are you sure you want to delete all files? [y/N]"),
        ("prompt", "Please enter your name and your password: "),
        ("message", "Failed to load the prompt template x: the file could not be found. Please check that it exists."),
        ("msg", "You must provide either a question or a context, but not both of them at the same time."),
        ("system_template", "Expected the prompt to be a string but got x instead"),
        ("text", "Could not parse the answer of the model. Please install the extra with pip install x and try again."),
        (
            "content",
            "Dear x,\nplease find the answer to your question below. You can always return to us.\nKind regards",
        ),
        ("template", "Loaded x prompts from x in x seconds and wrote the answers to x"),
        ("usage", "usage: prompt [-h] [--system SYSTEM]\n\noptions:\n  -h, --help  show this help message and exit\n"),
        ("instruction", "Press Enter to continue or type q to leave the program"),
        (
            "context",
            "Args:\n    question: The question to answer.\n    context: The context given.\n\nReturns:\n    The answer.\n",
        ),
        ("title", "You are a winner"),
        ("prompt", "Name: "),
    ],
)
def test_what_is_not_a_prompt(name: str, text: str) -> None:
    assert prompt_confidence(name, text) in (None, "low")


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("  select a\nfrom b", None),
        ("SELECT a FROM b", "sql"),
        ("MATCH (n:Person) RETURN n", "sql"),
        ("<div><p>a</p></div>", "html"),
        ("<?xml version='1.0'?><a/>", "html"),
        ("a {color: red}\nb {margin: 0}", "css"),
        ("#!/usr/bin/env bash", "shell"),
        ("cd x\nmkdir y\necho z", "shell"),
        ("import os\nx = os.name\nprint(x)", "code"),
        ('{\n  "a": 1,\n  "b": 2\n}', "data"),
        ("QUJD" * 80, "blob"),
        (r"^(?:\d+\s*)?[^\s]+(?=a)", "regex"),
        ("(?:safety|moderation|guardrails?|(?<!my )rules?|prompts?|policies|policy)", "regex"),
        (">>> import bot\n>>> bot.ask('Who are you?')", "code"),
        (PROMPT, None),
        ("", None),
    ],
)
def test_shapes(text: str, shape: str | None) -> None:
    assert text_shape(text) == shape


def test_a_prompt_that_asks_for_sql_is_not_sql() -> None:
    text = "SELECT the right table FROM the list for the query that the user asks."
    assert text_shape(text) is None


def test_a_prompt_with_a_long_json_example_is_a_prompt() -> None:
    example = "{{\n" + '  "name": "x",\n' * 12 + "}}\n"
    assert prompt_confidence("EXTRACT_PROMPT", PROMPT + "\nReturn JSON in the following format:\n" + example) == "high"


def test_score_counts_against_errors_and_documentation() -> None:
    assert score("ValueError: x is not supported. Please install y.") < 0 < score(PROMPT)


@pytest.mark.parametrize(
    ("path", "text", "verdict"),
    [
        ("a/x.prompt", "Hi", "high"),
        ("a/x.prompt", " ", None),
        ("prompts/edit.txt", PROMPT, "medium"),
        ("app/system_message.txt", PROMPT, "medium"),
        ("prompts/words.txt", "apple\npear\nplum\n", None),
        ("docs/edit.md", PROMPT, None),
        ("prompts/README.md", PROMPT, None),
        ("prompts/requirements-dev.txt", PROMPT, None),
        ("templates/edit.j2", PROMPT, "medium"),
        ("templates/nginx.conf.j2", "server { listen 80; }", None),
    ],
)
def test_whole_files(path: str, text: str, verdict: str | None) -> None:
    assert file_is_prompt(path, text) == verdict


def test_the_byte_screen_passes_prompts_and_drops_tables() -> None:
    assert may_read(PROMPT.encode())
    assert not may_read(b"id,name\n1,pear\n2,plum\n")


@pytest.mark.parametrize(
    "piece",
    [
        " ",
        "\n",
        "a",
        "you are ",
        ". ",
        "- ",
        "{",
        "<a ",
        "SELECT ",
        "-- \n",
        "given the ",
        "#",
        "x = ",
        "\\",
        "A",
        "/",
        "_",
        "prompt",
        "(?:",
        "}a",
    ],
)
def test_hostile_texts_names_and_paths_are_judged_in_bounded_time(piece: str) -> None:
    text = piece * (400_000 // len(piece))
    started = time.process_time()
    prompt_confidence("prompt", text)
    prompt_confidence(text[:2_000], PROMPT, text[:2_000])
    file_is_prompt("prompts/a.md", text)
    text_shape(text)
    assert time.process_time() - started < 2


def test_a_prompt_that_shows_code_is_no_page_when_it_says_whose_part_the_model_plays() -> None:
    text = "You are part of a system that edits code. Return only the edits, one block for each, and nothing else.\n"
    text += "Example:\nimport os\nfrom pathlib import Path\nThe answer must follow the format above.\n"
    assert file_is_prompt("prompts/edit_prompt.txt", text) == "medium"


@pytest.mark.parametrize("who", ["{name}", " x ", "x"])
def test_who_the_model_is_to_be_may_be_filled_in(who: str) -> None:
    assert prompt_confidence(
        "SYSTEM", f"You are {who}, an assistant of the council who looks up opening hours for people."
    )


def test_a_usage_line_is_no_prompt() -> None:
    text = "usage: ask [--model MODEL] question\n\nAnswer a question. You must set OPENAI_API_KEY."
    assert prompt_confidence("ASK_TEXT", text) is None


SHORT = {
    ("prompt", "Explain the error:\n\n x "): "medium",
    ("prompt", "Translate x  to French"): "medium",
    ("prompt", "Describe x  in French? "): None,
    ("prompt", "Enter the name for x : "): None,
    ("prompt", "Select a file from x : "): None,
    ("prompt_file", "Explain the file x "): None,
    ("text", "Explain the error:\n\n x "): None,
}


@pytest.mark.parametrize(("given", "verdict"), SHORT.items())
def test_a_short_prompt_asks_for_work_on_what_is_filled_in(given, verdict) -> None:
    name, text = given
    assert prompt_confidence(name, text, holes=True) == verdict


RULES = (
    "- Do not recreate variables that already exist.\n- Keep as much of the code as possible.\n- Return the full cell."
)
# Name, text and file, and how surely that is a prompt.
JUDGED = {
    "a short order by a name that leaves no doubt": ("prompt", "Rewrite this text in summarized form.", "a.py", "medium"),
    "the same for a person": ("prompt", "Enter the name of the model (must start with 'm/')", "a.py", None),
    "a person is asked to choose": ("prompt", "Press a key to confirm that the file may go", "a.py", None),
    "work on words by a name that says little": ("task", "Describe this image in as much detail as possible.", "a.py", "medium"),
    "the same where the name says that it is shown": ("title", "Describe this image in as much detail as possible.", "a.py", None),
    "no name, in a file that is about prompts": (None, RULES, "llm/prompt_builder.py", "medium"),
    "no name, in another file": (None, RULES, "llm/builder.py", None),
    "a last word that says something else": (
        "prompt_summary", "Using only the document above, write a concise summary of its key points as a list.", "a.py", "medium",
    ),
    "what an option is for": ("prompt_help", "The prompt that is sent to the model before the text of the user.", "a.py", None),
    "guidelines": (
        "GUIDELINES",
        "The response should fully answer the query.\nThe response should avoid being vague or ambiguous.\nThe response should be specific and name its sources.",
        "a.py",
        "medium",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text", "path", "verdict"), JUDGED.values(), ids=JUDGED)
def test_name_file_and_text_are_weighed_together(name, text, path, verdict) -> None:
    assert prompt_confidence(name, text, path) == verdict


@pytest.mark.parametrize("mark", ADDRESSED)
def test_whatever_speaks_to_a_model_holds_a_word_that_is_looked_for_first(mark) -> None:
    @settings(max_examples=500, deadline=None)
    @given(from_regex(mark.pattern))
    def check(text: str) -> None:
        assert any(word in text.lower() for word in SPOKEN)

    check()
