"""Who is paid for a call, and what is known of its models as they serve them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from promptlint.facts import Call
from promptlint.findings import Basis
from promptlint.money import vendors
from promptlint.money.models import MAKER, ModelFacts, served

_ASKED = "seller"


def paid(call: Call) -> tuple[str, ...]:
    """The sellers of a call, ids of `vendors`. One's own machine takes nothing, so others count where they may be asked; a model
    that the user names costs what its maker asks for, where none of them sells it.
    """
    sellers = tuple(seller for seller in call.sold.by if not vendors.is_local(seller)) or call.sold.by
    if call.model.basis == "configured" and not any(m.price is not None for m in _served(call, sellers)):
        return (MAKER,)
    return sellers


def known(call: Call, sold_by: tuple[str, ...]) -> tuple[ModelFacts, ...]:
    """The models of a call as its sellers serve them. What a host of one's own serves has the tokens of its model, and limits
    that nobody knows.
    """
    found = tuple(_served(call, sold_by))
    own = call.hosted_elsewhere and call.model.basis != "configured"
    if own and not any(_names_deployments(seller) for seller in sold_by):
        return tuple(msgspec.structs.replace(model, max_output=None) for model in found)
    return found


def _served(call: Call, sold_by: tuple[str, ...]) -> Iterator[ModelFacts]:
    return (model for value in call.model.values if isinstance(value, str) for model in served(value, sold_by))


def told(call: Call, models: tuple[ModelFacts, ...]) -> Iterator[Basis]:
    """What is taken for granted of who is asked, where the figures are theirs."""
    sold = call.sold
    if not models or call.hosted_elsewhere or (sold.elsewhere == "no" and len(sold.by) == 1 and not sold.by_default):
        return
    others = [seller for seller in sold.by if vendors.is_local(seller) and not models[0].local]
    others += ["a deployment or host of your own"] if sold.elsewhere == "maybe" else []
    where = f"{' or '.join(others)} may be asked as well" if others else "unless another address is given"
    value = " | ".join(dict.fromkeys(model.provider for model in models))
    yield Basis(input=_ASKED, value=value, origin="code", where=where if others or sold.by_default else "")


def _names_deployments(seller: str) -> bool:
    found = vendors.load().by_sdk.get(seller)
    return found is not None and found.deployments
