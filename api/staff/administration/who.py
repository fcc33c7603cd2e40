"""Who may open these pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from api.staff.access import roles
from assistant.staff.roles import Role
from assistant.staff.sessions import SignedIn

Administrator = Annotated[SignedIn, Depends(roles(Role.ADMINISTRATOR))]
Checker = Annotated[SignedIn, Depends(roles(Role.AUDITOR, Role.ADMINISTRATOR))]
