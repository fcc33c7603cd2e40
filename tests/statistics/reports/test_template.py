"""The forms as files: the statutory words in their order, and every fault named."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assistant.disclosure.outcomes import Outcome
from assistant.statistics.reports.template import CURRENT, FOLDER, BadTemplate, load_template


@pytest.mark.parametrize("name", CURRENT.values())
def test_forms_in_force_can_be_used(name: str) -> None:
    assert load_template(name).source == "国办公开办函〔2021〕30号"


def test_annual_form_has_the_statutory_rows() -> None:
    form = load_template("annual-2021-30").applications
    assert len(form.rows) == 25
    by_key = {row.key: row for row in form.rows}
    for outcome in Outcome:
        assert by_key[outcome.value].label == outcome.label
        groups = by_key[outcome.value].groups
        assert groups[0] == "三、本年度办理结果"
        own = () if outcome.label == outcome.group.label else (outcome.group.label,)
        assert groups[1:] == own
    assert [column.label for column in form.columns] == [
        "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda form: form["applications"]["rows"].pop(3), "25行"),
        (lambda form: form["applications"]["columns"].pop(), "7列"),
        (lambda form: form["contests"]["kinds"].reverse(), "3类"),
        (lambda form: form["contests"]["results"].pop(), "4种结果"),
        (lambda form: form["sections"][0].update(tables=["none"]), "没有表 none"),
        (
            lambda form: form["sections"][0]["parts"][0].update(text=["{unknown}件"]),
            "没有名为“unknown”的数",
        ),
        (lambda form: form.update(more=1), "more"),
    ],
)
def test_fault_is_named(tmp_path: Path, change: object, told: str) -> None:
    form = yaml.safe_load((FOLDER / "annual-2021-30.yaml").read_text(encoding="utf-8"))
    change(form)  # type: ignore[operator]
    (tmp_path / "x.yaml").write_text(yaml.safe_dump(form, allow_unicode=True), encoding="utf-8")
    with pytest.raises(BadTemplate, match=told):
        load_template("x", tmp_path)


@pytest.mark.parametrize("name", ["none", "../answers", ""])
def test_name_of_no_form_is_refused(name: str) -> None:
    with pytest.raises(BadTemplate):
        load_template(name)
