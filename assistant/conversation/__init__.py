"""Talking with a citizen: what was heard, what is decided, what is said, and that it is all on record."""
