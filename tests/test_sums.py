"""Every dollar in JSON, worked out again from nothing but what is printed beside it; no month without its basis."""

from __future__ import annotations

import json
import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from arithmetic import worked_out
from click.testing import CliRunner

from promptlint.cli import cli

HERE = Path(__file__).resolve().parent.parent

# Ranges, several models, answers without limit, caches, batches, a tier, an agent: one call of each kind.
APP = """
    import anthropic
    import litellm
    from openai import OpenAI
    from flask import Flask
    app = Flask(__name__)
    client = OpenAI()
    claude = anthropic.Anthropic()
    RULES = "{rules}"
    def either(clever, text):
        model = "anthropic/claude-haiku-4-5" if clever else "gpt-4.1"
        return litellm.completion(model=model, max_tokens=40, messages=[{{"role": "user", "content": "Rewrite: " + text}}])
    def choose(clever, text):
        model = "gpt-4o" if clever else "gpt-4o-mini"
        return client.chat.completions.create(model=model, n=2, max_tokens=40, messages=[{{"role": "user", "content": text}}])
    def open_end(text):
        return client.chat.completions.create(model="gpt-4o", messages=[{{"role": "user", "content": "Answer yes or no: " + text}}])
    @app.route("/ask")
    def ask(text):
        return claude.messages.create(model="claude-sonnet-5-5", max_tokens=9000, system=RULES,
            messages=[{{"role": "user", "content": "Answer in one sentence: " + text}}])
    def long(text):
        return claude.messages.create(model="claude-haiku-5-5", max_tokens=10, system=RULES * 40,
            messages=[{{"role": "user", "content": text}}])
    def job():
        for text in open("texts.txt"):
            print(client.chat.completions.create(model="gpt-5.6-sol", max_completion_tokens=9,
                messages=[{{"role": "user", "content": "Answer with one of: a, b, c. " + text}}]))
            client.embeddings.create(model="text-embedding-3-small", input=text)
    if __name__ == "__main__":
        job()
"""
RULES = " ".join(f"Parcels of {n} kilos go to shelf {n}, in order to be found." for n in range(100, 200))
FILES = {"app.py": APP.format(rules=RULES)}


@pytest.fixture(params=["plain", "helpdesk", "support-bot"])
def folder(request, write, tmp_path, monkeypatch) -> Path:
    # A copy: in its place its project would be this whole repository.
    place = write(FILES) if request.param == "plain" else tmp_path / request.param
    if request.param != "plain":
        shutil.copytree(HERE / "examples" / request.param, place)
        (place / "promptlint.toml").touch()
    monkeypatch.chdir(place)
    return place


CONFIGURATIONS = [
    "",
    "[prices]\ndiscount = { openai = 0.15, anthropic = 0.1 }\n[traffic]\ncalls-per-month = 777\ncached-share = 0.3\n",
]


@pytest.fixture(params=CONFIGURATIONS, ids=["list prices", "discounts and caches"])
def arguments(request, tmp_path_factory) -> list[str]:
    if not request.param:
        return []
    path = tmp_path_factory.mktemp("settings") / "promptlint.toml"
    path.write_text(request.param, encoding="utf-8")
    return ["--config", str(path)]


def report(*arguments: str) -> dict[str, Any]:
    result = CliRunner().invoke(cli, [*arguments, "--no-cache", "--output-format", "json", "."])
    assert result.exit_code in (0, 1), result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def value(basis: list[dict[str, str]], name: str) -> str | None:
    found = [b["value"] for b in basis if b["input"] == name]
    assert len(found) < 2, found
    return found[0] if found else None


def discount(basis: list[dict[str, str]], model: str) -> Decimal:
    """The share that is taken off the list price of a model."""
    found = [Decimal(b["value"]) for b in basis if b["input"] == "discount" and b["where"].endswith(f": {model}")]
    return found[0] if found else Decimal(0)


def rates(basis: list[dict[str, str]]) -> dict[str, list[dict[str, Decimal]]]:
    """Model → its rates at the low end, and at the high end where they differ."""
    found: dict[str, list[dict[str, Decimal]]] = {}
    for line in (b["value"] for b in basis if b["input"] == "price"):
        match = re.fullmatch(r"(.*): USD (.*) per million tokens", line)
        assert match, line
        parts = (part.rsplit(" ", 1) for part in match[2].split(", "))
        found.setdefault(match[1], []).append({name: Decimal(rate) for name, rate in parts})
    return found


@pytest.mark.parametrize("traffic", [[], ["--traffic", "medium"]], ids=["no traffic", "medium"])
def test_what_calls_cost(folder: Path, arguments: list[str], traffic: list[str]) -> None:
    found = report("cost", *arguments, *traffic)
    assert found["total"]["priced"] > 3
    for call in found["calls"]:
        one = call["usd_per_call"]
        assert (one is None) == (call["unpriced"] is not None)
        if one is not None:
            _cost(call)
    for key, calls in (("usd_per_call", 1000), ("usd_per_month", 1)):
        ends = [call[key] for call in found["calls"] if call[key] is not None]
        total = found["total"][key if key == "usd_per_month" else "usd_per_1000_calls"]
        assert total is None or Decimal(total["low"]) == sum(Decimal(e["low"]) for e in ends) * calls
        assert total is None or (total["high"] is None) == any(e["high"] is None for e in ends)


@pytest.mark.parametrize("traffic", [[], ["--traffic", "medium"]], ids=["no traffic", "medium"])
def test_what_prompts_cost(folder: Path, arguments: list[str], traffic: list[str]) -> None:
    found = report("cost", *arguments, *traffic)
    calls = {call["site_id"]: call for call in found["calls"]}
    assert found["prompts"]
    for prompt in found["prompts"]:
        assert len(prompt["sites"]) == prompt["calls"]
        if prompt["usd_per_1000_calls"] is None:
            assert prompt["usd_per_month"] is None
            continue
        assert worked_out(prompt["formula"]) * 1000 == Decimal(prompt["usd_per_1000_calls"])
        each = []
        for site in prompt["sites"]:
            basis = calls[site]["basis"]
            model, ends = min(rates(basis).items(), key=lambda pair: pair[1][0]["in"])
            rate = ends[0]["in"] * (1 - discount(basis, model))
            each.append((prompt["tokens"] * rate / 1000, value(basis, "calls a month")))
        assert Decimal(prompt["usd_per_1000_calls"]) == min(usd for usd, _ in each)
        if prompt["usd_per_month"] is not None:
            month = sum(usd * int(calls or 0) / 1000 for usd, calls in each)
            assert round(Decimal(prompt["usd_per_month"]), 12) == round(month, 12)


def test_what_the_inventory_says_of_calls(folder: Path, arguments: list[str]) -> None:
    found = report("calls", *arguments)
    known = [c for c in [*found["calls"], *found["callers"]] if c["cost"] and c["cost"]["price_model"]]
    assert len(known) > 3
    for call in known:
        cost, basis = call["cost"], call["cost"]["basis"]
        rate, off = rates(basis)[cost["price_model"]][0], 1 - discount(basis, cost["price_model"])
        assert (
            Decimal(cost["static_input_usd"])
            == int(value(basis, "static input tokens") or 0) * rate["in"] / 1_000_000 * off
        )
        if cost["output_ceiling_usd"] is not None:
            longest, answers = (
                int(value(basis, "output tokens at most") or 0),
                int(value(basis, "answers to a request") or 1),
            )
            dearest = max(ends[0]["out"] * (1 - discount(basis, model)) for model, ends in rates(basis).items())
            assert Decimal(cost["output_ceiling_usd"]) == longest * answers * dearest / 1_000_000


def _cost(call: dict[str, Any]) -> None:
    basis = call["basis"]
    filled, share = (value(basis, n) for n in ("input tokens filled in", "share of the input that is cached"))
    assert call["input_tokens"][0] == int(value(basis, "static input tokens") or 0) + int(filled or 0)
    if call["input_tokens"][1] is not None:
        most = value(basis, "static input tokens at most") or value(basis, "static input tokens")
        assert call["input_tokens"][1] == int(most or 0) + int(filled or 0)

    def one(model: str, end: int) -> Decimal:
        rate = rates(basis)[model][end]
        sent, answered = call["input_tokens"][end], call["output_tokens"][end]
        read = sent * Decimal(share or 0)
        usd = (sent - read) * rate["in"] + read * rate.get("cached", rate["in"])
        usd += answered * call["answers"] * rate.get("out", 0)
        return usd / 1_000_000 * (1 - discount(basis, model))

    listed = rates(basis)
    low, high = call["usd_per_call"]["low"], call["usd_per_call"]["high"]
    assert Decimal(low) == min(one(model, 0) for model in listed)
    unknown = None in (call["input_tokens"][1], call["output_tokens"][1])
    assert (high is None) == unknown
    if high is not None:
        assert Decimal(high) == max(one(model, -1) for model in listed)
    calls = value(basis, "calls a month")
    assert (calls is None) == (call["usd_per_month"] is None)
    if calls is not None:
        assert Decimal(call["usd_per_month"]["low"]) == Decimal(low) * int(calls)
        assert high is None or Decimal(call["usd_per_month"]["high"]) == Decimal(high) * int(calls)


@pytest.mark.parametrize("traffic", [[], ["--traffic", "medium"]], ids=["no traffic", "medium"])
def test_what_findings_are_worth(folder: Path, arguments: list[str], traffic: list[str]) -> None:
    found = report("check", "--preview", *arguments, *traffic)
    impacts = [f["impact"] for f in found["findings"] if f["impact"] is not None]
    assert sum(i["usd_per_1000_calls"] is not None for i in impacts) > 3
    for impact in impacts:
        if impact["usd_per_1000_calls"] is None:
            assert impact["usd_per_month"] is None
            continue
        one = Decimal(impact["usd_per_1000_calls"]) / 1000
        assert worked_out(impact["formula"]) == one
        assert set(re.findall(r"\$([\d.]+)/M", impact["formula"])) <= set(_listed(impact["basis"]))
        calls = value(impact["basis"], "calls a month")
        assert (calls is None) == (impact["usd_per_month"] is None)
        assert calls is None or Decimal(impact["usd_per_month"]) == one * int(calls)


def _listed(basis: list[dict[str, str]]) -> list[str]:
    """The rates that have a line of their own, with source and date."""
    lines = [b for b in basis if "price" in b["input"]]
    assert all(re.search(r" of 20\d\d-\d\d-\d\d$", b["where"]) for b in lines)
    return [rate for b in lines for rate in re.findall(r" ([\d.]+)(?=,| per million)", b["value"])]


def test_what_is_printed_for_people(folder: Path, arguments: list[str]) -> None:
    output = (
        CliRunner()
        .invoke(cli, ["check", "--preview", "--all", "--no-cache", "--traffic", "medium", *arguments, "."])
        .output
    )
    sums = re.findall(r"^  sum: ([\d,]+) calls × (.*) = (-?)\$([\d.,]+)(?: a month)?$", output, re.MULTILINE)
    assert len(sums) == len(re.findall(r"\[(?:saves|up to) ~?<?\$", output)) > 3
    for calls, formula, sign, dollars in sums:
        exact = Decimal(calls.replace(",", "")) * worked_out(formula)
        assert abs(exact - Decimal(sign + dollars.replace(",", ""))) <= Decimal("0.0000005")
    assert "Dollars a month: calls a month " in output


def test_what_explain_prints(folder: Path, arguments: list[str]) -> None:
    calls = [c for c in report("cost", *arguments, "--traffic", "medium")["calls"] if c["usd_per_call"]]
    for call in calls:
        explain = ["cost", "--no-cache", "--explain", call["site_id"], "--traffic", "medium", *arguments, "."]
        output = CliRunner().invoke(cli, explain).output
        sums = re.findall(r"^(.*): ((?:\(|\d).*) = \$([\d.,]+)$", output, re.MULTILINE)
        assert len(sums) == output.count(" = $") > 1, output
        assert all(worked_out(formula) == Decimal(dollars.replace(",", "")) for _, formula, dollars in sums)
        each = [Decimal(usd) for what, _, usd in sums if "one call" in what and "at most" not in what]
        assert min(each) == Decimal(call["usd_per_call"]["low"])


@pytest.mark.parametrize(
    "how",
    [
        "full",
        "concise",
        "github",
        "sarif",
        "markdown",
        "json",
        "json-lines",
        "statistics",
        "quiet full",
        "quiet concise",
    ],
)
def test_no_format_prints_a_month_without_its_basis(write, monkeypatch, how: str) -> None:
    monkeypatch.chdir(write(FILES))
    name = how.rpartition(" ")[2]
    flags = ["--statistics"] if name == "statistics" else ["--output-format", name]
    flags += ["-q"] if how.startswith("quiet") else []
    for traffic, shown in ([], False), (["--traffic", "small"], True):
        output = (
            CliRunner()
            .invoke(cli, ["check", "--preview", "--no-cache", *flags, *traffic, "."])
            .output.replace("\\", "")
        )
        assert bool(re.search(r"\$[\d.,]+ a month|\"usd_per_month\":\s*\"", output)) == shown
        assert ("--traffic small" in output) == shown
        if name in ("github", "sarif") and shown:
            assert output.count(" a month]") == 0
