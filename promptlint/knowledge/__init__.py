"""What promptlint knows of SDKs and rules: the tables of `rules/`, read once, validated, and indexed for look-up."""
