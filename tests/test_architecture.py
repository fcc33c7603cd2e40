"""The house rules of design.md §3, read off the source's own syntax trees."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from assistant.settings import PROJECT_DIR

# Files that must be true or false without a database. `knowledge/shelf.py` reads one, so from it a
# pure file may take names for its annotations; that is checked too.
PURE = (
    "assistant/cases/calendar.py",
    "assistant/cases/workdays.py",
    "assistant/cases/limits.py",
    "assistant/cases/deadlines.py",
    "assistant/cases/clock.py",
    "assistant/cases/clock_log.py",
    "assistant/cases/kinds.py",
    "assistant/cases/masking.py",
    "assistant/cases/rules.py",
    "assistant/cases/states.py",
    "assistant/cases/urgency.py",
    "assistant/cases/receipts.py",
    "assistant/cases/intake.py",
    "assistant/attachments/checks.py",
    "assistant/attachments/images.py",
    "assistant/attachments/office.py",
    "assistant/attachments/vault.py",
    "assistant/conversation/decide.py",
    "assistant/conversation/asking.py",
    "assistant/conversation/amounts.py",
    "assistant/conversation/compound.py",
    "assistant/conversation/fusion.py",
    "assistant/conversation/saying.py",
    "assistant/conversation/guard.py",
    "assistant/conversation/borders.py",
    "assistant/conversation/corrections.py",
    "assistant/conversation/decision.py",
    "assistant/conversation/follow_up.py",
    "assistant/conversation/variants.py",
    "assistant/knowledge/content.py",
    "assistant/knowledge/files.py",
    "assistant/knowledge/compose.py",
    "assistant/knowledge/passages.py",
    "assistant/knowledge/search/__init__.py",
    "assistant/knowledge/search/entries.py",
    "assistant/knowledge/search/finder.py",
    "assistant/knowledge/search/marks.py",
    "assistant/knowledge/search/pinyin.py",
    "assistant/knowledge/search/postings.py",
    "assistant/knowledge/search/terms.py",
    "assistant/language/text.py",
    "assistant/language/clauses.py",
    "assistant/language/coverage.py",
    "assistant/language/kernel.py",
    "assistant/language/sounds.py",
    "assistant/language/privacy/__init__.py",
    "assistant/language/privacy/names.py",
    "assistant/language/privacy/numbers.py",
    "assistant/language/privacy/places.py",
    "assistant/language/privacy/view.py",
    "assistant/language/model.py",
    "assistant/language/encoder.py",
    "assistant/language/match.py",
    "assistant/language/understanding.py",
    "assistant/disclosure/contests.py",
    "assistant/disclosure/fees.py",
    "assistant/disclosure/form.py",
    "assistant/disclosure/outcomes.py",
    "assistant/disclosure/parties.py",
    "assistant/disclosure/sameness.py",
    "assistant/help/keywords.py",
    "assistant/help/learning.py",
    "assistant/help/likeness.py",
    "assistant/help/routing.py",
    "assistant/help/runs.py",
    "assistant/letters/kinds.py",
    "assistant/letters/facts.py",
    "assistant/letters/templates.py",
    "assistant/letters/compose.py",
    "assistant/letters/render/printed.py",
    "assistant/letters/render/page.py",
    "assistant/notices/kinds.py",
    "assistant/notices/messages.py",
    "assistant/notices/channels/channel.py",
    "assistant/staff/roles.py",
    "assistant/statistics/definitions.py",
    "assistant/statistics/rates.py",
    "assistant/statistics/suppression.py",
    "assistant/statistics/reports/checks.py",
    "assistant/statistics/reports/differences.py",
    "assistant/statistics/reports/kinds.py",
    "assistant/statistics/reports/tables.py",
    "assistant/statistics/reports/template.py",
    "assistant/statistics/reports/wording.py",
    "assistant/statistics/facts.py",
    "assistant/statistics/periods.py",
    *(
        path.relative_to(PROJECT_DIR).as_posix()
        for folder in (
            "assistant/letters/lint",
            "assistant/disclosure/screening",
            "assistant/statistics/reports/faces",
        )
        for path in sorted((PROJECT_DIR / folder).glob("*.py"))
    ),
)
# Where a pure file's import chain is allowed to end in SQLAlchemy: the class is only a container there.
CONTAINERS = {"assistant.knowledge.shelf": {"Shelf"}, "assistant.conversation.models": {"Outcome"}}
# The edges that look at the clock; everything else is told the time.
CLOCK_EDGES = ("assistant/service.py", "assistant/training/run.py", "api/")
CLOCKS = {"now", "utcnow", "today", "fromtimestamp"}
RASA_SIDE = ("assistant/training/",)

SOURCES = sorted(
    path.relative_to(PROJECT_DIR).as_posix()
    for package in ("assistant", "api")
    for path in (PROJECT_DIR / package).rglob("*.py")
)
TEMPLATES = sorted(
    path.relative_to(PROJECT_DIR).as_posix()
    for path in (PROJECT_DIR / "api").rglob("*")
    if path.suffix in (".html", ".jinja", ".j2", ".xml", ".svg") and path.is_file()
)


@cache
def tree_of(name: str) -> ast.Module:
    return ast.parse((PROJECT_DIR / name).read_text(encoding="utf-8"), name)


def imports_of(tree: ast.AST) -> Iterator[tuple[int, str, str | None]]:
    """(line, module, name) of every import, those inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, node.module, alias.name) for alias in node.names)
            yield from ((node.lineno, f"{node.module}.{alias.name}", None) for alias in node.names)


def is_within(module: str, *packages: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def importing(tree: ast.AST, *packages: str) -> list[int]:
    """The lines that import any of `packages`."""
    return sorted({line for line, module, _ in imports_of(tree) if is_within(module, *packages)})


def is_clock(node: ast.AST) -> bool:
    """`datetime.now(…)`, `date.today()`, `time.time()` and the like."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    owner = ast.unparse(node.func.value).split(".")[-1]
    return (owner in ("datetime", "date") and node.func.attr in CLOCKS) or (
        owner == "time" and node.func.attr in ("time", "time_ns", "localtime", "strftime")
    )


def reads_environment(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return ast.unparse(node) in ("os.environ", "os.getenv", "os.environb", "os.putenv")
    return isinstance(node, ast.ImportFrom) and any(
        node.module == "os" and alias.name in ("environ", "getenv") for alias in node.names
    )


def commits(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("commit", "commit_prepared")
    )


def lines_where(tree: ast.AST, holds: Callable[[ast.AST], bool]) -> list[int]:
    return sorted({node.lineno for node in ast.walk(tree) if holds(node)})  # type: ignore[attr-defined]


Rule = Callable[[str, ast.Module], list[int]]

RULES: dict[str, Rule] = {
    "HTTP 框架不进 assistant/": lambda name, tree: (
        importing(tree, "fastapi", "starlette", "uvicorn") if name.startswith("assistant/") else []
    ),
    "api/ 里没有 SQL": lambda name, tree: (
        importing(tree, "sqlalchemy", "pysqlite3", "sqlite3", "psycopg")
        if name.startswith("api/")
        else []
    ),
    "只有 assistant/db.py 提交": lambda name, tree: (
        [] if name == "assistant/db.py" else lines_where(tree, commits)
    ),
    "只有 settings.py 读环境变量": lambda name, tree: (
        [] if name == "assistant/settings.py" else lines_where(tree, reads_environment)
    ),
    "只有边缘处看钟": lambda name, tree: (
        [] if name.startswith(CLOCK_EDGES) else lines_where(tree, is_clock)
    ),
    "rasa 只在 training/": lambda name, tree: (
        [] if name.startswith(RASA_SIDE) else importing(tree, "rasa", "rasa_sdk", "skops")
    ),
    "assistant 不知道 api": lambda name, tree: (
        importing(tree, "api") if name.startswith("assistant/") else []
    ),
    "cases 不调用 conversation": lambda name, tree: (
        importing(tree, "assistant.conversation") if name.startswith("assistant/cases/") else []
    ),
    "language 不知道 knowledge 和 conversation": lambda name, tree: (
        importing(
            tree,
            "assistant.knowledge",
            "assistant.conversation",
            "assistant.cases",
            "assistant.db",
            "assistant.service",
        )
        if name.startswith("assistant/language/")
        else []
    ),
    "纯文件没有数据库": lambda name, tree: (
        importing(tree, "sqlalchemy", "alembic", "assistant.db") if name in PURE else []
    ),
    "业务代码不认识 training": lambda name, tree: (
        importing(tree, "assistant.training")
        if name.startswith("assistant/")
        and not name.startswith(("assistant/training/", "assistant/worker"))
        else []
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_source_keeps_the_rule(rule: str) -> None:
    broken = [f"{name}:{line}" for name in SOURCES for line in RULES[rule](name, tree_of(name))]
    assert broken == [], f"{rule}：{broken}"


# One offending line a rule, so that a rule which can no longer fail is noticed.
OFFENCES: dict[str, tuple[str, str]] = {
    "HTTP 框架不进 assistant/": ("assistant/x.py", "def f():\n    from fastapi import APIRouter"),
    "api/ 里没有 SQL": ("api/x.py", "from sqlalchemy import select"),
    "只有 assistant/db.py 提交": ("assistant/x.py", "session.commit()"),
    "只有 settings.py 读环境变量": ("api/x.py", "import os\nvalue = os.environ['A']"),
    "只有边缘处看钟": ("assistant/x.py", "import datetime\nn = datetime.datetime.now()"),
    "rasa 只在 training/": ("assistant/x.py", "import rasa.core.agent"),
    "assistant 不知道 api": ("assistant/x.py", "import api.cli"),
    "cases 不调用 conversation": ("assistant/cases/x.py", "from assistant import conversation"),
    "language 不知道 knowledge 和 conversation": (
        "assistant/language/x.py",
        "from assistant.knowledge.shelf import Shelf",
    ),
    "纯文件没有数据库": (PURE[0], "from sqlalchemy.orm import Session"),
    "业务代码不认识 training": ("assistant/x.py", "from assistant.training import train"),
}


@pytest.mark.parametrize("rule", RULES)
def test_rule_catches_an_offence(rule: str) -> None:
    name, source = OFFENCES[rule]
    assert RULES[rule](name, ast.parse(source)) != []


def test_pure_files_exist() -> None:
    assert [name for name in PURE if name not in SOURCES] == []


def test_pure_files_take_only_types_from_files_with_a_database() -> None:
    """What a pure file imports from a file with tables is a container or an enum, named above."""
    wrong = []
    for name in PURE:
        for line, module, imported in imports_of(tree_of(name)):
            if imported is None or not is_within(module, "assistant"):
                continue
            source = f"{module.replace('.', '/')}.py"
            with_database = source in SOURCES and importing(
                tree_of(source), "sqlalchemy", "assistant.db"
            )
            if with_database and imported not in CONTAINERS.get(module, set()):
                wrong.append(f"{name}:{line} {module}.{imported}")
    assert wrong == []


def test_dialects_are_named_in_db_and_migrations_only() -> None:
    """design.md D6: `assistant/db.py` is the only file that names a dialect (index options apart)."""
    named = re.compile(r"dialect\.name|get_backend_name|sqlalchemy\.dialects|[\"']PRAGMA ")
    found = [
        name
        for name in SOURCES
        if name != "assistant/db.py"
        and not name.startswith("assistant/migrations/versions/")
        and named.search((PROJECT_DIR / name).read_text(encoding="utf-8"))
    ]
    # The audit log's triggers differ by engine and stand beside the table they guard.
    assert found in ([], ["assistant/audit.py"])


TEMPLATE_RULES = {
    "|safe": re.compile(r"\|\s*safe\b"),
    "autoescape off": re.compile(r"autoescape\s+false", re.IGNORECASE),
    # A data block is never run (HTML, "prepare the script element"); `|tojson` escapes what could end it.
    "inline script": re.compile(
        r"<script(?![^>]*\ssrc\s*=)(?! type=\"application/ld\+json\">\{\{ \w+\|tojson \}\}</script>)[^>]*>",
        re.IGNORECASE,
    ),
    "inline style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "event attribute": re.compile(r"<[^>{}]*\son[a-z]+\s*=", re.IGNORECASE),
    "javascript address": re.compile(r"(?:href|src|action)\s*=\s*[\"']?\s*javascript:", re.I),
    "foreign origin": re.compile(
        r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)\s*=\s*[\"']https?:"
    ),
}


@pytest.mark.parametrize("rule", TEMPLATE_RULES)
def test_templates_fit_the_content_security_policy(rule: str) -> None:
    if not TEMPLATES:
        pytest.skip("还没有页面模板")
    broken = [
        f"{name}: {found[0][:80]}"
        for name in TEMPLATES
        for found in TEMPLATE_RULES[rule].finditer((PROJECT_DIR / name).read_text(encoding="utf-8"))
    ]
    assert broken == []


@pytest.mark.parametrize(
    ("rule", "template"),
    [
        ("|safe", "{{ text | safe }}"),
        ("autoescape off", "{% autoescape false %}"),
        ("inline script", "<script nonce='x'>1</script>"),
        ("inline style sheet", "<style>a{}</style>"),
        ("style attribute", '<p class="a" style="x">'),
        ("event attribute", '<button type="submit" onclick="x()">'),
        ("javascript address", '<a href="javascript:x()">'),
        ("foreign origin", '<script src="https://cdn.example/x.js"></script>'),
    ],
)
def test_template_rule_catches_an_offence(rule: str, template: str) -> None:
    assert TEMPLATE_RULES[rule].search(template)


def test_python_marks_no_text_as_safe_markup() -> None:
    """`Markup(…)` of anything but a constant is the same hole as `|safe`."""
    broken = [
        f"{name}:{node.lineno}"
        for name in SOURCES
        for node in ast.walk(tree_of(name))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1] == "Markup"
        and node.args
        and not isinstance(node.args[0], ast.Constant)
    ]
    assert broken == []
