"""Files that belong to a case, encrypted before they touch the disk."""
