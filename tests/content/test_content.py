"""The sample bureau's own content: nothing leaked from the judging questions, nothing cited that is not there."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import opencc
import pytest
import yaml
from rapidfuzz import fuzz, process

from assistant.knowledge.content import Bureau, Document, Service
from assistant.knowledge.files import Loaded
from assistant.language.text import bare, normalise
from assistant.settings import PROJECT_DIR
from tests.fixtures_service import golden_texts

LAW = PROJECT_DIR.parent / "shared" / "law"
NEAR, NEAR_FROM = 90, 6


def strings_of(data: object) -> list[str]:
    """Every piece of text in plain data."""
    if isinstance(data, str):
        return [data]
    if isinstance(data, dict):
        return [text for value in data.values() for text in strings_of(value)]
    return [text for value in data for text in strings_of(value)] if isinstance(data, list) else []


def pieces(text: str) -> list[str]:
    """A longer text cut at lines and sentence ends, each bare."""
    return [bare(normalise(piece)) for piece in re.split(r"[\n。；！？]", text)]


@pytest.fixture(scope="module")
def golden() -> list[str]:
    return sorted({bare(normalise(text)) for text in golden_texts()} - {""})


@pytest.fixture(scope="module")
def phrasings(loaded: Loaded) -> list[str]:
    texts = [text for texts in loaded.examples.values() for text in texts]
    texts += [text for texts in loaded.lookups.values() for text in texts]
    return sorted({bare(normalise(text)) for text in texts} - {""})


@pytest.fixture(scope="module")
def said(loaded: Loaded) -> list[str]:
    """Every sentence in `responses/`. What a matter is called by law cannot be called anything else."""
    found: set[str] = set()
    for path in (PROJECT_DIR / "responses").rglob("*.yml"):
        for text in strings_of(yaml.safe_load(path.read_text(encoding="utf-8"))):
            found.update(pieces(text))
    titles = {bare(normalise(record.title)) for _, record in loaded.records}
    return sorted(found - titles - {""})


def near(golden: list[str], ours: list[str]) -> list[tuple[str, str, float]]:
    """Pairs that are the same question but for a character or two."""
    asked = [text for text in golden if len(text) >= NEAR_FROM]
    known = [text for text in ours if len(text) >= NEAR_FROM]
    scores = process.cdist(asked, known, scorer=fuzz.ratio, score_cutoff=NEAR, dtype=np.uint8)
    return [(asked[i], known[j], int(scores[i, j])) for i, j in zip(*scores.nonzero(), strict=True)]


def test_no_golden_question_is_a_phrasing(golden: list[str], phrasings: list[str]) -> None:
    """Shorter ones (“几天”, “收费”) are words of the language, and nobody's to copy."""
    both = set(golden) & set(phrasings)
    assert sorted(text for text in both if len(text) >= NEAR_FROM) == []


def test_no_golden_question_is_nearly_a_phrasing(golden: list[str], phrasings: list[str]) -> None:
    assert near(golden, phrasings) == []


def test_no_golden_question_stands_in_the_responses(golden: list[str], said: list[str]) -> None:
    names = {bare(normalise(text)) for text in said}
    assert sorted(text for text in set(golden) & names if len(text) >= NEAR_FROM) == []
    assert near(golden, said) == []


def test_near_equality_would_be_seen() -> None:
    assert near(["取水许可要哪些材料呢"], ["取水许可要哪些材料"])
    assert not near(["取水许可要哪些材料"], ["林木采伐要跑几趟窗口"])


def test_no_example_is_in_two_intents(loaded: Loaded) -> None:
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for label, texts in loaded.examples.items():
        for text in texts:
            owners[bare(normalise(text)) or text].add(label)
    assert {text: sorted(ids) for text, ids in owners.items() if len(ids) > 1} == {}


def test_no_example_is_there_twice(loaded: Loaded) -> None:
    twice = {
        label: sorted(text for text in set(texts) if texts.count(text) > 1)
        for label, texts in loaded.examples.items()
    }
    assert {label: texts for label, texts in twice.items() if texts} == {}


def test_every_intent_has_examples_enough_to_learn_from(loaded: Loaded) -> None:
    assert {label: len(texts) for label, texts in loaded.examples.items() if len(texts) < 2} == {}


def test_phrasings_are_simplified() -> None:
    """Traditional is converted before every witness; here it would only be a second spelling to keep."""
    simplify = opencc.OpenCC("t2s").convert
    wrong = []
    for path in sorted((PROJECT_DIR / "nlu_data").rglob("*.*")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if simplify(line) != line:
                wrong.append(f"{path.name}:{number} {line.strip()}")
    assert wrong == []


def test_phrasings_are_something_a_citizen_could_send(loaded: Loaded) -> None:
    for label, texts in loaded.examples.items():
        for text in texts:
            assert 1 <= len(text) <= 200, (label, text)
            assert not text.startswith("/"), (label, text)
            assert "[" not in text or "](" not in text, f"{label}: entity mark-up in {text}"


PHONE = re.compile(
    r"(?<![\d.])(?:1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}|400[- ]?\d{3}[- ]?\d{4}|[2-9]\d{6,7})(?![\d.])"
)
NATIONAL = re.compile(r"(?<!\d)(?:110|119|120|122|12\d{3}|96\d{3})(?!\d)")


def test_no_telephone_number_stands_outside_the_bureaus_own_file() -> None:
    """Numbers change: each stands once, and texts name it by its placeholder."""
    found = []
    for path in sorted((PROJECT_DIR / "responses").rglob("*.yml")):
        if path.name in ("bureau.yml", "offices.yml"):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            found += [f"{path.name}:{number} {hit[0]}" for hit in PHONE.finditer(line)]
    assert found == []


def test_telephone_pattern_tells_numbers_from_figures() -> None:
    for number in ("0571-87654321", "13800001357", "400-123-4567", "8765432"):
        assert PHONE.search(f"拨打{number}。")
    for figure in ("12345", "119", "2026-11-22", "2026年", "10000元", "GB/T 50433", "〔2026〕12号"):
        assert not PHONE.search(figure)
    assert NATIONAL.search("拨12345")


def test_short_numbers_are_ones_that_exist(said: list[str]) -> None:
    """110 警察、119 火警、120 急救、122 交通、123xx 政务和监督；a mistyped one could cost a life."""
    known = {
        *("110", "119", "120", "122"),
        *("12110", "12119", "12121", "12123", "12305", "12309", "12310", "12315", "12317"),
        *("12318", "12320", "12323", "12328", "12329", "12333", "12338", "12339", "12345"),
        *("12348", "12350", "12351", "12355", "12356", "12363", "12366", "12367", "12368"),
        *("12369", "12377", "12378", "12381", "12386", "12388", "12389", "12393", "12395"),
        *("12119", "12314", "12336", "12316", "95598", "96333"),
    }
    found = set()
    for path in (PROJECT_DIR / "responses").rglob("*.yml"):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r"(?:拨打?|电话|打)\s?(1[12]\d{1,3})(?!\d)", text))
    assert found
    assert found - known == set()


def test_sample_numbers_are_not_somebodys(loaded: Loaded) -> None:
    """Invented numbers must not ring at a real person's: all of ours lie in 0571-000000xx and 0571-000001xx."""
    for path in (PROJECT_DIR / "responses").rglob("*.yml"):
        for hit in re.findall(r"0571[- ]?\d{7,8}", path.read_text(encoding="utf-8")):
            assert re.fullmatch(r"0571-000000\d\d|0571-000001\d\d", hit), (path.name, hit)


def test_bureau_is_marked_as_a_sample(loaded: Loaded) -> None:
    [bureau] = [record for _, record in loaded.records if isinstance(record, Bureau)]
    assert bureau.sample is True
    assert "示例" in bureau.name
    assert "example" in bureau.website
    assert "example" in bureau.email
    assert all(re.search(r"示例|样本|范例|演示|虚拟", leader.name) for leader in bureau.leaders)


def test_there_is_enough_to_say(loaded: Loaded) -> None:
    services = [record for _, record in loaded.records if isinstance(record, Service)]
    documents = [record for _, record in loaded.records if isinstance(record, Document)]
    assert len(services) >= 8
    assert len(documents) >= 20
    assert len({document.index for document in documents}) == len(documents)


def test_dates_make_sense(loaded: Loaded) -> None:
    for _, record in loaded.records:
        effective = getattr(record, "effective_on", None)
        expires = getattr(record, "expires_on", None)
        if effective and expires:
            assert effective <= expires, record.id


def articles_of(path: Path) -> set[str]:
    """The articles a statute's text holds."""
    return set(
        re.findall(r"^第[零一二三四五六七八九十百]+条", path.read_text(encoding="utf-8"), re.M)
    )


def statute(law: str) -> Path | None:
    """The collection's file of a law, by the name it is cited by."""
    pattern = re.compile(rf"(?:ZJ_)?{re.escape(law)}\(\d{{4}}-\d\d-\d\d\)\.md")
    found = [path for path in LAW.glob("*.md") if pattern.fullmatch(path.name)]
    return found[0] if found else None


def test_every_article_cited_exists(loaded: Loaded) -> None:
    if not LAW.exists():
        pytest.skip(f"没有法条文本（{LAW}），无法核对引用的条款")
    articles: dict[str, set[str]] = {}
    checked, wrong = 0, []
    for _, record in loaded.records:
        for source in getattr(record, "sources", ()):
            path = statute(source.law)
            if path is None or not source.article:
                continue
            known = articles.setdefault(source.law, articles_of(path))
            checked += 1
            if source.article not in known:
                wrong.append((record.id, source.law, source.article))
    assert checked > 300
    assert wrong == []


def test_every_article_named_in_a_text_exists(loaded: Loaded) -> None:
    """“森林法第五十六条” inside a sentence is a citation too."""
    if not LAW.exists():
        pytest.skip(f"没有法条文本（{LAW}），无法核对引用的条款")
    names = {re.sub(r"^ZJ_|\(.*$", "", path.name): path for path in LAW.glob("*.md")}
    longest_first = sorted(names, key=len, reverse=True)
    cited = re.compile(
        rf"(?<![\u4e00-\u9fff])《?({'|'.join(map(re.escape, longest_first))})》?"
        r"(第[零一二三四五六七八九十百]+条)"
    )
    wrong, checked = [], 0
    for path in sorted((PROJECT_DIR / "responses").rglob("*.yml")):
        for law, article in cited.findall(path.read_text(encoding="utf-8")):
            checked += 1
            if article not in articles_of(names[law]):
                wrong.append((path.name, law, article))
    assert wrong == []


def test_statutes_are_found_by_their_name() -> None:
    if not LAW.exists():
        pytest.skip(f"没有法条文本（{LAW}）")
    path = statute("森林法")
    assert path is not None
    assert "第五十六条" in articles_of(path)
    assert "第九十九条" not in articles_of(path)
    assert statute("没有这部法") is None
