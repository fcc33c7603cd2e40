"""Put a reply together from a record and what was asked of it. Pure; the wording frames come from phrases.yml."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.knowledge.content import (
    Answer,
    AnyRecord,
    Aspect,
    Document,
    Material,
    Notice,
    Office,
    Service,
)
from assistant.knowledge.shelf import Shelf

SERVICE_ASPECTS = tuple(a for a in Aspect if a not in (Aspect.LEADER, Aspect.DUTIES))
OFFICE_ASPECTS = (Aspect.PHONE, Aspect.PLACE, Aspect.HOURS, Aspect.LEADER, Aspect.DUTIES)
# So many sentences are told before the part they may have been looked for in.
MOST_TOLD = 2
# What a citizen who names only the service most often wants to know next.
OFFERED_ASPECTS = (Aspect.NEEDED, Aspect.MATERIALS, Aspect.TIME_LIMIT, Aspect.PROCESS, Aspect.PLACE)


@dataclass(frozen=True)
class Composed:
    """One part of a reply, with all a citizen needs to judge it by."""

    record_id: str
    title: str
    text: str
    sources: tuple[str, ...]
    office: str | None
    office_phone: str | None
    effective_on: str | None
    verified_on: str | None
    sample: bool


def compose(
    shelf: Shelf,
    record: AnyRecord,
    aspects: Sequence[Aspect] = (),
    points: Sequence[str] = (),
) -> Composed:
    """The reply to being asked for `aspects` of a record (none: the record itself).

    `points` are sentences of a service's guide to be told first, unless the aspects tell them anyway.
    """
    office = shelf.office(record.office) if hasattr(record, "office") else None
    if isinstance(record, Service):
        text = _service(shelf, record, aspects or (Aspect.OVERVIEW,))
        text, title = _with_points(shelf, text, points), record.title
    elif isinstance(record, Office):
        text, title, office = _office(record, aspects), record.title, record
    elif isinstance(record, Document):
        text, title = _document(shelf, record), record.title
    elif isinstance(record, Answer | Notice):
        text, title = record.text, record.title
    else:
        raise TypeError(f"{record.id} cannot be told")
    return Composed(
        record_id=record.id,
        title=title,
        text=shelf.fill(text).strip(),
        sources=_sources(record),
        office=office.title if office else None,
        office_phone=office.phone if office else None,
        effective_on=_date(record, "effective_on"),
        verified_on=_date(record, "verified_on") or shelf.bureau.verified_on.isoformat(),
        sample=shelf.bureau.sample,
    )


def _date(record: AnyRecord, name: str) -> str | None:
    value = getattr(record, name, None)
    return value.isoformat() if value else None


def _sources(record: AnyRecord) -> tuple[str, ...]:
    """One line a law, its articles in the order given."""
    articles: dict[str, list[str]] = {}
    for source in getattr(record, "sources", ()):
        articles.setdefault(source.law, []).append(source.article or "")
    return tuple(f"《{law}》{'、'.join(filter(None, found))}" for law, found in articles.items())


def _service(shelf: Shelf, service: Service, aspects: Sequence[Aspect]) -> str:
    parts = [
        _SERVICE_PARTS[aspect](shelf, service) for aspect in aspects if aspect in _SERVICE_PARTS
    ]
    return "\n\n".join(parts) or _overview(shelf, service)


def _with_points(shelf: Shelf, text: str, points: Sequence[str]) -> str:
    untold = [point for point in points if point.rstrip("。；") not in text][:MOST_TOLD]
    return f"{shelf.phrases['points']}\n{_bullets(untold)}\n\n{text}" if untold else text


def _bullets(items: Sequence[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _overview(shelf: Shelf, service: Service) -> str:
    days = _days_short(shelf, service)
    lines = [service.summary, f"- 办理时限：{days}", f"- 收费：{service.fee}"]
    lines.append(f"- 要跑几次：{_visits_short(service)}")
    lines.append(
        f"- 归口处室：{shelf.office(service.office).title}，{shelf.office(service.office).phone}"
    )
    return "\n".join(lines)


def _needed(shelf: Shelf, service: Service) -> str:
    return service.needed


def _conditions(shelf: Shelf, service: Service) -> str:
    text = f"办理{service.title}的条件：\n{_bullets(service.conditions)}"
    if service.prohibitions:
        text += f"\n有下列情形的不能办：\n{_bullets(service.prohibitions)}"
    text += f"\n谁可以申请：{'、'.join(service.applicants)}。"
    return text + (f"\n数量限制：{service.quota}" if service.quota else "")


def _materials(shelf: Shelf, service: Service) -> str:
    lines = [_material(number, item) for number, item in enumerate(service.materials, start=1)]
    return f"办理{service.title}要准备这些材料：\n" + "\n".join(lines)


def _material(number: int, material: Material) -> str:
    text = f"{number}. {material.name}（{material.form}"
    text += "）" if material.need == "必要" else f"，{material.need}）"
    if material.source:
        text += f"，来源：{material.source}"
    return text + (f"。{material.note}" if material.note else "")


def _days_short(shelf: Shelf, service: Service) -> str:
    if service.instant:
        return "材料齐全当场办"
    promised = shelf.bureau.promised_days.get(service.id)
    statutory = f"法定{service.statutory_days}个工作日" if service.statutory_days else ""
    promise = f"本局承诺{promised}个工作日" if promised else ""
    return "，".join(filter(None, (statutory, promise))) or "以窗口告知为准"


def _time_limit(shelf: Shelf, service: Service) -> str:
    text = f"{service.title}的办理时限：{_days_short(shelf, service)}（从受理之日起算）。"
    if service.time_note:
        text += f"\n{service.time_note}"
    for procedure in service.procedures:
        limit = f"（{procedure.limit}）" if procedure.limit else ""
        text += f"\n- {procedure.name}{limit}的时间不计入。"
    # “能占多久”“几天” are asked with the same words.
    return text + (f"\n办成以后的有效期：{service.validity}" if service.validity else "")


def _fee(shelf: Shelf, service: Service) -> str:
    text = f"{service.title}的收费：{service.fee}"
    return text + (f"\n中介服务：{service.intermediary}" if service.intermediary else "")


def _process(shelf: Shelf, service: Service) -> str:
    lines = []
    for number, step in enumerate(service.steps, start=1):
        limit = f"（{step.limit}）" if step.limit else ""
        detail = f"：{step.detail}" if step.detail else ""
        lines.append(f"{number}. {step.name}{limit}{detail}")
    return f"{service.title}的办理流程：\n" + "\n".join(lines)


def _visits_short(service: Service) -> str:
    return "一次都不用跑" if service.visit_count == 0 else f"最多跑{service.visit_count}次"


def _visits(shelf: Shelf, service: Service) -> str:
    return f"办理{service.title}{_visits_short(service)}。{service.visit_note or ''}"


def _online(shelf: Shelf, service: Service) -> str:
    can = "可以网上办" if "网上" in service.channels else "目前不能全程网上办"
    ways = "、".join(service.channels)
    lines = [f"办理方式：{ways}"]
    if service.online_depth:
        lines.append(f"网上办理深度：{service.online_depth}")
    if service.identity:
        lines.append(f"身份认证：{service.identity}")
    if service.across:
        lines.append(f"通办范围：{service.across}")
    lines += ["网址：{bureau.service_site}", "窗口：{bureau.hall}"]
    return f"{service.title}{can}。\n{_bullets(lines)}"


def _result(shelf: Shelf, service: Service) -> str:
    text = f"办成后拿到：{service.result}。"
    return text + (f"\n有效期：{service.validity}" if service.validity else "")


def _basis(shelf: Shelf, service: Service) -> str:
    return f"{service.title}的办理依据：\n{_bullets(_sources(service))}"


def _remedy(shelf: Shelf, service: Service) -> str:
    return service.remedy or (
        "对许可决定不服的，可以在收到决定之日起60日内向{bureau.government}申请行政复议，"
        "或者6个月内向{bureau.court}提起行政诉讼。"
    )


def _caution(shelf: Shelf, service: Service) -> str:
    told = service.caution or "没有办下来之前不要先做。具体后果请打归口处室的电话问清。"
    return f"{service.title}要注意：{told}"


def _level(shelf: Shelf, service: Service) -> str:
    lines = [f"办理层级：{service.level}", f"实施主体性质：{service.body}"]
    if service.power:
        lines.append(f"权力来源：{service.power}")
    if service.joint_bodies:
        lines.append(f"联办机构：{'、'.join(service.joint_bodies)}")
    lines.append(f"本局归口处室：{shelf.office(service.office).title}")
    return f"{service.title}由谁办：\n{_bullets(lines)}"


def _proxy(shelf: Shelf, service: Service) -> str:
    return service.proxy or (
        f"{service.title}可以委托别人代办，带委托书和双方的身份证明（行政许可法第二十九条）。"
        f"{_visits(shelf, service)}"
    )


def _place(shelf: Shelf, service: Service) -> str:
    return (
        f"{service.title}在这里办：{{bureau.hall}}。\n- 窗口时间：{{bureau.hall_hours}}\n"
        f"- 网上：{{bureau.service_site}}\n- 由谁办理：{service.level}"
    )


def _hours(shelf: Shelf, service: Service) -> str:
    return "窗口办公时间：{bureau.hall_hours}。\n地点：{bureau.hall}"


def _phone(shelf: Shelf, service: Service) -> str:
    office = shelf.office(service.office)
    return f"{service.title}的咨询电话：{office.phone}（{office.title}）。监督投诉：{{bureau.complaint_phone}}"


_SERVICE_PARTS: dict[Aspect, Callable[[Shelf, Service], str]] = {
    Aspect.OVERVIEW: _overview,
    Aspect.NEEDED: _needed,
    Aspect.CONDITIONS: _conditions,
    Aspect.MATERIALS: _materials,
    Aspect.TIME_LIMIT: _time_limit,
    Aspect.FEE: _fee,
    Aspect.PROCESS: _process,
    Aspect.VISITS: _visits,
    Aspect.ONLINE: _online,
    Aspect.RESULT: _result,
    Aspect.BASIS: _basis,
    Aspect.REMEDY: _remedy,
    Aspect.CAUTION: _caution,
    Aspect.LEVEL: _level,
    Aspect.PROXY: _proxy,
    Aspect.PLACE: _place,
    Aspect.HOURS: _hours,
    Aspect.PHONE: _phone,
}


def _office(office: Office, aspects: Sequence[Aspect]) -> str:
    lines = {
        Aspect.DUTIES: f"主要职责：{office.duties}",
        Aspect.LEADER: f"负责人：{office.leader or '请来电询问'}",
        Aspect.PLACE: f"办公地址：{office.address}",
        Aspect.HOURS: f"办公时间：{office.hours}",
        Aspect.PHONE: f"联系电话：{office.phone}",
    }
    asked = [aspect for aspect in aspects if aspect in lines] or list(lines)
    if len(asked) == 1:
        return f"{office.title}的{lines[asked[0]]}"
    return f"{office.title}：\n" + _bullets([lines[aspect] for aspect in asked])


def _document(shelf: Shelf, document: Document) -> str:
    lines = [f"{document.title}。{document.summary}", f"- 索引号：{document.index}"]
    if document.number:
        lines.append(f"- 文号：{document.number}")
    lines.append(f"- 生成日期：{document.created_on.isoformat()}")
    interpreted = shelf.get(document.interprets or "")
    if interpreted is not None:
        lines.append(f"- 解读的文件：{interpreted.title}")
    lines.extend(
        f"- 政策解读：{other.title}"
        for other in shelf.documents()
        if other.interprets == document.id
    )
    lines.append("- 全文：{bureau.website}“政府信息公开”栏目，按索引号查")
    return "\n".join(lines)
