"""Text changes of a prompt, written where it stands: in Python string literals and in prompt files."""

from promptlint.editor.prompt import Refusal, Sent, located, prompt_edits, prompt_fix, prompt_sent, prompt_text

__all__ = ["Refusal", "Sent", "located", "prompt_edits", "prompt_fix", "prompt_sent", "prompt_text"]
