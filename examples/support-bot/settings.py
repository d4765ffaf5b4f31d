"""Models and limits of the bot, in one place."""

FAST_MODEL = "gpt-4o-mini"
CLEVER_MODEL = "gpt-4-turbo"
DRAFTS = 3
