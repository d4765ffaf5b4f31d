"""From the facts of all files to one `Project`: names followed, calls and prompts found. Pure and total."""
