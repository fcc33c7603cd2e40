"""What the databases themselves refuse: to change a published report, its files, or an entered figure.

Beside the verbs, not instead of them: whoever reaches the tables by another way meets the triggers. A draft may be
changed and thrown away; the files of a report are stored before it is published, and none is added after.
"""

from __future__ import annotations

from sqlalchemy import DDL, FromClause, event

TABLES = ("opening_figure", "report", "report_file")

_NEVER = "published figures never change"
_IS_OUT = (
    "EXISTS (SELECT 1 FROM report WHERE report.id = NEW.report_id AND published_at IS NOT NULL)"
)


def _sqlite(table: str, verb: str, condition: str = "") -> str:
    when = f" WHEN {condition}" if condition else ""
    return (
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table}{when} "
        f"BEGIN SELECT RAISE(ABORT, '{_NEVER}'); END"
    )


def _postgresql(table: str, name: str, verbs: str, each: str, body: str) -> tuple[str, str]:
    function = f"{table}_{name}"
    return (
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$",
        f"CREATE TRIGGER {function} BEFORE {verbs} ON {table} FOR EACH {each} "
        f"EXECUTE FUNCTION {function}()",
    )


_RAISE = f"RAISE EXCEPTION '{_NEVER}';"
_KEEP_PUBLISHED = (
    f"IF OLD.published_at IS NOT NULL THEN {_RAISE} END IF; "
    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
)

# The migration executes these too: database, table, statements.
FREEZE: dict[str, dict[str, tuple[str, ...]]] = {
    "sqlite": {
        "opening_figure": (
            _sqlite("opening_figure", "update"),
            _sqlite("opening_figure", "delete"),
        ),
        "report": tuple(
            _sqlite("report", verb, "OLD.published_at IS NOT NULL") for verb in ("update", "delete")
        ),
        "report_file": (
            _sqlite("report_file", "update"),
            _sqlite("report_file", "delete"),
            _sqlite("report_file", "insert", _IS_OUT),
        ),
    },
    "postgresql": {
        "opening_figure": _postgresql(
            "opening_figure", "frozen", "UPDATE OR DELETE OR TRUNCATE", "STATEMENT", _RAISE
        ),
        "report": (
            *_postgresql("report", "frozen", "UPDATE OR DELETE", "ROW", _KEEP_PUBLISHED),
            *_postgresql("report", "kept", "TRUNCATE", "STATEMENT", _RAISE),
        ),
        "report_file": (
            *_postgresql(
                "report_file", "frozen", "UPDATE OR DELETE OR TRUNCATE", "STATEMENT", _RAISE
            ),
            *_postgresql(
                "report_file",
                "closed",
                "INSERT",
                "ROW",
                f"IF {_IS_OUT} THEN {_RAISE} END IF; RETURN NEW;",
            ),
        ),
    },
}

# After the tables are gone, and their triggers with them.
DROP_FUNCTIONS: dict[str, tuple[str, ...]] = {
    "sqlite": (),
    "postgresql": tuple(
        f"DROP FUNCTION {function}()"
        for function in (
            "opening_figure_frozen",
            "report_frozen",
            "report_kept",
            "report_file_frozen",
            "report_file_closed",
        )
    ),
}


def freeze(table: FromClause) -> None:
    """Give the table its triggers wherever it is created from the models."""
    for database, tables in FREEZE.items():
        for statement in tables[table.description]:
            step = DDL(statement).execute_if(dialect=database)  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", step)
