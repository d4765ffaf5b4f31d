"""When a cached prefix pays."""

from __future__ import annotations

from decimal import Decimal

import pytest

from promptlint.money import models, vendors
from promptlint.money.caching import hit_share, saved_per_month, terms


def known(model: str) -> models.ModelFacts:
    found = models.facts(model)
    assert found is not None
    return found


def test_the_terms_of_a_cache_name_both_lifetimes_and_when_they_pay() -> None:
    found = terms(known("claude-haiku-4-5"))
    assert found is not None
    assert (found.mode, found.minimum, found.minutes) == ("explicit", 4096, (5, 60))
    assert (found.read, found.write, found.write_hour) == (Decimal("0.1"), Decimal("1.25"), Decimal(2))
    assert (found.requests, found.requests_hour) == (2, 3)


def test_an_automatic_cache_asks_no_premium_before_gpt_5_6() -> None:
    old, new = terms(known("gpt-4o")), terms(known("gpt-5.6-sol"))
    assert old is not None
    assert new is not None
    assert (old.mode, old.write, old.minutes) == ("automatic", Decimal(1), ())
    assert (new.write, new.minutes) == (Decimal("1.25"), (30,))


@pytest.mark.parametrize(
    ("calls", "minutes", "share"),
    [(0, 5, "0"), (8_640, 5, "0.6321"), (8_640, 60, "1.0"), (100, 5, "0.0115")],  # 8,640 a month: one in 5 minutes
)
def test_hits_follow_from_the_rate_of_calls(calls: int, minutes: int, share: str) -> None:
    assert hit_share(calls, minutes) == Decimal(share)


def test_a_rare_call_never_earns_its_write_premium_back() -> None:
    model = known("claude-haiku-4-5")
    rare, often = saved_per_month(model, 10_000, 100), saved_per_month(model, 10_000, 100_000)
    assert rare is not None
    assert often is not None
    assert rare < 0 < often
    # 86.40 USD plain; 1 - 0.6321 × 0.1 - 0.3679 × 1.25 of it is saved.
    assert saved_per_month(model, 10_000, 8_640) == Decimal("41.205456")
    assert saved_per_month(known("gpt-4o"), 10_000, 100_000) is None  # its lifetime is not published


def test_every_lifetime_has_a_source() -> None:
    for row in vendors.load().lifetime:
        assert row.source
        assert row.provider in vendors.load().by_id
        assert list(row.minutes) == sorted(row.minutes)


@pytest.mark.parametrize(
    ("calls", "reported"), [("", 1), ("calls-per-month = 100", 0), ("calls-per-month = 100000", 1)]
)
def test_an_unmarked_prefix_is_reported_where_marking_it_saves(checked, calls: str, reported: int) -> None:
    app = f"""
        import anthropic
        from fastapi import FastAPI
        app = FastAPI()
        client = anthropic.Anthropic()
        @app.get("/ask")
        def ask(question: str):
            return client.messages.create(
                model="claude-haiku-4-5", max_tokens=9, system={"Cite the section. " * 2000!r},
                messages=[{{"role": "user", "content": question}}])
        """
    outcome = checked({"app.py": app, "promptlint.toml": f"[traffic]\n{calls}\n"}, "PRM301")
    assert len(outcome.findings) == reported


# --- PRM302 dynamic-before-static, PRM303 volatile-prefix ---------------------------------------------------------------

PREFIXED = """\
import os, random, uuid
from datetime import date, datetime
from openai import OpenAI
from prompts import dated, desk
client = OpenAI()
RULES = {rules!r}
SHOP = os.environ["SHOP"]
STARTED = f"Started {{datetime.now()}}. {{RULES}}"
class Desk:
    def __init__(self, shop):
        self.shop = shop
        self.started = f"Started {{datetime.now()}}. {{RULES}}"
    def ask(self, question, user, settings, language="en"):
        return send(question, {system})
def send(question, system):
    messages = [{{"role": "system", "content": system}}, {{"role": "user", "content": question}}]
    return client.chat.completions.create(model="gpt-4o", max_tokens=9, messages=messages)
"""
PROMPTS = """\
from datetime import datetime
RULES = {rules!r}


def desk(name):
    return f"You help {{name}}. {{RULES}}"


def dated():
    return f"Now it is {{datetime.now()}}. {{RULES}}"
"""


@pytest.mark.parametrize(
    ("system", "code", "line"),
    [
        ('f"You help {user}. {RULES}"', "PRM302", "app.py:14"),
        ('f"You help {user.name.title()}. {RULES}"', "PRM302", "app.py:14"),
        ('"You help {}. {}".format(user, RULES)', "PRM302", "app.py:14"),
        ("desk(user)", "PRM302", "prompts.py:6"),
        ('f"Now it is {datetime.now():%H:%M}. {RULES}"', "PRM303", "app.py:14"),
        ('f"Request {uuid.uuid4()}. {RULES}"', "PRM303", "app.py:14"),
        ("dated()", "PRM303", "prompts.py:10"),
        # the same in every request of a program, of an object or of a day
        ("STARTED", "", ""),
        ("self.started", "", ""),
        ('f"You sell for {SHOP}. {RULES}"', "", ""),
        ('f"You sell for {self.shop}. {RULES}"', "", ""),
        ('f"You sell for {settings.shop}. {RULES}"', "", ""),
        ('f"You answer in {language}. {RULES}"', "", ""),
        ("desk(SHOP)", "", ""),
        ("desk(self.shop)", "", ""),
        ('f"Today is {date.today()}. {RULES}"', "", ""),
        ('f"Today is {datetime.now():%A, %d %B}. {RULES}"', "", ""),
    ],
)
def test_what_begins_a_request_is_told_where_it_is_another_each_time(
    checked, system: str, code: str, line: str
) -> None:
    rules = "Cite the section. " * 500
    files = {"app.py": PREFIXED.format(rules=rules, system=system), "prompts.py": PROMPTS.format(rules=rules)}
    found = checked(files, "PRM302", "PRM303").findings
    lines = [files[f.place.path].count("\n", 0, f.place.span.start) + 1 for f in found]
    told = [(f.code, f"{f.place.path}:{number}") for f, number in zip(found, lines, strict=True)]
    assert told == ([(code, line)] if code else [])
