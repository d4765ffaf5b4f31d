"""`promptlint cost`: what is printed, that it adds up, and that nothing in the code becomes markup."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest
from click.testing import CliRunner, Result

from promptlint.cli import cli
from promptlint.money.formula import Amount
from promptlint.report import markup
from promptlint.report.cost_text import amount

BOT = """
    from openai import OpenAI
    from settings import MODEL
    client = OpenAI()
    SYSTEM = "You translate what people write. Answer in at most 20 words."
    def fixed():
        return client.chat.completions.create(model="gpt-4o-mini", max_tokens=50,
            messages=[{"role": "user", "content": "Name a color of the sea, in one word."}])
    def open_end(text):
        return client.chat.completions.create(model="gpt-4o", max_tokens=100,
            messages=[{"role": "user", "content": "Rewrite: " + text}])
    def unknown(text):
        return client.chat.completions.create(model=MODEL, max_tokens=9,
            messages=[{"role": "system", "content": SYSTEM}, {"role": "user", "content": text}])
"""
SETTINGS = "import os\nMODEL = os.environ['LLM']\n"
FILES = {"bot.py": BOT, "settings.py": SETTINGS}


@pytest.fixture
def run(write, monkeypatch):
    def run(files, *arguments: str) -> Result:
        monkeypatch.chdir(write(files))
        return CliRunner().invoke(cli, ["cost", *arguments])

    return run


def test_what_is_known_is_printed_and_what_is_not_is_named(run) -> None:
    result = run(FILES)
    assert result.exit_code == 0, result.output
    assert re.search(r"bot.py:7 fixed +gpt-4o-mini +0.15 / 0.6 +17 +1-6 +- +\$0.0031 - \$0.0062 +-", result.output), (
        result.output
    )
    assert re.search(r"bot.py:10 open_end +gpt-4o +2.5 / 10 +\d+ \+ \? +≤100 +- +≥\$0.02 +-", result.output)
    assert "Not priced: 1 call.\n  bot.py:13:12: model unknown: environment LLM" in result.output
    last = result.output.splitlines()[-1]
    assert last.startswith("1 of 3 calls has no dollars; ")


def test_the_last_line_names_the_setting_that_would_give_most(run) -> None:
    traffic = "[traffic]\ncalls-per-month = 10\n"
    result = run({**FILES, "promptlint.toml": traffic})
    assert (
        '`"LLM" = "<model>"` in [tool.promptlint.models] would give 1 call dollars.' in result.output.splitlines()[-1]
    )
    result = run({**FILES, "promptlint.toml": f'{traffic}[models]\nLLM = "gpt-4o"\n'})
    assert result.output.splitlines()[-1] == "Every call has dollars."


def test_json_is_exact_and_its_total_is_the_sum_of_its_calls(run) -> None:
    files = {**FILES, "promptlint.toml": "[traffic]\ncalls-per-month = 1000\ninput-tokens = 100\n"}
    report = json.loads(run(files, "--output-format", "json").output)
    calls = {c["function"]: c for c in report["calls"]}
    # 17 tokens in, 1 to 6 out.
    assert calls["fixed"]["usd_per_call"] == {"low": "0.00000315", "high": "0.00000615"}
    assert calls["fixed"]["usd_per_month"] == {"low": "0.00315", "high": "0.00615"}
    assert calls["unknown"]["usd_per_call"] is None
    assert calls["unknown"]["unpriced"] == "model unknown: environment LLM"
    months = [Decimal(c["usd_per_month"]["low"]) for c in report["calls"] if c["usd_per_month"]]
    assert Decimal(report["total"]["usd_per_month"]["low"]) == sum(months)
    assert (report["total"]["calls"], report["total"]["priced"], report["total"]["monthly"]) == (3, 2, 2)
    assert report["unpriced"] == [{"path": "bot.py", "line": 13, "reason": "model unknown: environment LLM"}]


@pytest.mark.parametrize("arguments", [(), ("--output-format", "markdown"), ("--output-format", "html")])
def test_no_dollars_a_month_without_a_basis(run, arguments: tuple[str, ...]) -> None:
    assert "calls a month: assumed" in run(FILES, *arguments, "--traffic", "small").output.replace("\\", "")
    output = run(FILES, *arguments).output
    assert "calls a month: " not in output
    assert "dollars a month: not known" in output


def test_explain_shows_a_sum_that_can_be_checked(run) -> None:
    for site in ("bot.py:7", "bot.py:7:12"):
        output = run(FILES, "--explain", site, "--traffic", "small").output
        assert "gpt-4o-mini, one call, at most: 17 × $0.15/M + 6 × $0.6/M = $0.00000615\n" in output
        assert "a month, at most: 1,000 × $0.00000615 = $0.00615\n" in output
        assert "calls a month: 1,000  assumed (--traffic small)" in output
    output = run(FILES, "--explain", "bot.py:10").output
    assert "what is filled in at run time: unknown" in output
    assert "one call, at most: not known" in output
    assert "Not priced: model unknown" in run(FILES, "--explain", "bot.py:13").output


def test_an_exact_month_has_one_line(run) -> None:
    files = {
        **FILES,
        "promptlint.toml": "[traffic.functions]\nfixed = { calls-per-month = 80000, output-tokens = 6 }\n",
    }
    output = run(files, "--explain", "bot.py:7").output
    assert "one call, exactly: " in output
    assert "a month, exactly: 80,000 × $0.00000615 = $0.492\n" in output
    assert "80000" not in output


@pytest.mark.parametrize("output_format", ["json", "markdown", "html"])
def test_explain_has_no_other_format(run, output_format: str) -> None:
    done = run(FILES, "--explain", "bot.py:7", "--output-format", output_format)
    assert done.exit_code == 2
    assert f"--explain prints as table; leave out --output-format {output_format}" in done.stderr


def test_explain_of_a_place_without_a_call_ends_in_2(run) -> None:
    result = run(FILES, "--explain", "bot.py:1")
    assert result.exit_code == 2
    assert "no call at 'bot.py:1'" in result.stderr


def test_a_price_that_holds_for_hours_of_the_day_says_so(run) -> None:
    code = """
        import litellm
        litellm.completion(model="deepseek/deepseek-flash", max_tokens=9, messages=[{"role": "user", "content": "Hello."}])
    """
    assert "dearer hours" not in run(FILES).output
    assert "the dearer hours, 01:00-04:00 and 06:00-10:00 UTC" in run({"a.py": code}).output


def test_a_discount_is_in_every_figure(run) -> None:
    files = {**FILES, "promptlint.toml": "[prices]\ndiscount = { openai = 0.5 }\n"}
    output = run(files, "--explain", "bot.py:7").output
    assert "(17 × $0.15/M + 6 × $0.6/M) × (1 - 0.5) = $0.000003075\n" in output
    assert "discount: 0.5  configured (prices.discount.openai: gpt-4o-mini)" in output


def test_text_that_is_no_message_has_no_overhead_of_one(run) -> None:
    code = """
        from openai import OpenAI
        client = OpenAI()
        def index(texts):
            return client.embeddings.create(model="text-embedding-3-small", input="Hello there")
    """
    (call,) = json.loads(run({"a.py": code}, "--output-format", "json").output)["calls"]
    assert call["input_tokens"] == [2, 2]


def test_many_sites_with_traffic_of_their_own_are_one_line(run) -> None:
    calls = "".join(
        f"def f{i}(): client.responses.create(model='gpt-4o', max_output_tokens=9, input='Say {i}.')\n"
        for i in range(5)
    )
    traffic = "".join(f"[traffic.functions.f{i}]\ncalls-per-month = {i + 1}\n" for i in range(5))
    files = {"a.py": f"from openai import OpenAI\nclient = OpenAI()\n{calls}", "promptlint.toml": traffic}
    assert "calls a month: configured (traffic.functions, 5 places), 5 calls" in run(files).output
    files["promptlint.toml"] = "[traffic.functions.f0]\ncalls-per-month = 7\n"
    assert "calls a month: configured (traffic.functions.f0), 1 call" in run(files).output


def test_answers_multiply(run) -> None:
    files = {"bot.py": BOT.replace("max_tokens=50", "max_tokens=50, n=3")}
    assert "17 × $0.15/M + 3 × 6 × $0.6/M = $0.00001335\n" in run({**FILES, **files}, "--explain", "bot.py:7").output


def test_each_prompt_of_a_list_is_answered(run) -> None:
    code = "from openai import OpenAI\nOpenAI().completions.create(model='gpt-3.5-turbo-instruct', prompt={}, n=3, max_tokens=50)\n"
    for prompt, answers in (("['a fox', 'a hen']", 6), ("['a fox']", 3), ("'a fox'", 3)):
        assert f"{answers} × 50 × $2/M" in run({"bot.py": code.format(prompt)}, "--explain", "bot.py:2").output


def test_an_agent_sends_as_many_requests_as_it_likes(run) -> None:
    files = {
        "a.py": "from pydantic_ai import Agent\nagent = Agent('openai:gpt-4o')\nagent.run_sync('Find the best of all.')\n"
    }
    output = run(files, "--traffic", "small").output
    assert re.search(r"a.py:3 +openai:gpt-4o .+ ≥\$[\d.]+ +≥\$[\d.]+\n", output), output


def test_each_model_that_may_answer_has_its_rates(run) -> None:
    code = "import sys\nfrom openai import OpenAI\nmodel = 'gpt-4o' if sys.argv else 'gpt-4o-mini'\n"
    call = "OpenAI().chat.completions.create(model=model, max_tokens=9, messages=[{'role': 'user', 'content': 'Say hi.'}])\n"
    output = run({"a.py": code + call}).output
    assert re.search(r"gpt-4o \| gpt-4o-mini +2.5 / 10 \| 0.15 / 0.6 ", output), output


GATEWAY = """
    from openai import OpenAI
    client = OpenAI(base_url="https://openrouter.ai/api/v1")
    def ask(text, model):
        return client.chat.completions.create(
            model=model, max_tokens=9, messages=[{"role": "user", "content": text}]
        )
    ask("Name a river.", "meta-llama/llama-3.3-70b-instruct")
    ask("Name a river.", "anthropic/claude-3-opus-20240229")
"""


def test_a_client_with_the_address_of_a_gateway_buys_there_whoever_calls(run) -> None:
    found = json.loads(run({"app.py": GATEWAY}, "--output-format", "json").output)
    prices = {b["value"] for call in found["calls"] for b in call["basis"] if b["input"] == "price"}
    assert prices == {
        "meta-llama/llama-3.3-70b-instruct: USD in 0.59, out 0.79 per million tokens",
        # What the gateway no longer lists costs what its vendor asked for.
        "anthropic/claude-3-opus-20240229: USD in 15, out 75 per million tokens",
    }


def test_tests_and_examples_are_left_out_unless_named(run) -> None:
    files = {"tests/test_bot.py": BOT, "settings.py": SETTINGS}
    assert "No model call was found." in run(files).output
    assert "fixed" in run(files, "tests", "--root", ".").output


def test_a_call_that_is_streamed_or_not_counts_once(run) -> None:
    code = """
        from openai import OpenAI
        client = OpenAI()
        def ask(prompt, stream):
            messages = [{"role": "user", "content": prompt}]
            if stream:
                return client.chat.completions.create(model="gpt-4o", max_tokens=9, messages=messages, stream=True)
            return client.chat.completions.create(model="gpt-4o", max_tokens=9, messages=messages)
        def main(stream):
            ask("Say something nice.", stream)
            ask("Say something else.", stream)
    """
    report = json.loads(run({"a.py": code}, "--output-format", "json").output)
    assert [c["line"] for c in report["calls"]] == [10, 11]
    assert report["total"]["calls"] == 2


def test_an_unreadable_file_of_the_tests_is_no_problem(run) -> None:
    broken = "import openai\nx = ("
    assert run({**FILES, "tests/data.py": broken}).exit_code == 0
    assert run({**FILES, "src/data.py": broken}).exit_code == 2


def test_ten_rows_unless_all_are_wanted(run) -> None:
    calls = "".join(
        f"def f{i}():\n    client.chat.completions.create(model='gpt-4o', messages=[])\n" for i in range(12)
    )
    files = {"a.py": f"from openai import OpenAI\nclient = OpenAI()\n{calls}"}
    assert "+2 more; --all prints them" in run(files).output
    assert "f11" in run(files, "--all").output


def test_what_code_holds_becomes_no_markup(run) -> None:
    name = "a|b`<img src=x onerror=alert(1)>` @team **x**\\x1b[31m"
    files = {
        "bot.py": f"""
        from openai import OpenAI
        client = OpenAI()
        def ask():
            return client.chat.completions.create(model="{name}", messages=[{{"role": "user", "content": "Say hi."}}])
        """
    }
    html = run(files, "--output-format", "html").output
    assert "<img" not in html
    assert "&lt;img" in html
    comment = run(files, "--output-format", "markdown").output
    assert "<img" not in re.sub(r"`[^`\n]*`", "", comment)
    assert "\x1b" not in html + comment + run(files).output
    assert re.search(r"(?<!\\)@team", comment.replace("@&#8203;", "")) is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "-"),
        (Amount(low=Decimal(0), high=None), "?"),
        (Amount(low=Decimal("0.0042"), high=None), "≥$0.0042"),
        (Amount(low=Decimal("0.015"), high=None), "≥$0.01"),
        (Amount(low=Decimal("0.019"), high=Decimal("0.301")), "$0.01 - $0.31"),
        (Amount(low=Decimal(0), high=Decimal(3)), "up to $3"),
        (Amount(low=Decimal(1), high=Decimal(1)), "$1"),
        (Amount(low=Decimal("0.3"), high=Decimal("1.2")), "$0.30 - $1.2"),
        (Amount(low=Decimal("0.0000000001"), high=Decimal("0.0000000001")), "<$0.000001"),
    ],
)
def test_unknown_is_not_zero(value: Amount | None, shown: str) -> None:
    assert amount(value) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a|b", "`a\\|b`"), ("`x`", "`` `x` ``"), ("a\nb", "`a\\x0ab`"), ("", "")],
)
def test_code_in_markdown(text: str, shown: str) -> None:
    assert markup.code(text) == shown


def test_markdown_links_nobody_and_nothing() -> None:
    assert markup.markdown("@a #1 <b> [x](y) http://z www.q") == (
        "@&#8203;a \\#1 &lt;b&gt; \\[x\\](y) http&#58;//z www&#8203;.q"
    )


def test_a_comment_is_cut_before_it_is_refused() -> None:
    body = markup.fitted(["x" * 100] * 1000, largest=1_000)
    assert len(body) < 1_000
    assert body.endswith("run the command to see it.\n")


def test_a_gate_says_what_it_cannot_count(run) -> None:
    result = run(FILES, "--traffic", "small", "--fail-over", "900usd")
    assert result.exit_code == 0
    assert "1 call has no dollars and cannot count against a budget" in result.stderr
    assert "cannot count" not in run(FILES, "--traffic", "small").stderr


@pytest.mark.parametrize(
    "table", ["max-monthly-usd = -1", "max-monthly-increase-usd = -0.5", 'max-prompt-tokens = { "a.py" = -3 }']
)
def test_a_budget_below_zero_is_a_mistake(run, table: str) -> None:
    result = run({**FILES, "promptlint.toml": f"[budget]\n{table}\n"})
    assert result.exit_code == 2
    assert "promptlint.toml: `max-" in result.stderr
