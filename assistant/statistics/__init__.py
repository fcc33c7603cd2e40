"""Statistics: how well the bureau answers, counted from what cases and chat turns leave."""
