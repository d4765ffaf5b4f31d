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
