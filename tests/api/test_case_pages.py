"""Handing something in and following it, by pages and by JSON."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.service import Service

from .conftest import Browser

TEXT = "村口的水渠坏了，请问该找谁修？"
WRONG = "没有找到这件，请核对受理编号和查询码。"


def case_count(service: Service) -> int:
    with service.db.reading() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def test_receipt_names_number_code_and_due_date(citizen: Browser) -> None:
    page = citizen.open_case()
    assert page.status == 200
    assert re.fullmatch(r"XD\d{8}-\d{4}-\d", page.by_id("receipt-no"))
    assert re.fullmatch(r"[A-Z0-9]{13}", page.by_id("lookup-code"))
    assert "以前答复您" in page.text
    assert "第3个工作日" in page.text
    assert page.headers["cache-control"] == "no-store"


def test_disclosure_is_not_yet_received(citizen: Browser) -> None:
    page = citizen.open_case(
        "disclosure",
        text="",
        information="2025年青溪采砂许可批复",
        delivery="email",
        applicant="person",
        contact_name="张三",
        contact_phone="13812345678",
    )
    assert page.status == 200
    assert "第三十一条" in page.text
    assert "还不算“收到申请”" in page.text
    assert "以前答复您" not in page.text


def test_disclosure_form_asks_no_purpose_and_identity_by_file_only(citizen: Browser) -> None:
    page = citizen.get("/cases/new?kind=disclosure")
    assert re.search(r'id="kind-disclosure"[^>]* checked', page.text)
    names = set(re.findall(r'<(?:input|textarea|select)[^>]* name="(\w+)"', page.text))
    assert names.isdisjoint({"purpose", "reason", "id_number"})
    assert re.search(r'<input type="file" id="identity"', page.text)
    assert "不用说明用途" in page.text
    assert "再请您出示" in page.text


def test_every_kind_citizens_may_file_is_offered_and_explained(citizen: Browser) -> None:
    page = citizen.get("/cases/new")
    offered = set(re.findall(r'name="kind" value="(\w+)"', page.text))
    assert offered == {kind.value for kind in CaseKind if kind.rule.by_public}
    for kind in offered:
        assert re.search(rf'id="kind-{kind}-hint">[^<]+<', page.text)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"text": ""}, "内容太短"),
        ({"text": "长" * 2001}, "内容太长"),
        ({"text": "a" * 100_000}, "内容太长"),
        ({"kind": ""}, "请选一个类别"),
        ({"kind": "nonsense"}, "请选一个类别"),
        ({"contact_phone": "123"}, "电话号码有误"),
        ({"contact_email": "nobody"}, "电子邮箱有误"),
        ({"kind": "help"}, "需要填写电话或电子邮箱"),
        ({"kind": "disclosure", "contact_phone": "13812345678"}, "所需信息的名称"),
        ({"form_key": "x"}, "表单编号无效"),
    ],
)
def test_bad_case_is_refused_kept_and_not_stored(
    citizen: Browser, service: Service, values: dict[str, str], words: str
) -> None:
    before = case_count(service)
    page = citizen.open_case(**{"contact_name": "李四", **values})
    assert page.status == 422
    assert words in page.alert()
    assert 'value="李四"' in page.text
    for name, value in values.items():
        assert name in ("kind", "form_key") or value in page.text
    assert case_count(service) == before


def test_all_faults_are_told_at_once_and_linked(citizen: Browser) -> None:
    page = citizen.open_case("help", text="", contact_phone="1", contact_email="x")
    for name in ("text", "contact_phone", "contact_email"):
        assert f'<a href="#{name}">' in page.text
        assert f'id="{name}-fault"' in page.text


def test_mended_form_goes_through(citizen: Browser) -> None:
    citizen.open_case(text="")
    page = citizen.submit("/cases", kind="consultation", text=TEXT)
    assert page.status == 200
    assert page.by_id("receipt-no")


def test_expired_form_keeps_every_word(citizen: Browser, service: Service) -> None:
    before = case_count(service)
    form = citizen.get("/cases/new").hidden("/cases")
    given = {**form, "csrf": "0.0", "kind": "suggestion", "text": TEXT, "contact_name": "李四"}
    page = citizen.post("/cases", given)
    assert page.status == 403
    assert "已经过期" in page.alert()
    assert TEXT in page.text
    assert 'value="李四"' in page.text
    assert re.search(r'id="kind-suggestion"[^>]* checked', page.text)
    assert case_count(service) == before


def test_form_without_a_token_is_refused(citizen: Browser, service: Service) -> None:
    before = case_count(service)
    citizen.get("/cases/new")
    values = {"kind": "consultation", "text": TEXT, "form_key": str(uuid4())}
    assert citizen.post("/cases", values).status == 403
    assert case_count(service) == before


def test_replayed_form_gives_the_same_receipt(citizen: Browser, service: Service) -> None:
    form = citizen.get("/cases/new").hidden("/cases")
    given = {**form, "kind": "consultation", "text": TEXT}
    first = citizen.post("/cases", given)
    number, code = first.by_id("receipt-no"), first.by_id("lookup-code")
    before = case_count(service)
    again = citizen.post("/cases", given)
    assert (again.by_id("receipt-no"), again.by_id("lookup-code")) == (number, code)
    assert case_count(service) == before


def test_other_words_under_the_same_key_are_a_conflict_and_kept(citizen: Browser) -> None:
    form = citizen.get("/cases/new").hidden("/cases")
    citizen.post("/cases", {**form, "kind": "consultation", "text": TEXT})
    page = citizen.post("/cases", {**form, "kind": "consultation", "text": "另一件事情"})
    assert page.status == 409
    assert "另一件事情" in page.text
    assert page.hidden("/cases")["form_key"] != form["form_key"]


def test_markup_in_a_case_is_text_everywhere(citizen: Browser) -> None:
    bad = '<img src=x onerror=alert(1)>"><script>alert(2)</script>'
    receipt = citizen.open_case(text=bad, contact_name=bad[:40])
    number, code = receipt.by_id("receipt-no"), receipt.by_id("lookup-code")
    for page in (receipt, citizen.get("/track").submit("/track", number=number, code=code)):
        assert "<img" not in page.text
        assert "<script>alert" not in page.text
        assert "&lt;img" in page.text


def test_too_many_cases_keep_the_words_and_say_how_long(citizen: Browser) -> None:
    for _ in range(3):
        assert citizen.open_case().status == 200
    page = citizen.open_case(text="第四件事情")
    assert page.status == 429
    assert int(page.headers["retry-after"]) >= 1
    assert "第四件事情" in page.text


def test_refused_content_does_not_count_against_the_limit(citizen: Browser) -> None:
    for _ in range(5):
        assert citizen.open_case(text="").status == 422
    assert citizen.open_case().status == 200


def test_own_question_comes_along(citizen: Browser, browser: Callable[[], Browser]) -> None:
    citizen.get("/").submit("/chat", text="我的电话是13812345678，水库边能种树吗")
    page = citizen.get("/cases/new?from=1")
    assert "水库边能种树吗" in page.text
    assert "13812345678" not in page.text
    assert "水库边能种树吗" not in browser().get("/cases/new?from=1").text


def test_asking_for_a_person_brings_the_question_before_along(citizen: Browser) -> None:
    chat = citizen.get("/").submit("/chat", text="水库边能种树吗")
    chat.submit("/chat", text="我要找人工")
    page = citizen.get("/cases/new?from=2")
    assert "水库边能种树吗" in page.text
    assert "我要找人工" not in page.text


def test_asking_for_a_person_at_once_leaves_the_form_empty(citizen: Browser) -> None:
    citizen.get("/").submit("/chat", text="我要找人工")
    assert "我要找人工" not in citizen.get("/cases/new?from=1").text


def test_status_needs_number_and_code(citizen: Browser) -> None:
    receipt = citizen.open_case()
    number, code = receipt.by_id("receipt-no"), receipt.by_id("lookup-code")
    page = citizen.get("/track").submit("/track", number=number, code=f" {code.lower()} ")
    assert page.status == 200
    assert TEXT in page.text
    assert "已收到，等待受理" in page.text
    assert "第1个工作日" in page.text
    assert code not in page.url
    assert page.headers["cache-control"] == "no-store"
    # The code is in the page only as what the next step brings along.
    shown = re.sub(r'<input type="hidden"[^>]*>', "", page.text)
    assert code.lower() not in shown.lower()


@pytest.mark.parametrize("wrong", ["number", "code", "both", "empty"])
def test_wrong_number_and_wrong_code_look_alike(citizen: Browser, wrong: str) -> None:
    receipt = citizen.open_case()
    given = {"number": receipt.by_id("receipt-no"), "code": receipt.by_id("lookup-code")}
    if wrong in ("number", "both"):
        given["number"] = "XD20260101-9999-9"
    if wrong in ("code", "both"):
        given["code"] = "AAAAAAAAAAAAA"
    if wrong == "empty":
        given = {"number": "", "code": ""}
    page = citizen.get("/track").submit("/track", **given)
    assert page.status == 404
    assert page.alert() == WRONG
    assert TEXT not in page.text


def test_status_is_never_asked_by_address(citizen: Browser) -> None:
    receipt = citizen.open_case()
    number, code = receipt.by_id("receipt-no"), receipt.by_id("lookup-code")
    page = citizen.get(f"/track?number={number}&code={code}")
    assert TEXT not in page.text
    form = re.search(r'<form[^>]*action="/track"[^>]*>', page.text)
    assert form
    assert 'method="post"' in form[0]


def test_guessing_codes_is_slowed_down(citizen: Browser) -> None:
    citizen.get("/track")
    statuses = [
        citizen.submit("/track", number="XD20260101-0001-1", code="A").status for _ in range(12)
    ]
    assert statuses[:10] == [404] * 10
    assert statuses[10:] == [429] * 2
    assert "12345" in citizen.alert()
    assert "retry-after" in citizen.headers


def test_json_twins_say_the_same(citizen: Browser) -> None:
    body = {"kind": "suggestion", "text": TEXT, "form_key": str(uuid4())}
    first = citizen.client.post("/api/cases", json=body)
    assert first.status_code == 201
    receipt = first.json()
    assert citizen.client.post("/api/cases", json=body).json() == receipt
    assert receipt["days"][-1]["date"] == receipt["due_on"]
    asked = {"receipt_no": receipt["receipt_no"], "lookup_code": receipt["lookup_code"]}
    found = citizen.client.post("/api/cases/lookup", json=asked).json()
    assert found["text"] == TEXT
    assert found["due_on"] == receipt["due_on"]
    assert found["status"] == "received"
    assert found["situation_label"] == "已收到，等待受理"
    wrong = citizen.client.post("/api/cases/lookup", json={**asked, "lookup_code": "x"})
    assert wrong.status_code == 404
    assert wrong.json()["detail"] == WRONG


@pytest.mark.parametrize(
    "body", [{}, {"kind": "x", "text": TEXT, "form_key": "1"}, {"kind": "help", "text": TEXT}]
)
def test_bad_json_case_is_refused(citizen: Browser, service: Service, body: dict[str, str]) -> None:
    before = case_count(service)
    answer = citizen.client.post("/api/cases", json=body, headers={"Accept": "*/*"})
    assert answer.status_code == 422
    assert re.search(r"[\u4e00-\u9fff]", answer.json()["detail"])
    assert case_count(service) == before
