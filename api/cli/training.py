"""Commands that train, judge and tune."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from api.cli.base import app, fail, open_database, said, working
from api.cli.content import import_knowledge, migrate
from assistant.migrations import is_current
from assistant.settings import settings


@app.command()
def train(
    force: Annotated[bool, typer.Option(help="训练集没有变化也重新训练")] = False,
) -> None:
    """用 Rasa 训练分类器，导出，用评测题检验，不变差才启用。"""
    from assistant.training import dataset
    from assistant.training.evaluate import BARS
    from assistant.training.promote import find_trained, keep
    from assistant.training.run import judge_artifact, judge_serving
    from assistant.training.train import CannotTrain, check_environment, train_artifact

    configuration = settings()
    with open_database() as database:
        with database.reading() as session:
            examples = dataset.collect(session)
            mark = dataset.fingerprint(examples, configuration.project_dir / "config.yml")
            known = find_trained(session, mark)
        if known is not None and not force:
            said.print("✓ 分类器已按现有问法训练过")
            return
        try:
            check_environment(configuration)
            count = sum(map(len, examples.values()))
            with working(f"训练分类器（{len(examples)} 类 {count} 句）") as describe:
                artifact = train_artifact(configuration, examples, describe)
                describe("用评测题检验")
                with database.reading() as session:
                    metrics = judge_artifact(session, artifact, configuration)
                    serving = judge_serving(session, configuration)
        except CannotTrain as error:
            raise fail(str(error)) from error
        from assistant.service import utc_now

        now = utc_now()
        kept = database.write(lambda session: keep(session, artifact, mark, metrics, serving, now))
    said.print(f"✓ 模型 {kept.model_id}：{kept.reason}", highlight=False)
    if metrics.get("count"):
        shares = "，".join(f"{bar.label} {metrics[bar.name]:.1%}" for bar in BARS)
        said.print(f"  评测题 {metrics['count']} 道：{shares}", highlight=False)


@app.command()
def tune() -> None:
    """在没学过的问法上选融合权重和阈值，打印取舍表和可贴进 config.yml 的数值。"""
    from api.cli.tuning import print_tuned, tune_on

    with open_database() as database, working("选择阈值") as describe:
        with_model, without_model = tune_on(database, settings(), describe)
    print_tuned("fusion", with_model)
    print_tuned("fusion_without_model", without_model)


@app.command()
def evaluate(
    as_json: Annotated[bool, typer.Option("--json", help="打印 JSON，不打印表格")] = False,
    html: Annotated[Path | None, typer.Option(help="把带图的报告写进这个文件")] = None,
    golden: Annotated[Path | None, typer.Option(help="评测题所在的目录")] = None,
    failures: Annotated[int, typer.Option(min=0, help="列出多少道没有做对的题")] = 10,
) -> None:
    """用从没学过的评测题检验现在的助手：表格、JSON 或 HTML 报告。

    JSON 的键和含义写在 assistant/training/evaluate/report.py 的 as_data。
    """
    from api.cli.evaluating import print_evaluation
    from assistant.training.evaluate.report import as_data
    from assistant.training.run import evaluate_serving, golden_folder

    configuration = settings()
    with open_database() as database:
        if not is_current(database):
            raise fail("数据库结构不是当前版本，请先运行 xunda migrate")
        folder = golden or golden_folder(configuration)
        with working("用评测题检验"), database.reading() as session:
            evaluation = evaluate_serving(session, configuration, folder)
        if html is not None:
            from api.reports.evaluation import render

            html.write_text(render(evaluation), encoding="utf-8")
            said.print(f"✓ 报告：{html}", highlight=False, markup=False)
    if as_json:
        sys.stdout.write(json.dumps(as_data(evaluation), ensure_ascii=False) + "\n")
    else:
        print_evaluation(evaluation, failures)


@app.command()
def prepare() -> None:
    """首次使用或内容改动后的准备：更新结构、导入示例单位、训练分类器。已做过的自动跳过。"""
    migrate()
    import_knowledge(settings().project_dir)
    try:
        train()
    except typer.Exit:
        said.print(
            "[yellow]![/yellow] 没有分类器，助手仍可运行：只凭词语和语义匹配作答，把握不大时更多转人工"
        )
