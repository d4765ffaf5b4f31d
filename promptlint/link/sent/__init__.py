"""What one call sends, for each of its outermost callers: its model and cap, messages, tools and the form of the answer."""
