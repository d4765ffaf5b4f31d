"""One call's month on its way through the steps of a plan."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from promptlint.money import models, stages
from promptlint.money.models import ModelFacts
from promptlint.money.stages import Stage


def known(model: str) -> ModelFacts:
    found = models.facts(model)
    assert found is not None
    return found


def stage(model: str, calls: int, sent: int, answered: int) -> Stage:
    return Stage(model=known(model), calls=Decimal(calls), input=sent, output=answered)


def test_a_month_is_calls_times_tokens_times_rates() -> None:
    assert stage("gpt-4o", 500_000, 500, 300).usd == 2125
    assert stages.routed(stage("gpt-4o", 500_000, 500, 300), known("gpt-4o-mini")).usd == Decimal("127.5")


def test_a_part_of_the_calls_is_batched_or_answered() -> None:
    half = stages.batched(stages.answered(stage("gpt-4o-mini", 1_000_000, 500, 300), Decimal("0.3")), Decimal("0.5"))
    assert half is not None
    # 178.50 for the 700,000 that are left, of which a half costs half
    assert half.usd == Decimal("133.875")
    assert stages.batched(half, Decimal(1)) is None


def test_a_prefix_is_written_by_those_that_miss_it() -> None:
    kept = stages.cached(stage("claude-haiku-4-5", 43_200, 10_000, 0), 10_000)
    assert kept is not None
    # One call a minute: 1 - e^-5 of them find it, at 0.1, the others write it at 1.25.
    assert kept.hits == Decimal("0.9933")
    assert kept.usd == 432 * (Decimal("0.9933") * Decimal("0.1") + Decimal("0.0067") * Decimal("1.25"))


def test_what_is_too_short_or_cached_already_is_not_cached() -> None:
    assert stages.cached(stage("claude-haiku-4-5", 43_200, 10_000, 0), 4_095) is None
    once = stages.cached(stage("claude-haiku-4-5", 43_200, 10_000, 0), 5_000)
    assert once is not None
    assert stages.cached(once, 5_000) is None
    assert stages.cached(stage("gpt-4o", 43_200, 10_000, 0), 5_000) is None, "no lifetime is published"


def test_tokens_that_go_are_those_of_the_cache_first() -> None:
    kept = stages.cached(stage("claude-haiku-4-5", 43_200, 10_000, 0), 5_000)
    assert kept is not None
    less = stages.shorter(kept, 500)
    assert less is not None
    assert (less.input, less.cached) == (9_500, 4_500)
    assert stages.shorter(kept, 1_000) is None, "4,000 tokens are too few for this cache"
    assert stages.shorter(stage("gpt-4o", 1, 10, 0), 20) == stage("gpt-4o", 1, 0, 0)


@given(
    st.sampled_from(["gpt-4o", "gpt-6.1-sol", "claude-sonnet-5-5", "claude-haiku-4-5", "gemini-2.5-flash"]),
    st.integers(1, 10**7),
    st.integers(0, 50_000),
    st.integers(0, 5_000),
    st.decimals("0", "1", places=2),
    st.decimals("0", "1", places=2),
    st.integers(0, 50_000),
    st.integers(0, 500),
)
def test_no_step_makes_a_month_cost_less_than_nothing(
    model, calls, sent, answered, repeated, later, prefix, fewer
) -> None:
    now = stage(model, calls, sent, answered)
    answers = stages.answered(now, repeated)
    kept = stages.cached(answers, prefix) or answers
    batch = stages.batched(kept, later) or kept
    less = stages.shorter(batch, fewer) or batch
    last = stages.capped(less, fewer)
    spent = [one.usd for one in (now, answers, kept, batch, less, last)]
    assert all(usd is not None and usd >= 0 for usd in spent)
    assert spent[1] == (1 - repeated) * spent[0]  # type: ignore[operator]  # none is None
    assert spent[5] <= spent[4] <= spent[3]  # type: ignore[operator]
