import json
import time

import pytest

from promptlint.facts import FileFacts, Hole, Literal
from promptlint.parse.text import parse_text

PROMPT = "You are a careful translator. Translate the following text into {language}. Return only the translation.\n"


def keys(facts: FileFacts) -> list[str | None]:
    return [entry.key for entry in facts.prompts]


def text_of(facts: FileFacts, index: int = 0) -> str:
    return "".join(f"<{s.name}>" if isinstance(s, Hole) else s.text for s in facts.prompts[index].segments)


def test_a_file_in_a_prompts_folder_is_one_prompt() -> None:
    facts = parse_text("app/prompts/translate.md", PROMPT)
    assert text_of(facts) == PROMPT.replace("{language}", "<language>")
    assert facts.variables == ("language",)


def test_a_folder_of_documents_is_not_a_folder_of_prompts() -> None:
    assert parse_text("docs/translate.md", PROMPT).prompts == ()


def test_a_page_about_prompts_is_not_a_prompt() -> None:
    page = "# Prompt chaining\n\nYou can pass the answer of one prompt on. See [the guide](https://x.org).\n\n```python\nanswer = ask()\n```\n"
    assert (
        parse_text(
            "docs/prompts/chaining.md", page + "Make sure that the prompt says what to return. Answer only in JSON."
        ).prompts
        == ()
    )


@pytest.mark.parametrize("name", ["README.md", "LICENSE.txt", "requirements.txt", "CHANGELOG.md"])
def test_project_papers_are_never_prompts(name: str) -> None:
    assert parse_text(f"prompts/{name}", PROMPT).prompts == ()


def test_a_text_that_is_no_prompt_is_kept_for_a_program_that_loads_it() -> None:
    facts = parse_text("data/notes.txt", "Milk, eggs.\n")
    assert (facts.prompts, len(facts.others)) == ((), 1)


def test_a_prompt_suffix_is_enough() -> None:
    assert len(parse_text("x/hello.prompt", "Say hello to {{name}}.").prompts) == 1


def test_front_matter_is_not_prompt_text() -> None:
    facts = parse_text("prompts/a.md", "---\nname: a\n---\n" + PROMPT)
    assert text_of(facts).startswith("You are")
    assert facts.prompts[0].span.start == 16


def test_a_prompty_file_has_an_entry_for_each_role() -> None:
    text = "---\nname: x\nmodel:\n  api: chat\n---\nsystem:\nYou are kind.\n\nuser:\n{{question}}\n"
    facts = parse_text("a.prompty", text)
    assert [(p.role, p.syntax) for p in facts.prompts] == [("system", "jinja2"), ("user", "jinja2")]
    assert facts.variables == ("question",)


def test_a_mustache_prompty_file_says_so() -> None:
    facts = parse_text("a.prompty", "---\ntemplate: mustache\n---\nsystem:\nHi {{#a}}{{b}}{{/a}} there.\n")
    assert facts.prompts[0].syntax == "mustache"


def test_crewai_agents_and_tasks_are_prompts_whatever_they_say() -> None:
    agents = "writer:\n  role: >\n    Senior writer\n  goal: >\n    Write about {topic}\n  backstory: A poet of some fame.\n  llm: gpt-4o\n"
    assert keys(parse_text("config/agents.yaml", agents)) == ["writer.role", "writer.goal", "writer.backstory"]
    tasks = "t:\n  description: Find facts on {topic}\n  expected_output: Ten bullet points\n  agent: writer\n"
    assert keys(parse_text("config/tasks.yaml", tasks)) == ["t.description", "t.expected_output"]


def test_holes_of_folded_yaml_keep_their_lines_and_its_text_is_not_editable() -> None:
    source = "t:\n  description: >\n    Find facts\n    on {topic}\n    and {year}\n  expected_output: Ten points\n"
    entry = parse_text("config/tasks.yaml", source).prompts[0]
    holes = [s for s in entry.segments if isinstance(s, Hole)]
    assert [source[h.span.start : h.span.end] for h in holes] == ["{topic}", "{year}"]
    assert all(s.runs == () for s in entry.segments if isinstance(s, Literal))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_yaml_block_maps_to_its_source(newline: str) -> None:
    source = f"# é 😀\nsystem_prompt: |\n  {PROMPT}\n  Be brief: 😀.\n    Indented.\nother: 1\n".replace("\n", newline)
    (entry,) = parse_text("x.yaml", source).prompts
    literals = [s for s in entry.segments if isinstance(s, Literal)]
    assert all(s.runs for s in literals)
    for literal in literals:
        for text_at, source_at, length in literal.runs:
            assert literal.text[text_at : text_at + length] == source[source_at : source_at + length]
    assert source[entry.span.start : entry.span.end].endswith("  Indented.")


def test_an_alias_is_listed_once_at_its_anchor() -> None:
    source = f"a_prompt: &p |\n  {PROMPT}\nb_prompt: *p\n"
    assert keys(parse_text("x.yaml", source)) == ["a_prompt"]


def test_saved_langchain_prompts_name_their_syntax() -> None:
    saved = {
        "_type": "prompt",
        "input_variables": ["x"],
        "template": "Tell me about {{ x }} now",
        "template_format": "jinja2",
    }
    facts = parse_text("p.json", json.dumps(saved))
    assert [(p.key, p.syntax) for p in facts.prompts] == [("template", "jinja2")]
    saved = {"_type": "prompt", "template": "Tell me about {x} now"}
    assert parse_text("p.json", json.dumps(saved)).prompts[0].syntax == "fstring"


def test_promptfoo_prompts_are_taken_and_its_tests_are_not() -> None:
    source = "prompts:\n  - Tell me about {{topic}}\n  - file://a.txt\nproviders: [openai:gpt-4o]\ntests:\n  - vars: {topic: the sea and the sky}\n"
    assert keys(parse_text("promptfooconfig.yaml", source)) == ["prompts.0"]


def test_a_json_collection_gives_its_prompts_and_the_pieces_beside_them() -> None:
    collection = {
        "slices": {
            "intro": "You are {role}. Your goal is to answer the question of the user with the tools below.",
            "judge": "You are a strict judge. Your task is to rate the answer. Return only a number from 1 to 5.",
            "task": "Current task: {input}. Begin! Use the tools that are available and give your best final answer.",
            "greeting": "Welcome back to the best shop in the whole town",
        }
    }
    source = json.dumps(collection, indent=1)
    facts = parse_text("translations/en.json", source)
    assert keys(facts) == ["slices.intro", "slices.judge", "slices.task"]
    hole = next(s for s in facts.prompts[0].segments if isinstance(s, Hole))
    assert source[hole.span.start : hole.span.end] == "{role}"


def test_the_texts_of_a_user_interface_are_no_prompts() -> None:
    words = {
        "save": "Save",
        "sure": "Are you sure you want to delete the file?",
        "help": "Please enter your name and press the button below.",
    }
    assert parse_text("translations/en.json", json.dumps(words)).prompts == ()


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("package.json", '{"name": "x", "description": "You are given a tool that answers the question of the user"}'),
        ("schema.json", json.dumps({"$schema": "s", "prompt": PROMPT})),
        ("tests/fixtures/run.json", json.dumps({"prompt": PROMPT})),
        ("a.json", '{"prompt": '),
        ("a.yaml", "{% if x %}\na: [\n"),
        ("a.toml", 'prompt = "You are a helpful assistant. Answer the question.'),
        ("a.yaml", ""),
        ("prompts/a.txt", " \n"),
    ],
)
def test_other_data_and_broken_files_give_nothing_and_no_error(path: str, source: str) -> None:
    facts = parse_text(path, source)
    assert (facts.prompts, facts.problem) == ((), None)


def test_a_long_list_is_data() -> None:
    rows = [{"prompt": PROMPT} for _ in range(60)]
    assert len(parse_text("a.json", json.dumps({"rows": rows[:9]})).prompts) == 9
    assert parse_text("a.json", json.dumps({"rows": rows})).prompts == ()


def test_messages_keep_their_role() -> None:
    source = json.dumps(
        {"messages": [{"role": "system", "content": "You are terse."}, {"role": "user", "content": "Hi there"}]}
    )
    assert [(p.key, p.role) for p in parse_text("chat.json", source).prompts] == [("messages.0.content", "system")]


@pytest.mark.parametrize("path", ["a.yaml", "a.json", "prompts/a.txt", "a.prompty"])
@pytest.mark.parametrize(
    "piece", ["[", '{"a":', "- ", "a: ", "&a [*a]", "{{ ", "---\n", "? ", '"\\', "system:\n", "\ud800", "\x00"]
)
def test_hostile_files_are_read_in_bounded_time(path: str, piece: str) -> None:
    started = time.perf_counter()
    parse_text(path, piece * (100_000 // len(piece)))
    assert time.perf_counter() - started < 3


def test_a_collection_named_for_its_prompt_holds_one_under_content_even_with_capital_slots() -> None:
    text = "version: 1\ncontent: |-\n  {ROLE} can use the tools to complete tasks.\n  {ROLE} must say so when no tool fits.\n"
    for path in ("planner/compression_prompt.yaml", "planner/writer_prompt_short.yaml"):
        (prompt,) = parse_text(path, text).prompts
        assert (prompt.key, len(prompt.segments)) == ("content", 4)
    assert not parse_text("planner/settings.yaml", text).prompts
