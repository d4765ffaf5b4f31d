"""What runs a request: callers, loops, retries and caches around it, and who waits for it."""
