"""Reports to be kept as one file each: they open anywhere, without this program and without a network."""
