"""promptlint: a linter for the money that Python code spends on language models."""

__version__ = "0.1.0"
