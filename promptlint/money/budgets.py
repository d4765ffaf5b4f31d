"""What a project, a change, a prompt and an answer may cost: the entry that holds, and whether it is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation

from promptlint.config import Budget, glob_matches
from promptlint.facts import Call, Place, Project, Prompt, Record
from promptlint.money.cost import Measures
from promptlint.money.formula import Amount

_USD = re.compile(r"\$?\s*([\d_,]+(?:\.\d+)?)\s*(?:usd|\$)?$", re.IGNORECASE)


class Verdict(Record, frozen=True):
    """A budget that is broken, or that cannot be judged. `place` is where, if it is of one prompt or call."""

    budget: str
    message: str
    judged: bool = True
    place: Place | None = None


def usd(text: str) -> Decimal:
    """`50usd`, `$50`, `1,000.50`. Raises ValueError."""
    found = _USD.match(text.strip())
    try:
        if found:
            return Decimal(found[1].replace(",", "").replace("_", ""))
    except InvalidOperation:
        pass
    raise ValueError(f"{text!r} is no amount of dollars; write 50usd")


def monthly(name: str, limit: Decimal, amount: Amount | None, *, left_out: int) -> Verdict | None:
    """Whether the sure end of a month's dollars is above a limit. `left_out`: priced calls whose traffic is not known."""
    if amount is not None and amount.low > limit:
        return Verdict(budget=name, message=f"${amount.low:,.2f} a month, ${amount.low - limit:,.2f} above ${limit:,f}")
    if left_out:
        calls = f"{left_out:,} {'call has' if left_out == 1 else 'calls have'}"
        cure = "set calls-per-month in [tool.promptlint.traffic], or give --traffic"
        return Verdict(budget=name, message=f"cannot be judged: {calls} no traffic; {cure}", judged=False)
    return None


def tokens(budget: Budget, project: Project, measures: Measures, reported: Callable[[str], bool]) -> Iterator[Verdict]:
    """Prompts and answers above their budget of tokens. An answer without a limit is above any; an unknown cap is none."""
    for prompt in project.prompts if budget.max_prompt_tokens else ():
        if not reported(prompt.place.path):
            continue
        found = limit_of(budget.max_prompt_tokens, prompt.place.path, prompt_names(prompt))
        count = measures.prompts[prompt.id].tokens.low
        if found is not None and count > found[1]:
            message = f"a prompt of {count:,} tokens, above {found[1]:,} ({found[0]})"
            yield Verdict(budget="max-prompt-tokens", message=message, place=prompt.place)
    calls = [c for c in (*project.calls, *project.callers) if not c.callers and reported(c.place.path)]
    for call in calls if budget.max_output_tokens else ():
        found = limit_of(budget.max_output_tokens, call.place.path, call_names(call))
        if found is None or call.cap is None or call.kind in ("embedding", "image", "audio"):
            continue
        limit = call.cap.value if call.cap.state == "number" else call.cap.default
        if call.cap.state == "number" or (call.cap.state == "none" and limit is not None):
            if limit is not None and limit > found[1]:
                message = f"answers of up to {limit:,} tokens, above {found[1]:,} ({found[0]})"
                yield Verdict(budget="max-output-tokens", message=message, place=call.place)
        elif call.cap.state == "none":
            message = f"answers without a limit, above {found[1]:,} ({found[0]})"
            yield Verdict(budget="max-output-tokens", message=message, place=call.place)


def prompt_names(prompt: Prompt) -> tuple[str, ...]:
    """What an entry may call a prompt."""
    return (prompt.name,) if prompt.name else ()


def call_names(call: Call) -> tuple[str, ...]:
    """The function that calls, with or without its class, and what is called."""
    return call.function, call.function.rpartition(".")[2], call.callee, call.site_id


def limit_of(budget: Mapping[str, int], path: str, names: tuple[str, ...]) -> tuple[str, int] | None:
    """The entry that holds: one that names the prompt or call before one for its path, of those the lowest."""
    named = [(key, limit) for key, limit in budget.items() if key in names]
    found = named or [(key, limit) for key, limit in budget.items() if glob_matches(key, path)]
    return min(found, key=lambda entry: entry[1]) if found else None
