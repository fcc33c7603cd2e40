"""How contact data are shown to those who need not use them. Pure."""

from __future__ import annotations


def mask_name(name: str) -> str:
    """The family name and one asterisk for each further character, two at most."""
    return name[:1] + "*" * min(len(name) - 1, 2)


def mask_phone(phone: str) -> str:
    """First three and last four digits of a long number, else the last two."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else f"****{phone[-2:]}"


def mask_email(email: str) -> str:
    """The first letter and the domain."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}***@{domain}"
