"""PRM201 wordy-prompt. Its page: `rules/checks/PRM201-wordy-prompt.md`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from promptlint.editor import prompt_fix, prompt_text
from promptlint.facts import Prompt
from promptlint.findings import Finding
from promptlint.money.cost import PromptMeasure, prompt_saving
from promptlint.money.tokens import count
from promptlint.registry import Context, check

if TYPE_CHECKING:
    from promptlint.compress.splice import Change

# PRM203 takes these out, where there is no code; what is joined with other text needs its outer lines.
_PADDING = frozenset(("structure/trailing-blanks", "structure/blank-lines"))
_OUTER = frozenset(("structure/outer-lines",))
# PRM202 takes the indentation of the code away; lines moved one by one would hide from it what they share.
_INDENT = frozenset(("structure/dedent", "structure/list-indent", "structure/prose-indent"))
# Source is read in lines of its own length: `compress` joins wrapped ones, a fix of code does not.
_WRAPS = frozenset(("structure/hard-wrap",))
_FENCE = re.compile(r"```|~~~")
_SHOWN = 2
# What a rule gives up, in the words of a message; of the others it is layout, or small words.
_GIVEN_UP = {
    "structure/json-layout": "JSON on one line",
    "structure/inner-blanks": "runs of blanks",
    "structure/rule-line": "long rules",
    "structure/banner": "banners",
    "structure/table-padding": "padding of tables",
    "grammar/serial-comma": "commas before “and”",
    "grammar/article": "articles",
    "grammar/item-article": "articles",
    "grammar/label-article": "articles",
}
_LONGEST = 200_000  # characters: above it is data; `promptlint compress` takes its time


@check("PRM201")
def wordy_prompt(prompt: Prompt, measure: PromptMeasure, context: Context) -> Iterator[Finding]:
    """Report a prompt that says the same in fewer tokens after safe rewriting: wordy phrases, small words, wraps."""
    least, share = (context.threshold("PRM201", key) for key in ("min-tokens", "min-percent"))
    # What cannot save enough even when most of it goes is not worth a look.
    if prompt.confidence == "low" or prompt.role == "assistant" or prompt.problem or measure.tokens.high < 2 * least:
        return
    if len(prompt.text) > _LONGEST:
        return
    if not context.reported(prompt.place.path):
        return
    from promptlint.compress.prompt import literal_tokens, shortened

    counted = partial(count, encoding=measure.encoding)
    changes = shortened(
        prompt,
        count=counted,
        counted_by=measure.encoding,
        contractions=bool(context.threshold("PRM201", "contractions")),
        without=_INDENT | _OUTER | _left_to_others(prompt),
        least=least,
    )
    before, after = (literal_tokens(prompt, made, counted) for made in ((), changes))
    saved = before - after
    if saved < least or 100 * saved < share * before:
        return
    text = context.text(prompt.place.path)
    fix, refused = prompt_fix(
        prompt, [(c.start, c.end, c.content) for c in changes], text, title="Shorten it", applicability="safe"
    )
    yield Finding(
        place=prompt.place,
        message=f"{saved} of {before} tokens of this prompt can go, and it asks the same: {_examples(prompt, changes)}{refused}",
        impact=prompt_saving(prompt, context.measures, saved),
        fix=fix,
    )


def _left_to_others(prompt: Prompt) -> frozenset[str]:
    """Rules that PRM203 makes here, or nobody should."""
    wraps = _WRAPS if prompt.place.path.endswith((".py", ".pyi")) else frozenset[str]()
    return wraps if _FENCE.search(prompt.text) else wraps | _PADDING


def _examples(prompt: Prompt, changes: Sequence[Change]) -> str:
    """What loses most: wordings as they stand in the prompt, else what else is given up."""
    text = prompt_text(prompt)
    told = dict(_told(text[c.start : c.end], c.content) for c in changes if c.rule.startswith("phrase/"))
    ranked = sorted(told, key=lambda old: len(told[old]) - len(old))
    shown = [f"“{old}” → “{told[old]}”" if told[old] else f"“{old}” goes" for old in ranked if "\n" not in old][:_SHOWN]
    if len(shown) < _SHOWN:
        freed = Counter[str]()
        for change in changes:
            if not change.rule.startswith("phrase/"):
                freed[_GIVEN_UP.get(change.rule, "layout")] += change.end - change.start - len(change.content)
        shown += [what for what, _ in freed.most_common(_SHOWN - len(shown))]
    return ", ".join(shown)


def _told(old: str, new: str) -> tuple[str, str]:
    """What is exchanged, without the first letter of the next word, which only became a capital."""
    return (old[:-1].strip(), "") if len(new) == 1 and old[-1:] == new.lower() else (old.strip(), new.strip())
