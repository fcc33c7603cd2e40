"""Cases and staff, as the case tests have them."""

from tests.cases.conftest import open_one, staff

__all__ = ["open_one", "staff"]
