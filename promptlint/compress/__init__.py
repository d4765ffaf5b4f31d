"""Shorter prompts that say the same: what is free prose, what may be cut there, and whether anything was lost."""
