"""Models of the help desk, in one place."""

LABEL_MODEL = "gpt-6.1-sol"
ANSWER_MODEL = "claude-sonnet-5-5"
SUMMARY_MODEL = "gpt-6.1-sol"
URGENT_MODEL = "gpt-6-luna"
