"""Shorter prompts that say the same, and the contract that proves it."""
