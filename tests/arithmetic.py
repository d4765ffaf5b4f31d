"""Sums as reports print them, worked out again by the rules of arithmetic alone."""

from __future__ import annotations

import re
from decimal import Decimal


def worked_out(formula: str) -> Decimal:
    """`(21 × $2/M - 21 × $0.1/M) × (1 - 0.15)`, where `/M` is a million tokens."""
    text = formula.replace("×", "*").replace("/M", "/1000000").replace("$", "").replace(",", "")
    assert re.fullmatch(r"[\d.\s()+*/-]+", text), formula
    result = eval(re.sub(r"\d+(?:\.\d+)?", lambda m: f"Decimal('{m.group()}')", text))
    assert isinstance(result, Decimal)
    return result
