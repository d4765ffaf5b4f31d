"""The text of a prompt: put together from literals, holes, templates and files."""
