"""The shapes of everything the bureau can say. Pure: true or false without a database.

Each record is one thing a citizen can be told about. Its `id` is also the intent the classifier
learns, the key of its phrasings in `nlu_data/` and the `answer_id` of a chat reply.
Field lists follow 政府信息公开条例 Art. 12 (guide, catalogue) and domain.md §5.2 (service items).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.labels import Labelled


class Content(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Source(Content):
    """Where a statement comes from: a statute with its article, or a named document."""

    law: str
    article: str | None = None
    version: str | None = None

    def __str__(self) -> str:
        return f"《{self.law}》{self.article or ''}"


class Aspect(Labelled):
    """What can be asked of a service (or, the last five, of an office)."""

    OVERVIEW = "overview", "基本情况"
    NEEDED = "needed", "要不要办"
    CONDITIONS = "conditions", "办理条件"
    MATERIALS = "materials", "申请材料"
    TIME_LIMIT = "time_limit", "办理时限"
    FEE = "fee", "收费"
    PROCESS = "process", "办理流程"
    VISITS = "visits", "要跑几次"
    ONLINE = "online", "网上办理"
    RESULT = "result", "办理结果"
    BASIS = "basis", "办理依据"
    REMEDY = "remedy", "不服怎么办"
    CAUTION = "caution", "违规后果"
    LEVEL = "level", "由谁办理"
    PROXY = "proxy", "能否代办"
    PLACE = "place", "办理地点"
    HOURS = "hours", "办公时间"
    PHONE = "phone", "咨询电话"
    LEADER = "leader", "负责人"
    DUTIES = "duties", "职责"


class Record(Content):
    """What every record has, whatever its kind."""

    id: Annotated[str, Field(pattern=r"^[a-z]+(\.[a-z0-9_]+)?$", max_length=64)]
    title: Annotated[str, Field(min_length=2, max_length=60)]


class Sourced(Record):
    office: str
    sources: tuple[Source, ...]
    effective_on: date
    verified_on: date
    expires_on: date | None = None


class Answer(Sourced):
    """A curated answer to one question."""

    kind: Literal["answer"] = "answer"
    text: str


class Material(Content):
    name: str
    form: str
    source: str | None = None
    need: Literal["必要", "容缺", "告知承诺可免"] = "必要"
    basis: str | None = None
    has_form: bool = False
    """Whether an empty form and a filled-in sample can be downloaded with the guide."""
    note: str | None = None


class Step(Content):
    name: str
    by: str | None = None
    limit: str | None = None
    detail: str | None = None


class Procedure(Content):
    """A special procedure whose time does not count towards the limit."""

    name: str
    limit: str | None = None


class Service(Sourced):
    """One item of the 最多跑一次 list (domain.md §5.2)."""

    kind: Literal["service"] = "service"
    parent: str | None = None
    aliases: tuple[str, ...]
    category: str
    level: str
    summary: str
    needed: str
    conditions: tuple[str, ...]
    prohibitions: tuple[str, ...] = ()
    applicants: tuple[str, ...]
    quota: str | None = None
    body: Literal["法定机关", "授权组织", "受委托组织"] = "法定机关"
    power: str | None = None
    """Where the power comes from (权力来源), with whom it may be entrusted to."""
    joint_bodies: tuple[str, ...] = ()
    instant: bool = False
    statutory_days: int | None
    time_note: str | None = None
    procedures: tuple[Procedure, ...] = ()
    visit_count: Annotated[int, Field(ge=0, le=3)]
    visit_note: str | None = None
    channels: tuple[str, ...]
    online_depth: str | None = None
    """How far it goes online (网上办理深度): 全程网办, 网上申请窗口取证 …"""
    across: str | None = None
    """Where else it is taken in (通办范围)."""
    proxy: str | None = None
    identity: str | None = None
    """How an applicant is made sure of online (认证等级)."""
    materials: tuple[Material, ...]
    steps: tuple[Step, ...]
    result: str
    result_kind: Literal["证照", "批文", "备案回执", "证明", "意见", "其他"] = "批文"
    validity: str | None = None
    fee: str
    intermediary: str | None = None
    """Paid expert work it cannot do without (中介服务), and that the citizen chooses who does it."""
    related: tuple[str, ...] = ()
    """Answers to what is often asked about it (常见问题), by id."""
    remedy: str | None = None
    caution: str | None = None


class Notice(Sourced):
    """A short reply of one outcome other than `answered`: another body's matter, danger, small talk."""

    kind: Literal["elsewhere", "emergency", "discipline", "smalltalk"]
    text: str
    body: str | None = None


class Document(Record):
    """One row of the catalogue: 索引、名称、内容概述、生成日期 (条例 Art. 12)."""

    kind: Literal["document"] = "document"
    aliases: tuple[str, ...] = ()
    index: str
    number: str | None = None
    summary: str
    created_on: date
    effective_on: date | None = None
    expires_on: date | None = None
    category: Annotated[int, Field(ge=1, le=15)]
    topic: str
    office: str
    interprets: str | None = None


class Office(Record):
    """An office of the bureau; sample data."""

    kind: Literal["office"] = "office"
    aliases: tuple[str, ...] = ()
    duties: str
    leader: str | None = None
    address: str
    hours: str
    phone: str
    email: str | None = None


class Leader(Content):
    name: str
    post: str
    duties: str


class ServiceCode(Content):
    """How the government-service network numbers one item of this bureau (domain.md §5.2)."""

    basic: str
    implementing: str
    version: str
    state: Literal["在用", "暂停", "取消"] = "在用"


class Bureau(Record):
    """Everything only the bureau can know, in one place; `sample` says it is invented."""

    kind: Literal["bureau"] = "bureau"
    sample: bool
    name: str
    short_name: str
    government: str
    supervising_office: str
    court: str
    address: str
    postcode: str
    hours: str
    summer_hours: str | None = None
    phone: str
    duty_phone: str
    fax: str
    email: str
    website: str
    service_site: str
    hall: str
    hall_hours: str
    complaint_phone: str
    leaders: tuple[Leader, ...]
    media: tuple[str, ...]
    promised_days: dict[str, int]
    service_codes: dict[str, ServiceCode] = {}
    services_online: dict[str, str] = {}
    verified_on: date


def names_of(record: AnyRecord) -> tuple[str, ...]:
    """What a record is called: its title and its everyday names. Small talk and the bureau go by none."""
    if isinstance(record, Bureau) or record.kind == "smalltalk":
        return ()
    return (record.title, *getattr(record, "aliases", ()))


def text_of(record: AnyRecord) -> str:
    """Everything a record says, its field names left out; small talk and the bureau's own data say nothing."""
    if isinstance(record, Bureau) or record.kind == "smalltalk":
        return ""
    return " ".join(texts_in(record.model_dump(mode="json", exclude={"id", "kind", "office"})))


def texts_in(value: object) -> Iterator[str]:
    """Every text in plain data, in order; keys and figures left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


AnyRecord = Annotated[
    Answer | Service | Notice | Document | Office | Bureau, Field(discriminator="kind")
]
