"""Cases: what a citizen handed in, whose turn it is, and by when the law wants it answered."""
