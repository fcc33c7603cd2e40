"""`xunda tune`: find weights on held-out questions, and show what each threshold would mean."""

from __future__ import annotations

import sys
from collections.abc import Callable

import yaml
from rich.console import Console
from rich.table import Table

from assistant.db import Database
from assistant.knowledge.shelf import load_shelf
from assistant.language.encoder import default_encoder
from assistant.settings import Settings
from assistant.training import dataset
from assistant.training.dataset import load_recipe
from assistant.training.tune import Ground, Tuned, hear_held_out, tune


def tune_on(
    database: Database, configuration: Settings, describe: Callable[[str], None]
) -> tuple[Tuned, Tuned]:
    """Hear held-out questions, then tune with the classifier and without any."""
    encoder = default_encoder(configuration.encoder_cache)
    describe("读取知识库")
    with database.reading() as session:
        shelf = load_shelf(session, encoder)
        examples = dataset.collect(session)
    config = configuration.project_dir / "config.yml"
    ground = Ground(examples, shelf.records, shelf.mentions, encoder, load_recipe(config))
    heard, heard_without = hear_held_out(ground, describe)
    describe("拟合权重")
    return tune(heard), tune(heard_without)


def print_tuned(name: str, tuned: Tuned) -> None:
    """The trade-off as a table on standard error, the weights as YAML on standard output."""
    told = (
        f"AUROC：有没有答案 {tuned.answerable_auroc:.3f}，是不是这一条 {tuned.confidence_auroc:.3f}"
    )
    table = Table(title=f"{name}：首选正确率 {tuned.top1:.1%}，{told}")
    heads = ("阈值", "有答案的：直接答", "其中答对", "其中答错", "没有答案的：误答")
    for head in heads:
        table.add_column(head, justify="right")
    for row in tuned.curve:
        shares = (row.answered, row.right, row.wrong_on_known, row.wrong_on_unknown)
        table.add_row(f"{row.threshold:.2f}", *(f"{share:.1%}" for share in shares))
    Console(stderr=True).print(table)
    sys.stdout.write(yaml.safe_dump({name: tuned.fusion.model_dump()}, sort_keys=False))
