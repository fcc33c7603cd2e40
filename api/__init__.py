"""HTTP in, HTTP out; cut by audience."""
