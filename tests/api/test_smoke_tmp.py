from .conftest import *
from assistant.staff.roles import Role


def test_smoke(citizen, staff):
    for path in [
        "/",
        "/cases/new",
        "/cases/new?kind=disclosure",
        "/track",
        "/catalogue",
        "/catalogue?q=%E9%A2%84%E7%AE%97",
        "/services",
        "/services/service.felling",
        "/statistics",
        "/statistics.csv",
        "/api/statistics",
        "/healthz",
        "/readyz",
        "/staff",
        "/nope",
    ]:
        citizen.get(path)
        print(path, citizen.status, len(citizen.text), citizen.alert())
    r = citizen.open_case()
    print(r.status, r.alert(), r.by_id("receipt-no"), r.by_id("lookup-code"))
    n, c = r.by_id("receipt-no"), r.by_id("lookup-code")
    r = citizen.get("/track").submit("/track", number=n, code=c)
    print(r.status, "正在安排" in r.text)
    r = citizen.get("/").submit("/chat", text="取水许可要准备哪些材料")
    print(r.status, r.url, r.alert())
    m = staff(Role.HANDLER)
    m.get("/staff")
    print(m.status, n in m.text)
