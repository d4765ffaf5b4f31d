"""Prompt files in a project: which files are looked at, what a loader reaches, and what is no prompt."""

from __future__ import annotations

import json

import pytest

from promptlint.facts import Hole
from promptlint.parse.text import parse_text

ASK = """\
from openai import OpenAI
client = OpenAI()
def ask(text):
    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "system", "content": text}])
"""
ORDER = "You are a careful clerk. Sort the mail below into one of the folders. Return only the name of the folder.\n"
PLAIN = "Milk, eggs and flour\n"  # reads like nothing: only a call makes it a prompt


def listed(outcome) -> list[tuple[str, str | None]]:
    return [(p.place.path, p.name) for p in outcome.project.prompts if not p.place.path.endswith(".py")]


# --- what is looked at ---


@pytest.mark.parametrize(
    "path",
    [
        "preprompts/generate",
        "app/prompts/sort.tmpl",
        "app/prompts/sort.v2",
        "personas/clerk",
        "app/instructions/sort.text",
        "sort.prompt.md",
        ".github/mail.instructions.md",
        ".cursor/rules/mail.mdc",
        "mail/skprompt.txt",
        "skills/mail/SKILL.md",
        "mail.poml",
        "sort_prompt",
    ],
)
def test_a_place_or_suffix_that_says_prompts_is_enough_for_a_text_that_reads_like_one(found, path: str) -> None:
    assert listed(found({path: ORDER})) == [(path, None)]


@pytest.mark.parametrize(
    ("text", "prompts"),
    [
        ("You review changes of a payment service. Be brief.\n\n{{diff}}\n", [("prompts/a.md", None)]),
        ("You review changes of a payment service. Be brief.\n", []),
        ("The service pays out on Fridays, and {{day}} is one of them.\n", []),
    ],
)
def test_in_a_folder_of_prompts_less_is_asked_of_a_text_with_something_to_fill_in(found, text, prompts) -> None:
    assert listed(found({"prompts/a.md": text})) == prompts


FENCED = {
    "who the model is stands before code": "Act as a careful clerk. Sort the mail, and answer like this:\n```python\nsort(mail)\n```\n",
    "code that is filled in": "Evaluate the following code, and return your answer in JSON:\n```python\n{program}\n```\n",
}


@pytest.mark.parametrize("text", FENCED.values(), ids=FENCED)
def test_code_in_a_prompt_makes_no_page_of_it(found, text: str) -> None:
    assert listed(found({"prompts/a.md": text})) == [("prompts/a.md", None)]


@pytest.mark.parametrize(
    "path",
    ["generate", "docs/sort.tmpl.rst", "app/prompts/sort.js", "app/prompt_security/flows.co", "app/prompts/data.csv"],
)
def test_other_files_are_not_looked_at(found, path: str) -> None:
    assert listed(found({path: ORDER})) == []


def test_what_is_no_text_in_a_folder_of_prompts_is_no_problem(write) -> None:
    from promptlint.outcome import Options
    from promptlint.run import inventory

    folder = write({"app.py": "x = 1\n"})
    (folder / "prompts").mkdir()
    (folder / "prompts" / "weights").write_bytes(b"\0\1\2")
    (folder / "prompts" / "latin").write_bytes(b"\xe9t\xe9")
    (folder / "prompts" / "huge").write_bytes(ORDER.encode() * 3_000)
    outcome = inventory(Options(paths=(str(folder),), root=str(folder)))
    assert (outcome.problems, listed(outcome)) == ((), [])


def test_a_file_of_another_kind_is_looked_at_when_the_code_names_it(found) -> None:
    files = {"app/texts.xml": f"<texts><sort_prompt>\n{ORDER}</sort_prompt><title>Mail</title></texts>\n"}
    assert listed(found(files)) == []
    files["app/load.py"] = "import os\nPATH = os.path.join(os.path.dirname(__file__), 'texts.xml')\n"
    assert listed(found(files)) == [("app/texts.xml", "sort_prompt")]


# --- templates ---


SLOTS = ORDER + "\nMail:\n{{ mail }}\n"


@pytest.mark.parametrize(
    "path", ["sort/templates/run.txt", "templates/run.md", "run.tmpl", "run.mustache", "run.liquid"]
)
def test_among_templates_a_text_with_slots_must_read_like_a_prompt(path: str) -> None:
    assert len(parse_text(path, SLOTS).prompts) == 1
    assert parse_text(path, "Hello {{ name }},\nyour order {{ number }} has left our house.\n").prompts == ()


def test_among_templates_a_text_without_slots_is_a_document() -> None:
    assert parse_text("templates/guide.md", ORDER).prompts == ()


@pytest.mark.parametrize(
    "path",
    ["templates/run.py.j2", "templates/run.html.jinja", "templates/run.sql.tmpl", "templates/Dockerfile.tmpl",
     "templates/emails/run.txt", "templates/README.md"],
)  # fmt: skip
def test_what_makes_programs_pages_and_mails_is_no_prompt(found, path: str) -> None:
    assert listed(found({path: SLOTS})) == []


def test_what_a_prompt_includes_is_part_of_it(found) -> None:
    files = {
        "prompts/sort.tmpl": ORDER + "{% include 'shared/kinds.tmpl' %}\n{{ mail }}\n",
        "prompts/shared/kinds.tmpl": "Bills, letters and the rest {{ extra }}\n",
        "prompts/shared/unused.tmpl": "Bills, letters and the rest {{ extra }}\n",
    }
    assert listed(found(files)) == [("prompts/shared/kinds.tmpl", None), ("prompts/sort.tmpl", None)]


# --- loaders ---


@pytest.mark.parametrize(
    "load",
    [
        "open('texts/list.dat').read()",
        "(Path(__file__).parent / 'texts' / 'list.dat').read_text()",
        "Path(__file__).parent.joinpath('texts', 'list.dat').read_text()",
        "Path(os.path.join(os.path.dirname(__file__), 'texts', 'list.dat')).read_text(encoding='utf-8')",
        "files('app').joinpath('texts/list.dat').read_text()",
        "(files('app') / 'texts/list.dat').read_text()",
        "files('app.texts').joinpath('list.dat').read_text()",
        "pkgutil.get_data('app', 'texts/list.dat').decode()",
        "stored('list')",
        "read_it()",
        "Environment(loader=FileSystemLoader('texts')).get_template('list.dat').render()",
    ],
)
def test_a_file_whose_text_reaches_a_call_is_a_prompt_whatever_it_says(found, load: str) -> None:
    code = f"""\
import os, pkgutil
from pathlib import Path
from importlib.resources import files
from jinja2 import Environment, FileSystemLoader
HERE = Path(__file__).parent
def stored(name):
    return (HERE / "texts" / f"{{name}}.dat").read_text()
def read_it():
    with open(os.path.join("texts", "list.dat"), "r", encoding="utf-8") as file:
        return file.read()
{ASK}
ask({load})
"""
    outcome = found(
        {"app/__init__.py": "", "app/main.py": code, "app/texts/list.dat": PLAIN, "app/texts/other.dat": PLAIN}
    )
    assert listed(outcome) == [("app/texts/list.dat", None)]
    assert [p.used_by for p in outcome.project.prompts if p.used_by]


@pytest.mark.parametrize(
    ("file", "text", "load"),
    [
        ("p.yaml", "sort:\n  system: Milk and eggs\nother: Flour and salt\n", "yaml.safe_load(open('p.yaml'))"),
        ("p.json", '{"sort": {"system": "Milk and eggs"}, "other": "Flour and salt"}', "json.load(open('p.json'))"),
        ("p.toml", '[sort]\nsystem = "Milk and eggs"\n', "tomllib.loads(open('p.toml').read())"),
    ],
)
@pytest.mark.parametrize("take", ["['sort']['system']", ".get('sort').get('system')"])
def test_the_entry_of_a_collection_that_reaches_a_call_is_a_prompt(
    found, file: str, text: str, load: str, take: str
) -> None:
    outcome = found({"app.py": f"import json, tomllib, yaml\n{ASK}\nTEXTS = {load}\nask(TEXTS{take})\n", file: text})
    assert listed(outcome) == [(file, "sort.system")]


def test_an_entry_whose_key_is_not_known_makes_no_other_text_a_prompt(found) -> None:
    code = f"import yaml\n{ASK}\nTEXTS = yaml.safe_load(open('p.yaml'))\ndef run(name):\n    ask(TEXTS[name])\n"
    assert listed(found({"app.py": code, "p.yaml": "a: Milk and eggs\nb: Flour and salt\n"})) == []


def test_of_two_files_of_one_name_the_nearer_is_meant(found) -> None:
    code = f"{ASK}\nask(open('texts/list.dat').read())\n"
    files = {"a/main.py": code, "a/texts/list.dat": PLAIN, "b/texts/list.dat": PLAIN}
    assert listed(found(files)) == [("a/texts/list.dat", None)]


def test_a_number_divided_is_no_path(found) -> None:
    assert listed(found({"app.py": f"{ASK}\ndef run(n):\n    ask(str(n / 2))\n", "2": ORDER})) == []


def test_rounds_on_demand_find_what_one_pass_over_everything_finds(write) -> None:
    from promptlint.files import module_table
    from promptlint.link.project import Linked
    from promptlint.outcome import Options
    from promptlint.parse.files import parse_all
    from promptlint.reading import Reading

    folder = write(
        {
            "app.py": f"import yaml\n{ASK}\nask(open('list.dat').read())\nask(yaml.safe_load(open('p.yaml'))['a'])\n",
            "list.dat": PLAIN,
            "p.yaml": "a: Milk and eggs\n",
        }
    )
    reading = Reading(Options(paths=(str(folder),), root=str(folder)))
    on_demand = reading.project
    everything = parse_all([(p, f.kind, (folder / p).read_text()) for p, f in reading.files.items()])
    known, names = module_table(reading.files)
    assert (
        Linked(everything, known, names, reading.knowledge, {}, {path: path for path in reading.files}).project
        == on_demand
    )
    assert len(on_demand.prompts) == 2


# --- collections ---


def test_a_template_of_several_lines_below_prompts_needs_no_wording() -> None:
    text = (
        "prompts:\n  - task: a\n    content: |-\n      # This is how the bot talks:\n      {{ examples | short }}\n\n      {{ history }}\n"
        "    output_parser: short\n  - task: b\n    content: |-\n      {{ history }}\n      {{ more }}\n"
    )
    (entry,) = parse_text("bot/general.yml", text).prompts
    assert entry.key == "prompts.0.content"
    assert [s.name for s in entry.segments if isinstance(s, Hole)] == ["examples", "history"]


def test_instructions_in_a_configuration_are_prompts(found) -> None:
    text = (
        "models: [main]\ninstructions:\n  - type: general\n    content: |\n      Below is a conversation between a bot and a user.\n"
        "      The bot is factual. If the bot does not know the answer, it says so.\n"
    )
    assert listed(found({"bot/config.yml": text})) == [("bot/config.yml", "instructions.0.content")]


@pytest.mark.parametrize(
    "text",
    [
        "prompts:\n  - name: project\n    content: |\n      SELECT {{ column }}\n      FROM {{ table }}\n",
        "steps:\n  - run: |\n      echo ${{ github.sha }}\n      make all the things\n",
        "prompt: Which name shall it have?\n",
    ],
)
def test_other_texts_of_several_lines_are_none(text: str) -> None:
    assert parse_text("config.yml", text).prompts == ()


def test_toml_strings_are_read_with_their_places() -> None:
    text = f'[[bot]]\nname = "x"\n[bot.texts]\nsystem_prompt = """\n{ORDER}"""\nother_prompt = "{ORDER.strip()}\\n"  # kept\n'
    first, second = parse_text("bots.toml", text).prompts
    assert (first.key, second.key) == ("bot.texts.system_prompt", "bot.texts.other_prompt")
    assert text[first.span.start : first.span.end] == ORDER
    assert second.segments[0].text == ORDER
    assert second.segments[0].runs == ()


def test_what_a_table_of_prompts_holds_is_one_whatever_its_key() -> None:
    asks = "Summarize the following mail in one sentence of at most ten words. Do not repeat any names, and leave out the greeting."
    (entry,) = parse_text("a.toml", f'[prompts]\nmail_summary = "{asks}"\nmail_path = "mails/new"\n').prompts
    assert entry.key == "prompts.mail_summary"
    assert parse_text("a.toml", f'[mails]\nmail_summary = "{asks}"\n').prompts == ()
    assert parse_text("a.yaml", f"prompts:\n- title: x\n  description: {asks}\n").prompts == ()


def test_the_elements_of_a_rail_are_prompts() -> None:
    text = f"<rail><output><string name='x' description='A prompt'/></output>\n<instructions>\n{ORDER}</instructions>\n<prompt>\n<![CDATA[{ORDER}${{mail}}]]></prompt></rail>"
    entries = parse_text("app/sort.rail", text).prompts
    assert [e.key for e in entries] == ["instructions", "prompt"]
    assert [s.name for s in entries[1].segments if isinstance(s, Hole)] == ["mail"]


def test_a_dotprompt_file_has_an_entry_for_each_role() -> None:
    text = (
        '---\nmodel: x\n---\n{{role "system"}}\nYou are kind.\n{{role "user"}}\n{{#if name}}I am {{name}}.{{/if}} Hi!\n'
    )
    entries = parse_text("a.prompt", text).prompts
    assert [(e.role, e.syntax) for e in entries] == [("system", "mustache"), ("user", "mustache")]
    assert [s.name for s in entries[1].segments if isinstance(s, Hole)] == ["", "name", ""]


def test_saved_templates_of_semantic_kernel_name_their_syntax() -> None:
    text = "name: sort\ntemplate: |\n  Sort the mail {{$mail}} now, {{helper.short $name}}.\ntemplate_format: semantic-kernel\n"
    (entry,) = parse_text("sort.yaml", text).prompts
    assert [s.name for s in entry.segments if isinstance(s, Hole)] == ["mail", "name"]


# --- programs and documents written as templates ---


def test_a_template_that_writes_a_program_is_no_prompt() -> None:
    order = "Answer with the given text only. Do not guess, always follow the format below. Return only your answer."
    assert len(parse_text("templates/client.tmpl", order + " {{ mail }}\n").prompts) == 1
    program = f'class {{{{ name }}}}:\n    """{order}"""\n\n    def ask(self):\n        return {{{{ mail }}}}\n'
    assert parse_text("templates/client.tmpl", program).prompts == ()


def test_a_prompt_that_shows_code_is_one() -> None:
    text = SLOTS + "\n```python\nimport re\n\ndef sort(mail):\n    return re.split('x', mail)\n```\n"
    assert len(parse_text("templates/sort.tmpl", text).prompts) == 1


def test_a_jinja_file_without_holes_must_be_all_instruction(found) -> None:
    notes = (
        "DO NOT EDIT. You are probably doing things wrong.\n" + "The blocks of a page are laid out one by one. " * 12
    )
    assert listed(found({"templates/base.j2": notes, "templates/sort.j2": ORDER})) == [("templates/sort.j2", None)]


def test_a_page_that_says_what_it_describes_is_a_document() -> None:
    page = "# Prompt formats\n\nThis document describes how a prompt is stored. Use JSON. Return only what you need.\n"
    assert parse_text("app/prompts/prompt-formats.md", page).prompts == ()


def test_a_collection_whose_file_is_named_for_its_prompt_is_read_without_a_program_that_names_it(found) -> None:
    text = "version: 1\ncontent: |-\n  - Given a chat and a summary, update the summary.\n  - Keep it short.\n  {PREVIOUS}\n"
    outcome = found({"planner/compression_prompt.yaml": text, "app.py": "import openai\n"})
    assert [p.place.path for p in outcome.project.prompts] == ["planner/compression_prompt.yaml"]


def test_a_template_that_begins_with_who_it_speaks_to_by_name_reads_like_a_prompt(found) -> None:
    text = "You are {{ name }}, an assistant of the city council.\n{% for tool in tools %}- {{ tool }}\n{% endfor %}\n"
    assert listed(found({"prompts/agent.j2": text})) == [("prompts/agent.j2", None)]


def test_a_file_that_an_evaluation_lists_as_a_prompt_is_one(found) -> None:
    config = "prompts:\n  - file://prompts/second.txt\nproviders: [openai:gpt-4o]\ntests:\n  - vars:\n      text: file://prompts/other.txt\n"
    files = {"promptfooconfig.yaml": config, "prompts/second.txt": "Say {{word}}.\n", "prompts/other.txt": "A word\n"}
    assert listed(found(files)) == [("prompts/second.txt", None)]


@pytest.mark.parametrize(
    ("line", "listed_too"),
    [('prompt_template: "judges/pair.txt"', True), ("system_prompt_path: judges/pair.txt", True),
     ("prompts:\n    - judges/pair.txt", True), ("dataset: judges/pair.txt", False), ("prompt: pair", False)],
)  # fmt: skip
def test_a_file_that_a_configuration_gives_as_a_prompt_is_one(found, line, listed_too) -> None:
    files = {"configs/pair.yaml": f"judge:\n  {line}\n  max_tokens: 9\n", "judges/pair.txt": "(a) or (b)?\n{answers}\n"}
    assert listed(found(files)) == ([("judges/pair.txt", None)] if listed_too else [])


def test_the_rows_of_a_dataset_are_no_prompts_but_a_few_examples_may_be(found) -> None:
    asked = "You are a careful translator. Translate the following text into French and answer with nothing else."
    program = "import json\nrows = json.load(open('rows.json'))\n"

    def texts(rows: list[dict[str, str]]) -> int:
        return len(found({"app.py": program, "rows.json": json.dumps(rows)}).project.prompts)

    assert texts([{"prompt": f"{asked} {n}", "response": "Bonjour"} for n in range(6)]) == 0
    assert texts([{"prompt": f"{asked} {n}", "language": "French"} for n in range(6)]) == 6
    assert texts([{"prompt": f"{asked} {n}", "response": "Bonjour"} for n in range(2)]) == 2


def test_documents_with_their_addresses_are_no_prompts_but_a_prompt_may_name_its_source(found) -> None:
    text = "You are a careful translator. Translate the following text into French and answer with nothing else."

    def listed_texts(key: str) -> int:
        rows = [{"title": f"Page {n}", key: f"{text} {n}", "url": f"https://example.org/{n}"} for n in range(6)]
        program = "import json\nrows = json.load(open('prompts/rows.json'))\n"
        return len(found({"app.py": program, "prompts/rows.json": json.dumps(rows)}).project.prompts)

    assert listed_texts("content") == 0
    assert listed_texts("prompt") == 6


@pytest.mark.parametrize(
    ("path", "text", "count"),
    [
        ("prompts/ja/mark.j2", "以下は{{ name }}に関する評価です。結果として出た評価を返してください。それ以外は回答に含めないように注意してください。", 1),
        ("prompts/de/mark.j2", "Hier ist die Aussage eines Kunden: {{ text }}\nBestimmen Sie die Stimmung der Aussage, ohne sie zu begründen.", 1),
        ("templates/de/mark.j2", "Hier ist die Aussage eines Kunden: {{ text }}\nBestimmen Sie die Stimmung der Aussage, ohne sie zu begründen.", 0),
        ("prompts/de/mark.j2", "{{ text }}: {{ mark }}\n", 0),
    ],
)  # fmt: skip
def test_a_template_among_prompts_is_one_in_whatever_language(found, path, text, count) -> None:
    assert len(found({"app.py": "import jinja2\n", path: text}).project.prompts) == count


NOTES = "---\nmodel: {model}\n---\nGroup the changes into New, Better and Fixed.\n"


@pytest.mark.parametrize(
    ("path", "model", "count"),
    [
        ("notes.md", "gpt-4o", 1),
        ("notes.md", "anthropic/claude-sonnet-4-5", 1),
        ("notes.md", "Tesla Model 3", 0),
        ("README.md", "gpt-4o", 0),
    ],
)
def test_front_matter_that_names_a_language_model_makes_a_prompt(path, model, count) -> None:
    assert len(parse_text(path, NOTES.format(model=model)).prompts) == count


def test_tasks_of_lm_evaluation_harness_hold_prompts(found) -> None:
    task = "task: verses\ndataset_path: x/y\noutput_type: generate_until\ndescription: 'The following are questions about old verses.'\n"
    task += "doc_to_text: 'Question: {{question}} Which of the four verses is the answer?'\ndoc_to_target: answer\n"
    assert listed(found({"a.py": ASK, "tasks/verses/verses.yaml": task})) == [
        ("tasks/verses/verses.yaml", "description"),
        ("tasks/verses/verses.yaml", "doc_to_text"),
    ]


def test_saved_prompts_of_semantic_kernel_are_found_anywhere(found) -> None:
    plan = "template_format: semantic-kernel\ntemplate: |\n    Make a plan for {{$goal}}, as short as it can be.\nname: Plan\n"
    assert listed(found({"a.py": ASK, "planners/plan.yaml": plan})) == [("planners/plan.yaml", "template")]


def test_a_task_of_another_tool_holds_no_prompt(found) -> None:
    task = "task: export\noutput_type: csv\ndescription: 'The following are tables about old verses.'\n"
    assert not listed(found({"a.py": ASK, "tasks/export.yaml": task}))
