"""Sorts a day's mails by mood and drafts replies."""

import json
from pathlib import Path

from openai import OpenAI
from prompts.triage import REPLY_PROMPT, TRIAGE_PROMPT
from settings import CLEVER_MODEL, DRAFTS, FAST_MODEL

client = OpenAI()


def ask(prompt: str, model: str = FAST_MODEL, **options: object) -> str:
    """One request."""
    reply = client.chat.completions.create(model=model, messages=[{"role": "user", "content": prompt}], **options)
    return reply.choices[0].message.content or ""


def is_angry(mail: str) -> bool:
    """Whether a mail sounds angry."""
    answer = client.chat.completions.create(
        model=CLEVER_MODEL,
        messages=[{"role": "user", "content": TRIAGE_PROMPT.format(mail=mail)}],
    )
    return answer.choices[0].message.content == "yes"


def draft(mail: str, order: dict[str, object]) -> list[str]:
    """Some drafts of a reply to choose from."""
    details = json.dumps(order, indent=2)
    reply = client.chat.completions.create(
        model=FAST_MODEL,
        n=DRAFTS,
        max_tokens=300,
        messages=[{"role": "user", "content": REPLY_PROMPT.format(mail=mail, order=details)}],
    )
    return [choice.message.content or "" for choice in reply.choices]


def main() -> None:
    """Sort all mails of the day."""
    for path in sorted(Path("mails").glob("*.txt")):
        mail = path.read_text(encoding="utf-8")
        reply = client.chat.completions.create(
            model=FAST_MODEL,
            max_tokens=5,
            messages=[{"role": "user", "content": f"Answer yes or no: is this mail about a bicycle? {mail}"}],
        )
        print(path.name, reply.choices[0].message.content, is_angry(mail))


if __name__ == "__main__":
    main()
