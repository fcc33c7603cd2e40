"""The real application over a real database, loaded once with the sample bureau. No classifier."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from html import unescape
from uuid import uuid4

import pytest

from api.app import create_app
from api.limits import Limits
from assistant.service import Service, utc_now
from assistant.staff.accounts import create_account
from assistant.staff.passwords import hash_password
from assistant.staff.roles import SYSTEM, Role
from tests.fixtures_service import Prepared

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette asks for httpx2, which is not locked here
    from fastapi.testclient import TestClient

PASSWORD = "first-password-1"


@pytest.fixture(scope="session")
def service(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The loaded service: sample bureau, match-only."""
    # Closed by the application, whose lifespan ends with the session.
    return Service(prepared.copy_to(tmp_path_factory.mktemp("api")).settings)


@pytest.fixture(scope="session")
def application(service: Service) -> Iterator[TestClient]:
    """Holds the application's lifespan open for all tests."""
    with TestClient(create_app(service)) as client:
        yield client


@pytest.fixture
def browser(application: TestClient) -> Callable[[], Browser]:
    """A maker of browsers, each with its own cookies; the limits begin anew for every test."""
    app = application.app
    app.state.limits = Limits(app.state.service.tuning.limits)  # type: ignore[attr-defined]
    return lambda: Browser(TestClient(app, headers={"Accept": "text/html"}))


@pytest.fixture
def citizen(browser: Callable[[], Browser]) -> Browser:
    return browser()


@pytest.fixture
def staff(browser: Callable[[], Browser], service: Service) -> Callable[[Role], Browser]:
    """A maker of signed-in staff, with a fresh account of the role and a password of their own."""

    def sign_in(role: Role) -> Browser:
        member = browser()
        username = new_account(service, role)
        member.sign_in(username, PASSWORD)
        member.change_password(PASSWORD, f"own-{PASSWORD}")
        return member

    return sign_in


def new_account(service: Service, role: Role) -> str:
    """A new account with the one-time password `PASSWORD`."""
    username = f"u{uuid4().hex[:12]}"
    hashed, now = hash_password(PASSWORD), utc_now()
    service.db.write(
        lambda session: create_account(
            session, SYSTEM, username, f"测试{role.label}{username[-4:]}", role, hashed, now
        )
    )
    return username


class Browser:
    """A client that reads pages the way a browser without script does: by their forms."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.status = 0
        self.text = ""
        self.url = ""
        self.headers: dict[str, str] = {}

    def get(self, path: str) -> Browser:
        return self._keep(self.client.get(path))

    def post(self, path: str, values: dict[str, str], **headers: str) -> Browser:
        return self._keep(self.client.post(path, data=values, headers=headers))

    def _keep(self, response: object) -> Browser:
        self.status = response.status_code  # type: ignore[attr-defined]
        self.text = response.text  # type: ignore[attr-defined]
        self.url = str(response.url)  # type: ignore[attr-defined]
        self.headers = dict(response.headers)  # type: ignore[attr-defined]
        return self

    def hidden(self, action: str) -> dict[str, str]:
        """The hidden fields of the first form that posts to `action`."""
        form = re.search(
            rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', self.text, re.DOTALL
        )
        assert form is not None, f"no form for {action}"
        inputs: list[str] = re.findall(r'<input type="hidden"[^>]*>', form[1])
        return {_attribute(one, "name"): _attribute(one, "value") for one in inputs}

    def submit(self, action: str, **values: str) -> Browser:
        """Fill the form for `action` on this page and send it."""
        return self.post(action, {**self.hidden(action), **values})

    def has_form(self, action: str) -> bool:
        return f'action="{action}"' in self.text

    def by_id(self, name: str) -> str:
        """The text of the element with this id."""
        found = re.search(rf'id="{name}"[^>]*>([^<]*)<', self.text)
        assert found is not None, f"nothing with id {name}"
        return unescape(found[1])

    def alert(self) -> str:
        """What the page's alert says, without markup; empty when there is none."""
        found = re.search(r'role="alert"[^>]*>(.*?)</(?:div|p)>', self.text, re.DOTALL)
        return unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""

    def open_case(self, kind: str = "consultation", **values: str) -> Browser:
        """Hand in a case through its form; the page is then the receipt."""
        self.get("/cases/new")
        given = {"kind": kind, "text": "村口的水渠坏了，请问该找谁修？", **values}
        return self.submit("/cases", **given)

    def sign_in(self, username: str, password: str) -> Browser:
        self.get("/staff/sign-in")
        return self.submit("/staff/sign-in", username=username, password=password)

    def change_password(self, old: str, new: str) -> Browser:
        self.get("/staff/password")
        return self.submit("/staff/password", old=old, new=new, again=new)


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""
