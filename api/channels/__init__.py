"""Other ways in than our own page."""
