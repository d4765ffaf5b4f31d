"""Which strings of a program are prompts, what fills them, and which are not."""

from pathlib import Path
from textwrap import dedent

import pytest

from promptlint.facts import Hole, Project
from promptlint.outcome import Options
from promptlint.run import inventory

HEAD = "from openai import OpenAI\nclient = OpenAI()\n"


def project(tmp_path: Path, code: str, **files: str) -> Project:
    (tmp_path / "a.py").write_text(HEAD + dedent(code))
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(dedent(text))
    return inventory(Options(paths=(str(tmp_path),), root=str(tmp_path))).project


FOUND: dict[str, tuple[str, set[str]]] = {
    "a template filled before it is sent": (
        """
        QUESTION = "Answer the question about {topic} in one word."
        def ask(topic):
            prompt = QUESTION.format(topic=topic)
            return client.responses.create(model="gpt-4o", input=prompt)
        """,
        {"topic"},
    ),
    "a template of the standard library": (
        """
        from string import Template
        QUESTION = Template("Describe $product for ${audience}.")
        def ask(product, audience):
            return client.responses.create(model="gpt-4o", input=QUESTION.substitute(product=product, audience=audience))
        """,
        {"product", "audience"},
    ),
    "slots of its own": (
        """
        QUESTION = "Extract the names from [TEXT] as JSON."
        def ask(text):
            return client.responses.create(model="gpt-4o", input=QUESTION.replace("[TEXT]", text))
        """,
        {"TEXT"},
    ),
    "a sum is one prompt": (
        """
        def ask(text):
            user = "Correct the spelling of " + text.strip() + " and return the text only."
            return client.responses.create(model="gpt-4o", input=user)
        """,
        {"text.strip()"},
    ),
    "dedented": (
        """
        from textwrap import dedent
        def ask(code):
            prompt = dedent(f'''
                Explain the code below.
                {code}
            ''').strip()
            return client.responses.create(model="gpt-4o", input=prompt)
        """,
        {"code"},
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_one_prompt_with_what_fills_it_is_used_by_its_call(tmp_path: Path, name: str) -> None:
    code, placeholders = FOUND[name]
    found = project(tmp_path, code)
    (prompt,) = found.prompts
    assert set(prompt.placeholders) == placeholders
    assert prompt.used_by == (found.calls[0].site_id,)


def test_parts_joined_over_several_statements_are_prompts_of_the_call(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        """
        def build(task, rules):
            parts = ["You are a senior editor.", f"Your task: {task}"]
            parts.append("Follow these rules:")
            parts.extend(f"- {rule}" for rule in rules)
            return "\\n".join(parts)
        def ask(rules):
            return client.responses.create(model="gpt-4o", input=build("edit", rules))
        """,
    )
    used = [p for p in found.prompts if p.used_by]
    assert [p.segments[0].text for p in used] == ["You are a senior editor.", "Your task: ", "Follow these rules:"]  # type: ignore[union-attr]


def test_lists_of_messages_are_added_up_in_order(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        """
        SYSTEM = {"role": "system", "content": "You correct Spanish sentences."}
        SHOTS = [{"role": "user", "content": "Yo soy hambre."}, {"role": "assistant", "content": "Yo tengo hambre."}]
        def ask(history, text):
            messages = [SYSTEM] + SHOTS + history + [{"role": "user", "content": text}]
            messages.insert(0, {"role": "developer", "content": "Answer in Spanish only."})
            return client.chat.completions.create(model="gpt-4o", messages=messages)
        """,
    )
    (call,) = found.calls
    roles = [m.role for m in call.messages]
    assert roles[:4] == ["developer", "system", "user", "assistant"]
    assert not call.messages_known


def test_what_fills_a_prompt_from_another_variable_is_part_of_it(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        """
        def ask(question, strict):
            rules = "Quote the source of every claim you make." if strict else "Always say where a claim comes from."
            return client.responses.create(model="gpt-4o", input=f"You are a judge. {rules} {question}")
        """,
    )
    assert len(found.prompts) == 3


def test_a_message_made_by_a_helper_is_a_prompt(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        """
        class Bot:
            def log(self, question):
                return [self.system_message(f"You answer questions about {question}."), add_turn("user", "Be brief, please.")]
        """,
    )
    assert [(p.role, p.confidence) for p in found.prompts] == [("system", "high"), ("user", "high")]


def test_what_callers_pass_into_a_message_is_a_prompt(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        """
        def ask(history, prompt):
            history.append({"role": "user", "content": prompt})
            return send(history)
        """,
        b="""
        from a import ask
        ask([], "Summarize the text in one sentence.")
        """,
    )
    assert [p.place.path for p in found.prompts] == ["b.py"]


def test_parts_of_a_message_are_read_whatever_it_is_sent_to(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        """
        messages = [{"role": "user", "content": [{"type": "text", "text": "Describe the picture in detail."}]}]
        """,
    )
    assert len(found.prompts) == 1


@pytest.mark.parametrize(
    "code",
    [
        'labels = ("bug", "feature")\n'
        'client.responses.create(model="gpt-4o", input=f"Choose one of {\', \'.join(labels)} for the text.")',
        'client.responses.create(model="gpt-4o", input="Greet {0} now please.".format("Anna"))',
    ],
)
def test_values_in_a_prompt_are_no_prompts(tmp_path: Path, code: str) -> None:
    assert len(project(tmp_path, code).prompts) == 1


def test_a_prompt_keeps_the_name_of_its_constant(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        """
        GREETING = "Greet the user."
        client.responses.create(model="gpt-4o", input=GREETING)
        """,
    )
    assert [p.name for p in found.prompts] == ["GREETING"]


def test_what_is_added_to_a_prompt_belongs_to_it(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        """
        def build_prompt(kind):
            prompt = "You are an expert in law. Answer the question of the user."
            if kind:
                prompt += "The words of the law come first here."
            return prompt
        """,
    )
    assert len(found.prompts) == 2


TOLD_ELSEWHERE = {
    "bound": "prompt = verdict(claims)",
    "passed": "log(system_prompt=verdict(claims))",
    "a method": "self.judge_prompt = Texts.verdict(claims)",
}


@pytest.mark.parametrize("use", TOLD_ELSEWHERE.values(), ids=TOLD_ELSEWHERE)
def test_what_a_function_returns_is_a_prompt_where_its_caller_calls_it_one(tmp_path: Path, use: str) -> None:
    text = "Below is a list of claims. Compare each of them with the source, and name those that go beyond it: {claims}"
    found = project(
        tmp_path,
        f"""
        def verdict(claims):
            return f"{text}"
        class Texts:
            @staticmethod
            def verdict(claims):
                answer = f"{text}"
                return answer
        class Review:
            def run(self, claims):
                {use}
        """,
    )
    assert len(found.prompts) == 1


@pytest.mark.parametrize(
    "use",
    ["prompt = input('Compare each of the claims with the source: ')", "prompt = verdict(claims)", "text = told()"],
)
def test_an_answer_is_no_prompt_when_only_one_side_says_so(tmp_path: Path, use: str) -> None:
    found = project(
        tmp_path,
        f"""
        def verdict(claims):
            return f"{{claims}} has been stored under the name that was chosen when the program was started last."
        def told():
            return "Compare each of the claims with the source, and name those that go beyond it, please."
        {use}
        """,
    )
    assert found.prompts == ()


JOINED = {
    "an f-string": 'f"{ROLE}\\n{TOOL}\\n{NOTES}"',
    "a sum": "ROLE + TOOL + NOTES",
    "what a function returns": 'lambda: f"{ROLE}{TOOL}{NOTES}"',
}


@pytest.mark.parametrize("whole", JOINED.values(), ids=JOINED)
def test_constants_joined_with_a_prompt_are_prompts(tmp_path: Path, whole: str) -> None:
    found = project(
        tmp_path,
        f"""
        ROLE = "You are a debugging assistant. Answer questions about the root cause of an error."
        TOOL = "Call `inspect` for the source of what is named in the trace."
        NOTES = "One or two"
        OTHER = "Call `again` for the source of what is named in the trace."
        whole = {whole}
        """,
    )
    assert [p.name for p in found.prompts] == ["ROLE", "TOOL"]


def test_a_parameter_of_the_same_name_is_no_part_of_what_is_joined(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        """
        ROLE = "You are a debugging assistant. Answer questions about the root cause of an error."
        TOOL = "Call `inspect` for the source of what is named in the trace."
        def whole(TOOL):
            return f"{ROLE}{TOOL}"
        """,
    )
    assert [p.name for p in found.prompts] == ["ROLE"]


def test_what_fills_numbered_slots_is_part_of_a_prompt(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        """
        def ask(topic, claim):
            rule = "Answer the question about {} based on the text.\\n".format(topic)
            asked = "{}\\n\\nInput: {} True or False?".format(rule.strip(), claim)
            return client.responses.create(model="gpt-4o", input=asked)
        """,
    )
    (call,) = found.calls
    assert [(p.name, p.used_by) for p in found.prompts] == [("rule", (call.site_id,)), ("asked", (call.site_id,))]


@pytest.mark.parametrize(
    ("use", "number"),
    [
        ("Character(prompt=POET)", 1),
        ("Character(text=POET)", 0),
        ("def make(POET):\n    return Character(prompt=POET)", 0),
    ],
)
def test_a_constant_that_is_passed_as_a_prompt_is_one(tmp_path: Path, use: str, number: int) -> None:
    text = "Sings of ships and storms, of harbours and of those who wait; loves the sea and despises a plain word "
    text += "where a grand one would do. Never short of a rhyme, never in a hurry, and always a little sad."
    found = project(tmp_path, f"POET = {text!r}\n{use}")
    assert [p.name for p in found.prompts] == ["POET"] * number


def test_what_a_function_says_in_the_place_of_the_model_is_no_prompt(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        """
        def ask(messages):
            answer = client.chat.completions.create(model="gpt-4o", messages=messages).choices
            if answer:
                return answer[0].message.content
            return "Something went wrong, please try again."
        def talk(messages):
            messages.append({"role": "user", "content": "Say hello to the reader in one sentence."})
            messages.append({"role": "assistant", "content": ask(messages)})
        """,
    )
    assert [p.role for p in found.prompts] == ["user"]


LINES = [
    "Keep the plan to three or four sentences.",
    "Do not suggest to look at the data first.",
    "Name one metric for the task.",
]
LABELS = ["The left column of the page", "The right column of the page", "The rows between the two of them"]
LISTS = {
    "lines of a guideline": (f"plan_guideline = {LINES}", 3),
    "lines below the key of a prompt": (
        f'prompt = {{"Task": task}}\nprompt["Rules"] = {{"Plan guideline": {LINES}}}',
        3,
    ),
    "lines merged into one": (f'prompt = {{"Rules": {{}}}}\nprompt["Rules"] |= {{"Plan guideline": {LINES}}}', 3),
    "too few to be a list": (f"plan_guideline = {LINES[2:]}", 0),
    "lines under a name that says little": (f"entries = {LINES}", 0),
    "what tells nobody what to do": (f"plan_guideline = {LABELS}", 0),
}


@pytest.mark.parametrize(("code", "number"), LISTS.values(), ids=LISTS)
def test_the_lines_of_one_prompt_are_read_together(tmp_path: Path, code: str, number: int) -> None:
    assert len(project(tmp_path, code).prompts) == number


@pytest.mark.parametrize(
    ("code", "number"),
    [('system_prompt = f"You are {name}. Your role: {role}"', 1), ('system_prompt = f"{name}: {role}"', 0),
     ('title = f"You are {name}. Your role: {role}"', 0)],
)  # fmt: skip
def test_a_short_prompt_says_whom_it_addresses(tmp_path: Path, code: str, number: int) -> None:
    assert len(project(tmp_path, code).prompts) == number


def test_what_an_agent_of_langchain_is_told_through_a_function_is_a_prompt(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        """
        from langchain.agents import initialize_agent
        from langchain.chat_models import ChatOpenAI
        class Debater:
            def __init__(self, side):
                self.agent = initialize_agent(tools=[], llm=ChatOpenAI(temperature=0.9))
                self.tell(f"You argue that the statement is {side}. Answer as briefly as you can.")
            def tell(self, prompt):
                return self.agent.run(prompt)
        """,
    )
    assert [p.placeholders for p in found.prompts] == [("side",)]


OBJECTS = {
    "an object made of a prompt": (
        'system_prompt = Variable("You are a judge who compares two answers.", fixed=True)',
        1,
    ),
    "one that is passed": ('run(system_prompt=Variable("You are a judge who compares two answers."))', 1),
    "a name that says little": ('text = Variable("You are a judge who compares two answers.", fixed=True)', 0),
    "a function that asks a person": ('prompt = ask_for("Which of the two answers do you like better?")', 0),
    "what is no instruction": ('prompt = Label("The two answers of the last round, side by side")', 0),
}


@pytest.mark.parametrize(("code", "number"), OBJECTS.values(), ids=OBJECTS)
def test_the_text_of_an_object_is_a_prompt_when_its_name_says_so(tmp_path: Path, code: str, number: int) -> None:
    assert len(project(tmp_path, code).prompts) == number


def test_what_a_command_line_asks_a_person_is_no_prompt(tmp_path: Path) -> None:
    code = "import openai, typer\ndef ask(q: str = typer.Option(..., prompt='What is your question? Please write it in English')):\n    pass\n"
    assert project(tmp_path, code).prompts == ()


LINES = (
    '    "Read the question of the user and the answer of the assistant carefully.",\n    "",\n'
    '    "Judge whether the answer is right, and say no more than that.",\n    "Answer with one of the words right and wrong.",\n'
)


@pytest.mark.parametrize("mark", ["\\n", " "])
def test_the_lines_of_a_text_that_is_joined_at_once_are_one_prompt(found, mark) -> None:
    outcome = found(f'class Judge:\n    system_prompt = "{mark}".join([\n{LINES}    ])\n')
    assert len(outcome.project.prompts) == 1


def test_words_that_are_joined_are_no_prompt(found) -> None:
    assert not found(
        'import openai\nPROMPT_FIELDS = ", ".join(["name", "size", "price of the thing"])\n'
    ).project.prompts


def test_a_function_that_makes_a_prompt_lets_its_file_be_read(found) -> None:
    text = 'def claim_judge_prompt(claim):\n    return f"""Compare the claim with the answer.\nReturn JSON with the key verdict.\nClaim: {claim}"""\n'
    assert len(found(text).project.prompts) == 1


PARTS = """
import openai
TOLD = "You take down a phone number.\\n{rules}\\nNever invent one."
SPOKEN = "Handle input as typed text and clean it up silently where it looks almost correct."
def ask(more):
    return openai.responses.create(model="m-1", input=TOLD.format(FILLED))
"""


@pytest.mark.parametrize(
    ("filled", "count"),
    [("rules=SPOKEN", 2), ("rules=more", 1)],
)
def test_a_constant_that_fills_a_prompt_is_part_of_it(found, filled, count) -> None:
    assert len(found(PARTS.replace("FILLED", filled)).project.prompts) == count


UNPACKED = """
import openai
JUDGE_PROMPT = "You are given a question and a context. Judge whether the context is relevant.\\n{shots}\\nReturn:\\n{form}"
SHOTS = "[Question]: How high is it, and who measured that?\\n[Context]: It is high.\\n[Choice]: B"
LONG = "{'Reasoning': [Reasoning], # how far the context answers the question\\n'Choice': [A or B]}"
SHORT = "{'Choice': [the selected choice], # what fits the task data best, one of A or B}"
def run(data, kind):
    if kind == "long":
        form = LONG
    elif kind == "short":
        form = SHORT
    else:
        raise ValueError("no such kind")
    for row in data:
        FILLED
"""


@pytest.mark.parametrize(
    "filled",
    [
        "kwargs = row\n        kwargs.update({'shots': SHOTS, 'form': form})\n        ask(JUDGE_PROMPT.format(**kwargs))",
        "kwargs = {**row, 'shots': SHOTS}\n        kwargs['form'] = form\n        ask(JUDGE_PROMPT.replace('{x}', 'y').format(**kwargs))",
        "ask(JUDGE_PROMPT.format(**row, **dict(shots=SHOTS, form=form)))",
        "ask(JUDGE_PROMPT.format(**{'shots': SHOTS, 'form': form}))",
        "ask(JUDGE_PROMPT.format(shots=SHOTS, form=form))",
    ],
)
def test_what_fills_a_prompt_from_a_dictionary_is_part_of_it(found, filled) -> None:
    prompts = found(UNPACKED.replace("FILLED", filled)).project.prompts
    assert [prompt.name for prompt in prompts] == ["JUDGE_PROMPT", "SHOTS", "LONG", "SHORT"]


def test_a_constant_that_fills_a_template_object_is_part_of_it(found) -> None:
    made = UNPACKED.replace('JUDGE_PROMPT = "', 'JUDGE_PROMPT = PromptTemplate.from_template("').replace(
        '{form}"', '{form}")'
    )
    filled = "ask(JUDGE_PROMPT.format(shots=SHOTS, form=form, row=json.dumps(row, indent=2)))"
    project = found(
        "import json\nfrom langchain_core.prompts import PromptTemplate" + made.replace("FILLED", filled)
    ).project
    assert [prompt.name for prompt in project.prompts] == ["JUDGE_PROMPT", "SHOTS", "LONG", "SHORT"]
    assert [dump.indent for dump in project.dumps] == [2]


def test_a_text_that_orders_line_after_line_needs_no_name(found) -> None:
    lines = ["You must respond with a JSON object in this format:", "- Respond only with the JSON object, no other text.",
             "- Do not use code fences.", "- The response must be valid JSON.", "- Return every field."]  # fmt: skip
    text = 'def add(talk):\n    talk.add_text("""' + "\n".join(lines) + '""")\n'
    assert len(found("import openai\n" + text).project.prompts) == 1


BY_THEMSELVES = {
    "jinja": ("You greet the user. Their name is {{ user.name }}.", "jinja", ["user.name"]),
    "fields": ("<|im_start|>system\\nYou are a helpful assistant. {system_message}", "format", ["system_message"]),
    "doubled braces beside a field": ('You answer {question} as {{"answer": "yes"}}.', "format", ["question"]),
    "JSON beside a field": ('You answer {question} as {"answer": "yes"}.', "constant", []),
    "JSON": ('You answer the question as {"answer": "yes"}.', "constant", []),
    "no placeholders": ("You are a helpful assistant. Answer in one word.", "constant", []),
    "a tag that jinja cannot read": ("You greet {{ user }} and then {% if. Answer in one word.", "constant", []),
}


@pytest.mark.parametrize(("text", "form", "names"), BY_THEMSELVES.values(), ids=BY_THEMSELVES.keys())
def test_a_constant_of_which_nothing_is_known_has_the_placeholders_that_it_is_written_with(
    found, text, form, names
) -> None:
    (prompt,) = found(f"import openai\nrun(node, system_prompt='{text}')\n").project.prompts
    assert (prompt.form, [s.name for s in prompt.segments if isinstance(s, Hole)], prompt.problem) == (
        form,
        names,
        None,
    )


def test_what_is_sent_as_it_stands_has_no_placeholders(found) -> None:
    text = "You are a helpful assistant. Write {name} where a name belongs."
    sent = f"SYSTEM_PROMPT = '{text}'\nopenai.responses.create(model='m-1', instructions=SYSTEM_PROMPT)\n"
    (prompt,) = found(f"import openai\n{sent}").project.prompts
    assert (prompt.form, len(prompt.segments)) == ("constant", 1)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("<!-- INTERRUPT: PENDING_USER_INPUT -->", 0),
        ("<!-- for the user --> Answer in one word.", 1),
        ("<!-- Answer in", 1),
    ],
)
def test_a_comment_of_markup_alone_is_no_prompt(found, text, count) -> None:
    code = f"import openai\nPENDING = '{text}'\ndef run(self):\n    yield [Message(role='user', content=PENDING)]\n"
    assert len(found(code).project.prompts) == count
