"""Which calls send a request to a model, by an SDK or without one, and what they pass."""
