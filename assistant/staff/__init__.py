"""The people who work here: accounts, roles, passwords, sign-in sessions."""
