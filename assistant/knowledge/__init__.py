"""What the bureau says: versioned records, their files, and the questions asked of them."""
