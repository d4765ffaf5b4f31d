"""From the bytes of one file to its facts. Nothing here looks at another file."""
