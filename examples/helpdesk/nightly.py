"""Every night: label the mails of the day, and write a summary of each conversation for the morning."""

from pathlib import Path

from openai import OpenAI
from settings import LABEL_MODEL, SUMMARY_MODEL

client = OpenAI()

LABEL = """Answer with one of: order, return, warranty, care, price, other.

What is this mail about?

{mail}"""

SUMMARY = """You write summaries for the staff of a shop. Please make sure to write in a friendly tone. In order to help a
colleague who takes over, say what the customer wants. Due to the fact that the staff has little time in the morning, answer in
at most two sentences. In the event that something was promised, please make sure to say what it was.
Please make sure to name the order if there is one.

The conversation:

{conversation}"""


def labels(mails: list[str]) -> list[str]:
    """What each mail is about."""
    found = []
    for mail in mails:
        reply = client.chat.completions.create(
            model=LABEL_MODEL,
            max_completion_tokens=10,
            messages=[{"role": "user", "content": LABEL.format(mail=mail)}],
        )
        found.append(reply.choices[0].message.content or "other")
    return found


def summaries(conversations: list[str]) -> list[str]:
    """Two sentences on each conversation."""
    found = []
    for conversation in conversations:
        reply = client.chat.completions.create(
            model=SUMMARY_MODEL,
            max_completion_tokens=120,
            messages=[{"role": "user", "content": SUMMARY.format(conversation=conversation)}],
        )
        found.append(reply.choices[0].message.content or "")
    return found


def main() -> None:
    """The work of the night."""
    day = Path("day")
    mails = [path.read_text(encoding="utf-8") for path in sorted(day.glob("*.mail"))]
    talks = [path.read_text(encoding="utf-8") for path in sorted(day.glob("*.talk"))]
    Path("morning.txt").write_text("\n".join([*labels(mails), *summaries(talks)]), encoding="utf-8")


if __name__ == "__main__":
    main()
