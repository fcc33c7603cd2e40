"""The knowledge files: one canonical form, and faults told with file and record."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from assistant.knowledge.content import Answer
from assistant.knowledge.files import (
    LOOKUPS,
    PHRASINGS,
    RESPONSES,
    SYNONYM,
    SYNONYMS,
    BadKnowledge,
    Loaded,
    dump,
    dump_examples,
    dump_record,
    load,
    parse_record,
    render,
)
from assistant.settings import PROJECT_DIR

ANSWER = """\
records:
  - id: disclosure.fee
    kind: answer
    title: 公开要不要钱
    office: office.general
    sources:
      - law: 政府信息公开条例
        article: 第四十二条
    effective_on: '2019-05-15'
    verified_on: '2026-05-01'
    text: 不收费。
"""
PHRASING = """\
version: '3.1'
nlu:
  - intent: disclosure.fee
    examples: |
      - 公开要钱吗
      - 收不收费
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A knowledge directory of one record and two phrasings."""
    write(tmp_path, "responses/answers/one.yml", ANSWER)
    write(tmp_path, "nlu_data/answers/one.yml", PHRASING)
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_small_folder_loads(folder: Path) -> None:
    loaded = load(folder)
    [(file, record)] = loaded.records
    assert file == "answers/one.yml"
    assert isinstance(record, Answer)
    assert loaded.examples == {"disclosure.fee": ["公开要钱吗", "收不收费"]}


def test_shipped_files_are_canonical(loaded: Loaded) -> None:
    """Every shipped file is byte for byte what an export of it writes."""
    rendered = dict(render(loaded, loaded.lookups))
    rendered[f"{RESPONSES}/phrases.yml"] = dump(loaded.phrases)
    on_disk = {
        path.relative_to(PROJECT_DIR).as_posix(): path.read_text(encoding="utf-8")
        for top in (RESPONSES, PHRASINGS)
        for path in (PROJECT_DIR / top).rglob("*.yml")
    }
    assert set(rendered) == set(on_disk)
    assert [name for name, text in rendered.items() if text != on_disk[name]] == []


def test_every_record_survives_plain_data(loaded: Loaded) -> None:
    for file, record in loaded.records:
        assert parse_record(yaml.safe_load(dump(dump_record(record))), file) == record


@pytest.mark.parametrize(
    "text",
    [
        "一行",
        "两行\n第二行",
        "末尾换行\n",
        "- 像列表",
        "yes",
        "2026-01-01",
        '冒号: 引号\' "双"',
        "{bureau.phone}",
        "很长" * 300,
        "0571-00000001",
        "000000",
        "第一段\n\n第二段",
        "  前有空格\n再一行",
        "行尾空格 \n下一行",
    ],
)
def test_dumped_text_reads_back_the_same(text: str) -> None:
    assert yaml.safe_load(dump({"text": text})) == {"text": text}


def test_dump_is_stable() -> None:
    data = {"b": ["一", "二"], "a": {"text": "两行\n第二行"}}
    assert dump(yaml.safe_load(dump(data))) == dump(data)
    assert dump(data).startswith("b:")


def test_examples_read_back_the_same(folder: Path) -> None:
    examples = {
        "aspect.fee": ["一句", "带 - 的", "带“引号”的", "# 井号", "x: y"],
        "offtopic": ["末"],
    }
    lookups = {"aspect_fee": ["收费", "多少钱"]}
    write(folder, f"{PHRASINGS}/{LOOKUPS}", dump_examples(examples, lookups))
    loaded = load(folder)
    assert {label: loaded.examples[label] for label in examples} == examples
    assert loaded.lookups == lookups


SYNONYM_FILE = f"{PHRASINGS}/{SYNONYMS}"


def test_synonyms_read_back_the_same(folder: Path) -> None:
    synonyms = {"采伐": ["砍树", "伐木"], "取水": ["打井"]}
    write(folder, SYNONYM_FILE, dump_examples({}, synonyms=synonyms))
    loaded = load(folder)
    assert loaded.lookups == {SYNONYM + name: texts for name, texts in synonyms.items()}
    assert dict(render(loaded, loaded.lookups))[SYNONYM_FILE] == dump_examples(
        {}, synonyms=synonyms
    )


def test_synonyms_and_the_words_of_aspects_keep_to_their_files(folder: Path) -> None:
    words = {"aspect_fee": ["收费"]}
    write(folder, f"{PHRASINGS}/{LOOKUPS}", dump_examples({"aspect.fee": ["要钱吗"]}, words))
    write(folder, SYNONYM_FILE, dump_examples({}, synonyms={"采伐": ["砍树"]}))
    loaded = load(folder)
    files = dict(render(loaded, loaded.lookups))
    for name in (f"{PHRASINGS}/{LOOKUPS}", SYNONYM_FILE):
        assert files[name] == (folder / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    [
        PHRASING,
        dump_examples({}, {"aspect_fee": ["收费"]}),
        dump_examples({}, synonyms={"采伐": ["砍树"]})
        + dump_examples({}, synonyms={"采伐": ["伐木"]}).split("nlu:\n")[1],
    ],
    ids=["intent", "lookup", "twice"],
)
def test_what_is_no_single_synonym_is_told(folder: Path, text: str) -> None:
    write(folder, SYNONYM_FILE, text.replace("disclosure.fee", "offtopic"))
    with pytest.raises(BadKnowledge, match=r"synonyms\.yml"):
        load(folder)


Change = Callable[[str], str]

BAD_RECORDS: dict[str, tuple[Change, str]] = {
    "not yaml": (lambda t: t + "  - id: [", "one.yml"),
    "no records": (lambda t: "something: else\n", "records"),
    "a list": (lambda t: "- 1\n- 2\n", "records"),
    "empty": (lambda t: "", "records"),
    "unknown kind": (lambda t: t.replace("kind: answer", "kind: poem"), "disclosure.fee"),
    "unknown field": (lambda t: t + "    colour: red\n", "colour"),
    "missing field": (lambda t: t.replace("    title: 公开要不要钱\n", ""), "title"),
    "wrong date": (lambda t: t.replace("2019-05-15", "2019-13-45"), "effective_on"),
    "wrong id": (lambda t: t.replace("disclosure.fee", "Disclosure Fee"), "id"),
    "title too short": (lambda t: t.replace("公开要不要钱", "钱"), "title"),
    "twice": (lambda t: t + t.removeprefix("records:\n"), "重复"),
    "record is text": (lambda t: "records:\n  - just text\n", "one.yml"),
}


@pytest.mark.parametrize("fault", BAD_RECORDS)
def test_bad_record_is_told_with_its_file_and_place(folder: Path, fault: str) -> None:
    change, told = BAD_RECORDS[fault]
    write(folder, "responses/answers/one.yml", change(ANSWER))
    with pytest.raises(BadKnowledge) as refusal:
        load(folder)
    assert "one.yml" in str(refusal.value)
    assert told in str(refusal.value)


def test_fault_in_a_field_names_the_record(folder: Path) -> None:
    write(folder, "responses/answers/one.yml", ANSWER.replace("2019-05-15", "soon"))
    with pytest.raises(BadKnowledge, match=r"answers/one\.yml: disclosure\.fee: .*effective_on"):
        load(folder)


BAD_PHRASINGS: dict[str, Change] = {
    "not yaml": lambda t: t + "   broken: [",
    "intent twice": lambda t: t + t.split("nlu:\n")[1],
    "no examples": lambda t: t.split("    examples:")[0],
    "examples are a list": lambda t: (
        "nlu:\n  - intent: a.b\n    examples:\n      - 一\n      - 二\n"
    ),
    "neither intent nor lookup": lambda t: t.replace("intent:", "synonym:"),
    "nlu is text": lambda t: "nlu: text\n",
}


@pytest.mark.parametrize("fault", BAD_PHRASINGS)
def test_bad_phrasings_are_told_with_their_file(folder: Path, fault: str) -> None:
    write(folder, "nlu_data/answers/one.yml", BAD_PHRASINGS[fault](PHRASING))
    with pytest.raises(BadKnowledge, match=r"one\.yml"):
        load(folder)


def test_example_without_a_dash_is_not_lost_silently(folder: Path) -> None:
    write(folder, "nlu_data/answers/one.yml", PHRASING.replace("- 收不收费", "收不收费"))
    with pytest.raises(BadKnowledge, match=r"one\.yml"):
        load(folder)


@pytest.mark.parametrize("text", ["- a\n- b\n", "text\n", ""])
def test_bad_phrases_file_is_told(folder: Path, text: str) -> None:
    write(folder, "responses/phrases.yml", text)
    with pytest.raises(BadKnowledge, match=r"phrases\.yml"):
        load(folder)


def test_yaml_tags_are_not_obeyed(folder: Path) -> None:
    write(
        folder, "responses/answers/one.yml", "records: !!python/object/apply:os.system ['true']\n"
    )
    with pytest.raises(BadKnowledge):
        load(folder)


def test_file_that_is_not_utf8_is_told(folder: Path) -> None:
    (folder / "responses/answers/one.yml").write_bytes(ANSWER.encode("gbk"))
    with pytest.raises(BadKnowledge, match=r"one\.yml"):
        load(folder)


def test_phrasings_of_nothing_are_told(folder: Path) -> None:
    """A label that no record answers would be recognised and then have nothing to say."""
    write(folder, "nlu_data/answers/one.yml", PHRASING.replace("disclosure.fee", "disclosure.fees"))
    with pytest.raises(BadKnowledge, match=r"disclosure\.fees"):
        load(folder)


def test_order_of_files_does_not_depend_on_the_disk(tmp_path: Path) -> None:
    shutil.copytree(PROJECT_DIR / RESPONSES, tmp_path / "b" / RESPONSES)
    shutil.copytree(PROJECT_DIR / PHRASINGS, tmp_path / "b" / PHRASINGS)
    assert load(tmp_path / "b") == load(PROJECT_DIR)
