"""Statistics: how well the bureau answers, counted from the rows that cases and chat turns leave."""
