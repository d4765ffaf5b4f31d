"""All prompts, sent from a call that is known or not."""
