"""Commands that train, judge and tune."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.base import app, fail, open_database, said, working
from api.cli.content import import_knowledge, migrate
from assistant.settings import settings


@app.command()
def train(
    force: Annotated[bool, typer.Option(help="训练集没有变化也重新训练")] = False,
) -> None:
    """用 Rasa 训练分类器，导出，用评测题检验，不变差才启用。"""
    from assistant.training import dataset
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
        shares = "，".join(
            f"{name} {value:.1%}" for name, value in metrics.items() if name != "count"
        )
        said.print(f"  评测题 {metrics['count']} 道：{shares}", highlight=False)


@app.command()
def tune() -> None:
    """在没学过的问法上选融合权重和阈值，打印取舍表和可贴进 config.yml 的数值。"""
    from api.cli.tuning import print_tuned, tune_on
    from assistant.training.train import CannotTrain, check_environment

    configuration = settings()
    try:
        check_environment(configuration)
        with open_database() as database, working("选择阈值") as describe:
            with_model, without_model = tune_on(database, configuration, describe)
    except CannotTrain as error:
        raise fail(str(error)) from error
    print_tuned("fusion", with_model)
    print_tuned("fusion_without_model", without_model)


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
