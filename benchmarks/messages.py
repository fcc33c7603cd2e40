"""Thousands of different Chinese messages, the same ones in every run.

Real sentences first (MASSIVE zh-CN where it lies beside the project, the golden questions, the phrasings on
record), then the same sentences as people also write them: greeted, thanked, doubled, mistyped.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assistant.language.text import normalise
from assistant.settings import Settings
from assistant.training.evaluate import read_golden

SEED = 20261122
GREETINGS = (
    "您好，",
    "请问",
    "麻烦问一下，",
    "同志你好，",
    "我想问问，",
    "帮我看看，",
    "急！",
    "那个，",
)
ENDINGS = ("谢谢", "，谢谢您", "，在线等", "？？", "，麻烦快点", "，求解答", "，多谢了", "。急")
LONGEST = 200


def collect_messages(
    settings: Settings, examples: Mapping[str, Sequence[str]], count: int
) -> list[str]:
    """`count` messages, no two of which normalise to the same text."""
    dice = random.Random(SEED)
    real = _real_sentences(settings, examples)
    dice.shuffle(real)
    found: dict[str, str] = {}
    for text in _endless(real, dice):
        found.setdefault(normalise(text), text)
        if len(found) >= count:
            break
    messages = list(found.values())
    dice.shuffle(messages)  # else whoever gets further down the list gets the longer ones
    return messages


def _real_sentences(settings: Settings, examples: Mapping[str, Sequence[str]]) -> list[str]:
    golden = [question.text for question in read_golden(settings.project_dir / "tests" / "golden")]
    massive = _read_massive(settings.project_dir.resolve().parent / "shared")
    on_record = [text for label in sorted(examples) for text in examples[label]]
    # A bureau's citizens ask about the bureau: its own phrasings are kept down to the share of the rest.
    strangers = [*golden, *massive]
    return [*strangers, *on_record[:: max(1, len(on_record) // max(1000, len(strangers)))]]


def _read_massive(shared: Path) -> list[str]:
    file = shared / "data" / "massive_zh" / "dev.jsonl"
    if not file.exists():
        return []
    return [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]


def _endless(real: Sequence[str], dice: random.Random) -> Iterator[str]:
    """The real sentences, then one variation after another."""
    yield from real
    while True:
        yield _varied(dice.choice(real), real, dice)[:LONGEST]


def _varied(text: str, real: Sequence[str], dice: random.Random) -> str:
    kind = dice.randrange(4)
    if kind == 0:
        return dice.choice(GREETINGS) + text
    if kind == 1:
        return text + dice.choice(ENDINGS)
    if kind == 2:
        return f"{text}，{dice.choice(real)}"
    return _mistyped(text, dice)


def _mistyped(text: str, dice: random.Random) -> str:
    """Two neighbours swapped, or one character lost."""
    if len(text) < 4:
        return text + dice.choice(ENDINGS)
    at = dice.randrange(len(text) - 1)
    if dice.random() < 0.5:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :]
