"""`promptlint plan`: the waterfall of a project, each dollar worked out again from what is printed with it."""

from __future__ import annotations

import json
import re
from decimal import ROUND_HALF_EVEN, Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from promptlint.cli import cli
from promptlint.money import waterfall

HERE = Path(__file__).resolve().parent.parent
PAGE = HERE / "docs" / "plan.md"

JOB = """
    from openai import OpenAI
    client = OpenAI()
    def label(texts):
        for text in texts:
            print(client.chat.completions.create(model="gpt-6.1-sol", max_tokens=10,
                messages=[{"role": "user", "content": "Answer with one of: order, return, other. " + text}]))
    if __name__ == "__main__":
        label(open("mails.txt"))
"""
TRAFFIC = "[traffic]\ncalls-per-month = 100000\ninput-tokens = 100\n"
RULES = ["Never promise a refund of more than {0} euros.", "Parcels of {0} kilos go to shelf {0}."]
LONG = " ".join(rule.format(n) for n in range(100, 160) for rule in RULES)
WEB = f"""
    import anthropic
    from flask import Flask
    app = Flask(__name__)
    client = anthropic.Anthropic()
    SYSTEM = "{LONG}"
    @app.route("/ask")
    def ask(question):
        return client.messages.create(model="claude-sonnet-5-5", max_tokens=300, system=SYSTEM,
            messages=[{{"role": "user", "content": question}}])
"""


@pytest.fixture
def run(write, monkeypatch):
    def run(files, *arguments: str) -> Result:
        monkeypatch.chdir(write(files))
        return CliRunner().invoke(cli, ["plan", *arguments])

    return run


@pytest.fixture
def planned(run):
    def planned(files, *arguments: str) -> dict[str, Any]:
        result = run(files, "--output-format", "json", *arguments)
        assert result.exit_code == 0, result.output
        found: dict[str, Any] = json.loads(result.stdout)
        recomputed(found)
        return found

    return planned


def steps(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {step["name"]: step for step in found["steps"]}


def reasons(found: dict[str, Any], step: str) -> str:
    return " ".join(o["why"] for o in steps(found)[step]["not_counted"])


# --- every dollar from what is printed with it ------------------------------------------------------------------------


def one(stage: dict[str, Any], rates: dict[str, str | None]) -> Decimal:
    """USD of one request, by the formula that the report states."""
    tokens = {name: Decimal(stage[name]) for name in ("input_tokens", "cached_tokens", "hits", "output_tokens")}
    rate = {name: Decimal(value or 0) for name, value in rates.items()}
    total = (tokens["input_tokens"] - tokens["cached_tokens"]) * rate["input"]
    total += tokens["cached_tokens"] * tokens["hits"] * rate["read"]
    total += tokens["cached_tokens"] * (1 - tokens["hits"]) * rate["write"]
    total += tokens["output_tokens"] * stage["answers"] * rate["output"]
    return total / 1_000_000 + rate["request"]


def month(stage: dict[str, Any]) -> Decimal:
    later = Decimal(stage["batch_share"])
    each = (1 - later) * one(stage, stage["rates"])
    each += later * one(stage, stage["batch_rates"]) if later else 0
    return each * Decimal(stage["calls"]) * (1 - Decimal(stage["discount"]))


def recomputed(found: dict[str, Any]) -> None:
    """Work out every dollar of a report in JSON again; each step begins where the one before it ended."""
    if found["usd_per_month"] is None:
        assert not found["calls"]
        assert not any(step["savings"] for step in found["steps"])
        return
    now = {call["site_id"]: call["stage"] for call in found["calls"]}
    spend = sum(map(month, now.values()))
    assert spend == Decimal(found["usd_per_month"])
    for call in found["calls"]:
        assert any(b["input"] == "calls a month" for b in call["basis"])
        assert any(b["input"] == "price" for b in call["basis"])
    left = spend
    for step in found["steps"]:
        saved = Decimal(0)
        for saving in step["savings"]:
            assert saving["before"] == now[saving["site_id"]], "it begins where the step before it ended"
            assert saving["basis"], "what is saved says on what basis"
            less = month(saving["before"]) - month(saving["after"])
            assert less == Decimal(saving["saved_usd_per_month"]) > 0
            now[saving["site_id"]] = saving["after"]
            saved += less
        assert saved == Decimal(step["saved_usd_per_month"])
        before, left = left, left - saved
        assert left == Decimal(step["usd_per_month"])
        assert round(before * (1 - Decimal(step["share"]) * Decimal(step["cut"])), 12) == round(left, 12)
    assert left == Decimal(found["planned_usd_per_month"])


# --- the example project and its page ---------------------------------------------------------------------------------


def worked_out(text: str) -> Decimal:
    """A line of arithmetic as the page has it: numbers, brackets, + - * / and e^(...)."""
    assert re.fullmatch(r"[\d.\s()+*/^e-]+", text), text
    by_decimals = re.sub(r"e\^(\((?:[^()]|\([^()]*\))*\))", r"\1.exp()", text)
    return Decimal(eval(re.sub(r"\d+(?:\.\d+)?", lambda m: f"Decimal('{m.group()}')", by_decimals)))


def lines() -> list[tuple[str, Decimal]]:
    """Each line of the page that is worked out by hand, with its result; the page must have it right."""
    found = []
    for block in re.findall(r"```hand\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        for line in block.splitlines():
            name, rest = line.split(" = ", 1)
            body, result = rest.rsplit(" = ", 1)
            digits = Decimal(1).scaleb(-len(result.partition(".")[2]))
            assert worked_out(body).quantize(digits, ROUND_HALF_EVEN) == Decimal(result), line
            found.append((name, Decimal(result)))
    return found


def test_the_example_comes_to_what_the_page_works_out_by_hand(monkeypatch) -> None:
    monkeypatch.chdir(HERE)
    result = CliRunner().invoke(cli, ["plan", "examples/helpdesk", "--output-format", "json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    recomputed(found)
    by_hand = lines()
    levels = {name.replace("_", " "): value for name, value in by_hand}
    assert Decimal(found["usd_per_month"]) == levels["now"]
    assert {s["name"]: Decimal(s["usd_per_month"]) for s in found["steps"]} == {n: levels[n] for n in waterfall.ORDER}
    assert Decimal(found["planned_usd_per_month"]) / Decimal(found["usd_per_month"]) - levels["left"] < Decimal(
        "0.00001"
    )
    calls = {(name, value) for name, value in by_hand}
    for saving in (s for step in found["steps"] for s in step["savings"]):
        assert (saving["function"], Decimal(saving["after"]["usd_per_month"])) in calls


def test_the_page_shows_the_table_that_is_printed(monkeypatch) -> None:
    monkeypatch.chdir(HERE)
    output = CliRunner().invoke(cli, ["plan", "-q", "examples/helpdesk"]).output
    shown = re.search(r"\$ promptlint plan examples/helpdesk\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert shown is not None
    assert output.startswith(shown.group(1))


def test_the_arithmetic_of_the_page_runs(capsys) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    exec(code)
    assert capsys.readouterr().out == "['route: -61.1 %', 'response cache: -76.7 %', 'batch: -80.0 %']\n"


# --- what is counted, and what is not ---------------------------------------------------------------------------------


def test_a_call_that_is_routed_and_batched_saves_on_what_is_left(planned) -> None:
    found = planned({"job.py": JOB, "promptlint.toml": TRAFFIC})
    taken = steps(found)
    (routed,), (batched,) = taken["route"]["savings"], taken["batch"]["savings"]
    # 118 tokens in, 1 out: 100,000 × (118 × 2 + 1 × 10) / M, then at 0.1 and 0.5, then half of that.
    assert found["usd_per_month"] == "24.6"
    assert (routed["saved_usd_per_month"], batched["saved_usd_per_month"]) == ("23.37", "0.615")
    assert batched["before"] == routed["after"]


def test_the_levels_are_those_of_compose(planned) -> None:
    found = planned({"job.py": JOB, "web.py": WEB, "promptlint.toml": f"{TRAFFIC}repeated-share = 0.2\n"})
    shares = [waterfall.Step(name=s["name"], share=Decimal(s["share"]), cut=Decimal(s["cut"])) for s in found["steps"]]
    levels = waterfall.compose(Decimal(found["usd_per_month"]), shares)
    assert [round(level.spend, 12) for level in levels] == [
        round(Decimal(s["usd_per_month"]), 12) for s in found["steps"]
    ]
    assert sum(Decimal(s["saved_usd_per_month"]) > 0 for s in found["steps"]) >= 4


def test_the_spend_is_the_sure_end_of_what_cost_prints(planned) -> None:
    files = {"job.py": JOB, "web.py": WEB, "promptlint.toml": f"{TRAFFIC}[prices]\ndiscount = {{ openai = 0.1 }}\n"}
    found = planned(files)
    cost = json.loads(CliRunner().invoke(cli, ["cost", "--output-format", "json"]).stdout)
    assert found["usd_per_month"] == cost["total"]["usd_per_month"]["low"]
    assert not found["exact"]


def test_each_provider_of_several_models_has_its_own_discount(planned) -> None:
    app = """
        import litellm
        def ask(clever, text):
            model = "anthropic/claude-haiku-4-5" if clever else "gpt-4.1"
            return litellm.completion(model=model, max_tokens=9, messages=[{"role": "user", "content": text}])
    """
    for provider in ("openai", "anthropic"):
        discounts = f"{TRAFFIC}output-tokens = 9\n[prices]\ndiscount = {{ {provider} = 0.9 }}\n"
        found = planned({"app.py": app, "promptlint.toml": discounts})
        cost = json.loads(CliRunner().invoke(cli, ["cost", "--output-format", "json"]).stdout)
        assert found["usd_per_month"] == cost["total"]["usd_per_month"]["low"]


def test_without_traffic_there_are_places_and_no_dollars_a_month(run, planned) -> None:
    found = planned({"job.py": JOB})
    assert (found["usd_per_month"], found["planned_usd_per_month"], found["total_cut"]) == (None, None, None)
    assert "1,000 calls: $0.046 → $0.0023" in reasons(found, "route")
    output = run({"job.py": JOB}).output
    assert "`promptlint traffic sync`" in output
    assert "job.py:6:52 [PRM501]: gpt-6.1-sol → gpt-6-luna; how often the call is made is not known" in output
    assert "a month would be" not in output


@pytest.mark.parametrize(
    ("app", "said"),
    [
        ("print(1)\n", "No model call was found.\n"),
        (
            JOB.replace('"gpt-6.1-sol"', "MODEL").replace(
                "client =", "import os\n    MODEL = os.environ['M']\n    client ="
            ),
            "No call has a price",
        ),
    ],
)
def test_where_there_is_nothing_to_save_it_says_why(run, app: str, said: str) -> None:
    assert run({"app.py": app}, "--traffic", "small").output.startswith(said)


def test_calls_without_traffic_are_left_out_and_said(planned, run) -> None:
    files = {"job.py": JOB, "web.py": WEB, "promptlint.toml": "[traffic.functions.label]\ncalls-per-month = 1000\n"}
    found = planned(files)
    assert (len(found["calls"]), found["without_traffic"]) == (1, 1)
    assert "1 call without traffic left out" in run(files).output


def test_every_step_without_evidence_says_what_it_needs(planned, run) -> None:
    files = {
        "app.py": "import openai\nopenai.OpenAI().chat.completions.create(model='gpt-6-luna', max_tokens=3, messages=[])\n"
    }
    assert all(step["needs"] and step["saved_usd_per_month"] == "0" for step in planned(files)["steps"])
    output = run(files, "--traffic", "small").output
    assert output.count("nothing to go by. It needs ") == 6
    assert "no step has evidence" in output


def test_what_is_ignored_is_no_evidence(planned) -> None:
    above = "        # promptlint: ignore[PRM501] it is needed\n"
    quiet = JOB.replace("        print(client", f"    {above}            print(client")
    assert steps(planned({"job.py": quiet, "promptlint.toml": TRAFFIC}))["route"]["calls"] == 0
    ignored = {
        "job.py": JOB,
        "promptlint.toml": f"ignore = ['PRM5']\nper-file-ignores = {{ 'job.py' = ['PRM401'] }}\n{TRAFFIC}",
    }
    found = steps(planned(ignored))
    assert (found["route"]["calls"], found["batch"]["calls"]) == (0, 0)


def test_a_model_that_is_retired_is_replaced_where_that_costs_less(planned) -> None:
    app = """
        from openai import OpenAI
        def cheaper(text):
            return OpenAI().chat.completions.create(model="gpt-4o", max_tokens=9, messages=[{"role": "user", "content": text}])
        def dearer(text):
            return OpenAI().chat.completions.create(model="gpt-3.5-turbo", max_tokens=9, messages=[{"role": "user", "content": text}])
    """
    found = planned({"app.py": app, "promptlint.toml": TRAFFIC})
    (saving,) = steps(found)["route"]["savings"]
    assert (saving["function"], saving["rule"], saving["after"]["model"]) == ("cheaper", "PRM502", "gpt-6-luna")
    # 106 tokens at 0.5 and at 2 USD a million, 100,000 times
    assert "it costs no less: $5.30 → $21.20 a month" in reasons(found, "route")


def test_a_step_that_two_rules_speak_for_is_taken_once(planned) -> None:
    found = planned({"job.py": JOB.replace("gpt-6.1-sol", "gpt-4o"), "promptlint.toml": TRAFFIC})
    (saving,) = steps(found)["route"]["savings"]
    assert (saving["rule"], steps(found)["route"]["not_counted"]) == ("PRM501", [])


def test_nobody_who_may_wait_is_batched_unless_it_is_said(planned) -> None:
    unclear = JOB.replace('    if __name__ == "__main__":\n        label(open("mails.txt"))\n', "")
    found = planned({"job.py": unclear, "promptlint.toml": TRAFFIC})
    assert steps(found)["batch"]["calls"] == 0
    assert "say `batchable-share`" in reasons(found, "batch")
    found = planned({"job.py": unclear, "promptlint.toml": f"{TRAFFIC}batchable-share = 0.4\n"})
    (saving,) = steps(found)["batch"]["savings"]
    assert saving["after"]["batch_share"] == "0.4"


def test_a_cached_token_of_gpt_4o_saves_nothing_more_in_a_batch(planned) -> None:
    job = JOB.replace("gpt-6.1-sol", "gpt-4o").replace("Answer with one of: order, return, other. ", "Translate: ")
    files = {"job.py": job, "promptlint.toml": f"ignore = ['PRM502']\n{TRAFFIC}output-tokens = 0\ncached-share = 1\n"}
    found = planned(files)
    assert steps(found)["batch"]["calls"] == 0
    assert "it saves nothing on what the steps before it leave" in reasons(found, "batch")
    half = planned(
        {**files, "promptlint.toml": f"ignore = ['PRM502']\n{TRAFFIC}output-tokens = 0\ncached-share = 0.5\n"}
    )
    (saving,) = steps(half)["batch"]["savings"]
    # Of 109 tokens a half at 2.5 and a half at 1.25; in a batch all at 1.25.
    assert (saving["before"]["usd_per_month"], saving["after"]["usd_per_month"]) == ("20.4375", "13.625")


def test_a_prefix_is_cached_only_where_it_pays(planned) -> None:
    often = planned({"web.py": WEB, "promptlint.toml": TRAFFIC})
    (saving,) = steps(often)["prompt cache"]["savings"]
    assert saving["after"]["hits"] == "1" or Decimal(saving["after"]["hits"]) > Decimal("0.99")
    rare = planned({"web.py": WEB, "promptlint.toml": TRAFFIC.replace("100000", "1000")})
    assert steps(rare)["prompt cache"]["calls"] == 0


def test_a_cache_of_answers_leaves_fewer_calls_to_the_prompt_cache(planned) -> None:
    files = {"web.py": WEB, "promptlint.toml": f"{TRAFFIC}repeated-share = 0.9\n"}
    taken = steps(planned(files))
    (repeated,), (cached,) = taken["response cache"]["savings"], taken["prompt cache"]["savings"]
    assert (repeated["after"]["calls"], cached["before"]["calls"]) == ("10000", "10000")
    assert Decimal(cached["after"]["hits"]) == Decimal("0.6857")  # 1 - e^(-10000 / 43200 × 5)


def test_where_a_cache_of_answers_is_there_already_its_repeats_count_for_nothing(planned) -> None:
    cached = WEB.replace('@app.route("/ask")', "@functools.lru_cache").replace(
        "import anthropic", "import anthropic, functools"
    )
    found = planned({"web.py": cached, "promptlint.toml": f"{TRAFFIC}repeated-share = 0.5\n"})
    assert steps(found)["response cache"]["calls"] == 0
    assert "a cache of answers stands before it" in reasons(found, "response cache")
    assert "response-cache" not in [q["name"] for q in found["questions"]]


def test_a_prompt_that_is_one_of_two_is_not_counted(planned) -> None:
    wordy = "Please make sure that you answer in order to be of help, due to the fact that people wait. " * 3
    app = f"""
        from openai import OpenAI
        A = "You sort mails. {wordy}"
        B = "You sort parcels. {wordy}"
        def one(flag, text):
            return OpenAI().chat.completions.create(model="gpt-6-luna", max_tokens=9, messages=[
                {{"role": "system", "content": A if flag else B}}, {{"role": "user", "content": text}}])
        def other(text):
            return OpenAI().chat.completions.create(model="gpt-6-luna", max_tokens=9, messages=[
                {{"role": "system", "content": A}}, {{"role": "user", "content": text}}])
    """
    found = planned({"app.py": app, "promptlint.toml": TRAFFIC})
    assert [s["function"] for s in steps(found)["compress"]["savings"]] == ["other"]
    assert "how often it is sent is not known" in reasons(found, "compress")


def test_a_prompt_is_not_shortened_below_what_the_cache_takes(planned) -> None:
    wordy = "In order to be of help, please make sure that you take your time due to the fact that it matters. " * 3
    web = WEB.replace(LONG, wordy + " ".join(LONG.split()[:270]))
    found = planned({"web.py": web, "promptlint.toml": TRAFFIC})
    taken = steps(found)
    (cached,) = taken["prompt cache"]["savings"]
    assert 512 <= int(cached["after"]["cached_tokens"]) < 560
    assert taken["compress"]["calls"] == 0
    assert "it saves nothing" in reasons(found, "compress")


def test_a_cap_saves_where_answers_are_known_to_be_longer(planned) -> None:
    app = """
        from openai import OpenAI
        client = OpenAI()
        def ask(prompt):
            return client.chat.completions.create(model="gpt-6-luna", messages=[{"role": "user", "content": prompt}])
        def angry(mail):
            return ask("Answer yes or no: is the customer angry? " + mail)
        def reply(mail):
            return ask("Reply to this mail: " + mail)
    """
    said = planned({"app.py": app, "promptlint.toml": f"{TRAFFIC}[traffic.functions.angry]\noutput-tokens = 50\n"})
    (saving,) = steps(said)["cap"]["savings"]
    assert (saving["function"], saving["before"]["output_tokens"], saving["after"]["output_tokens"]) == (
        "angry",
        "50",
        "8",
    )
    assert "what the request needs is not known" in reasons(said, "cap")
    unsaid = planned({"app.py": app, "promptlint.toml": TRAFFIC})
    # (128,000 - 8) × 0.5 / M × 100,000 calls
    assert "at most (128,000 tokens each) they cost $6,399.60 a month more" in reasons(unsaid, "cap")
    assert steps(unsaid)["cap"]["calls"] == 0
    either = app.replace('model="gpt-6-luna"', 'model="gpt-4o-mini" if len(prompt) < 99 else "gpt-4o"')
    # (16,384 - 8) × 10 / M × 100,000 calls: the dearer of the two
    dearer = reasons(planned({"app.py": either, "promptlint.toml": TRAFFIC}), "cap")
    assert "at most (16,384 tokens each) they cost $16,376.00 a month more" in dearer


# --- questions --------------------------------------------------------------------------------------------------------


def asked(found: dict[str, Any]) -> dict[str, list[int]]:
    return {q["name"]: [p["line"] for p in q["places"]] for q in found["questions"]}


def test_what_code_cannot_prove_is_asked_and_never_found(planned) -> None:
    found = planned({"job.py": JOB, "promptlint.toml": TRAFFIC})
    assert asked(found) == {"usage": [6], "response-cache": [6], "deduplication": [6]}
    checked = json.loads(CliRunner().invoke(cli, ["check", "--preview", "--output-format", "json"]).stdout)
    assert not {"PRM212", "PRM404", "PRM506", "PRM703"} & {f["code"] for f in checked["findings"]}


def test_usage_that_is_read_anywhere_is_not_asked_for(planned) -> None:
    files = {
        "job.py": JOB,
        "meter.py": "def note(reply):\n    print(reply.usage.total_tokens)\n",
        "promptlint.toml": TRAFFIC,
    }
    assert "usage" not in asked(planned(files))
    assert "usage" not in asked(
        planned({"job.py": JOB, "meter.py": "", "promptlint.toml": f"{TRAFFIC}measured = 'usage.csv'\n"})
    )


def test_a_schema_that_the_prompt_says_again_is_asked_about(planned) -> None:
    app = """
        from openai import OpenAI
        from pydantic import BaseModel
        class Ticket(BaseModel):
            title: str
            severity: int
            component: str
        def read(text):
            return OpenAI().chat.completions.parse(model="gpt-6-luna", max_tokens=99, response_format=Ticket, messages=[
                {"role": "user", "content": "Read a ticket. Give title, severity and component: " + text}])
        def short(text):
            return OpenAI().chat.completions.parse(model="gpt-6-luna", max_tokens=99, response_format=Ticket, messages=[
                {"role": "user", "content": "Read a ticket with its title: " + text}])
    """
    assert asked(planned({"app.py": app}))["restated-schema"] == [9]


def test_a_long_instruction_for_a_label_is_asked_about(planned) -> None:
    rules = " ".join(f"Code {n} is for parcels of {n} kilos." for n in range(100, 230))
    job = JOB.replace("Answer with one of: order", f"{rules} Answer with one of: order")
    assert "fine-tuning" in asked(planned({"job.py": job, "promptlint.toml": TRAFFIC}))


def test_a_beginning_that_is_cached_by_itself_is_asked_about(planned) -> None:
    rules = " ".join(f"Code {n} is for parcels of {n} kilos." for n in range(100, 230))
    job = JOB.replace("Answer with one of: order", f"{rules} Answer with one of: order")
    assert "cached-share" in asked(planned({"job.py": job, "promptlint.toml": TRAFFIC}))
    assert "cached-share" not in asked(planned({"job.py": job, "promptlint.toml": f"{TRAFFIC}cached-share = 0.8\n"}))


# --- formats ----------------------------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """The tags of a page, and its texts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_page_draws_bars_and_loads_nothing(run, tmp_path) -> None:
    result = run({"job.py": JOB, "promptlint.toml": TRAFFIC}, "--html", "plan.html")
    assert result.exit_code == 0
    assert result.output.startswith("At least $24.60 a month")
    page = (tmp_path / "plan.html").read_text(encoding="utf-8")
    assert page == run({"job.py": JOB, "promptlint.toml": TRAFFIC}, "--output-format", "html").output
    found = Tags()
    found.feed(page)
    names = [name for name, _ in found.tags]
    assert not {"script", "link", "img", "iframe", "object", "a"} & set(names)
    assert not any(key in ("src", "href") or key.startswith("on") for _, attributes in found.tags for key in attributes)
    assert "url(" not in page
    assert "@import" not in page
    widths = [float(a["width"] or 0) for n, a in found.tags if n == "rect"]
    # What is kept and what is taken: 7 bars, of which two lost a part; each starts where the other ends.
    assert len(widths) == 9
    assert widths[1] + widths[2] == pytest.approx(widths[0], abs=0.2)


def test_what_code_holds_becomes_no_markup(run) -> None:
    name = "</text><script>alert(1)</script>"
    job = JOB.replace("def label(texts)", "def label(texts, model='<img src=x>')").replace('"gpt-6.1-sol"', "model")
    files = {f"a{'' if '/' in name else name}&<b>.py": job, "promptlint.toml": TRAFFIC}
    for output_format in ("html", "markdown"):
        output = run(files, "--output-format", output_format).output
        assert "<b>.py" not in re.sub(r"`[^`]*`", "", output)
        assert "<img" not in output


def test_markdown_is_a_comment_and_a_summary(run, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    output = run({"job.py": JOB, "promptlint.toml": TRAFFIC}, "--output-format", "markdown").output
    assert output.startswith("<!-- promptlint plan -->\n**At least \\$24.60 a month would be ")
    assert (tmp_path / "summary.md").read_text(encoding="utf-8") == f"{output}\n"


def test_what_costs_nothing_saves_nothing(run) -> None:
    app = """
        import ollama
        def ask(text):
            return ollama.chat(model="llama3", messages=[{"role": "user", "content": "Answer yes or no: " + text}])
    """
    for output_format in ("table", "markdown", "html", "json"):
        result = run(
            {"app.py": app, "promptlint.toml": f"{TRAFFIC}repeated-share = 0.5\n"}, "--output-format", output_format
        )
        assert result.exit_code == 0, result.output
        assert output_format == "json" or "no step has evidence" in result.output
        assert "the call costs nothing" in result.output


def test_what_could_not_be_read_ends_in_2(run) -> None:
    result = run({"job.py": JOB, "bad.py": "import openai\ndef (:\n", "promptlint.toml": TRAFFIC})
    assert result.exit_code == 2
    assert "bad.py:2" in result.stderr
    assert "$24.60" in result.stdout
    assert run({"promptlint.toml": "[traffic]\ncalls = 1\n"}).exit_code == 2


def test_the_same_files_give_the_same_bytes_with_and_without_a_cache(run) -> None:
    files = {"job.py": JOB, "web.py": WEB, "promptlint.toml": TRAFFIC}
    outputs = {run(files, *more, "--output-format", "json").output for more in ((), (), ("--no-cache",))}
    assert len(outputs) == 1


def test_a_flag_is_no_file_for_the_page(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["plan", "--html", "-o", "x.html"])
    assert result.exit_code == 2
    assert "it takes a file, not '-o'" in result.stderr
    assert not list(tmp_path.glob("-*"))
