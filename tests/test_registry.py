"""What a check may ask for, said by the names of its parameters."""

from __future__ import annotations

import pytest

from promptlint import registry


@pytest.fixture(autouse=True)
def _unchanged(monkeypatch) -> None:
    monkeypatch.setattr(registry, "_CHECKS", {})


def test_a_check_of_one_thing_gets_its_measure_and_the_context() -> None:
    registry.check("PRM997")(lambda call, measure, context: iter(()))
    registry.check("PRM998")(lambda site, context: iter(()))
    registry.check("PRM999")(lambda prompt, measure: iter(()))
    assert [found.takes for found in registry._CHECKS.values()] == ["call", "site", "prompt"]


def test_a_parameter_that_nobody_fills_is_refused_where_the_check_is_registered() -> None:
    with pytest.raises(TypeError, match="PRM999: a check takes call, site, prompt, project first, not cal"):
        registry.check("PRM999")(lambda cal: iter(()))
    with pytest.raises(TypeError, match="first, not nothing"):
        registry.check("PRM999")(lambda: iter(()))
    with pytest.raises(TypeError, match="a check of a project gets context, not measure"):
        registry.check("PRM999")(lambda project, measure: iter(()))
    with pytest.raises(TypeError, match="a check of a call gets measure, context, not contex"):
        registry.check("PRM999")(lambda call, contex: iter(()))
    assert not registry._CHECKS
