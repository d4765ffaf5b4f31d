"""The help desk on the web: answers questions of customers by the handbook, and says which mails are urgent."""

from pathlib import Path

import anthropic
from fastapi import FastAPI
from openai import OpenAI
from settings import ANSWER_MODEL, URGENT_MODEL

app = FastAPI()
claude = anthropic.Anthropic()
client = OpenAI()

HANDBOOK = (Path(__file__).parent / "prompts" / "handbook.md").read_text(encoding="utf-8")
URGENT = "Answer yes or no: does the customer who wrote this mail need an answer within the hour?\n\n{mail}"


@app.post("/answer")
def answer(question: str) -> str:
    """The answer to a customer who waits for it."""
    reply = claude.messages.create(
        model=ANSWER_MODEL,
        max_tokens=400,
        system=HANDBOOK,
        messages=[{"role": "user", "content": question}],
    )
    return reply.content[0].text


@app.post("/urgent")
def urgent(mail: str) -> bool:
    """Whether somebody is called to the desk."""
    reply = client.chat.completions.create(
        model=URGENT_MODEL,
        messages=[{"role": "user", "content": URGENT.format(mail=mail)}],
    )
    return (reply.choices[0].message.content or "").lower().startswith("yes")
