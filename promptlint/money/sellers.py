"""Who sells what a call asks for: the host that its client is made with the address of, else the provider of its SDK."""

from __future__ import annotations

from collections.abc import Mapping

from promptlint.facts import Call, Project
from promptlint.money import vendors

_ADDRESSES = ("base_url", "api_base", "openai_api_base", "server_url")


def sellers(project: Project, hosts: Mapping[str, str]) -> dict[str, str]:
    """Site id → the seller, an id of `vendors`. `hosts`: a part of an address → whose it is."""
    sites = {call.place: call for call in project.calls}
    found = {}
    for call in (*project.calls, *project.callers):
        # What a caller says of the client stands where the client is made: at the request.
        request = sites.get(call.via[-1], call) if call.via else call
        found[call.site_id] = (None if call.hosted_elsewhere else _host(request, hosts)) or call.provider or call.sdk
    return found


def _host(call: Call, hosts: Mapping[str, str]) -> str | None:
    """The one seller whose host all known addresses of the client are at."""
    given = [call.settings[name].values for name in _ADDRESSES if name in call.settings]
    owners = {next((hosts[h] for h in hosts if h in str(value)), "") for values in given for value in values}
    owner = owners.pop() if len(owners) == 1 else ""
    return owner if owner in vendors.load().by_sdk else None
