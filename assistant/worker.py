"""What is done without anybody asking: clocks, warnings, digests, sweeping, and telling people. One loop in one thread.

Every task acts once however often it runs, in one process or in several, so nothing here needs a lock of its own.
One task failing leaves the others their turn; it is tried again in the next round.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from traceback import extract_tb

from sqlalchemy.orm import Session

from assistant.attachments.store import sweep
from assistant.attachments.vault import FOLDER, open_vault
from assistant.cases import actions
from assistant.cases.rules import Rules
from assistant.db import Database
from assistant.errors import Conflict
from assistant.notices import deliver_due
from assistant.notices.channels import Channel, channels_from
from assistant.notices.digest import write_digests
from assistant.notices.due_soon import warn_due_soon
from assistant.notices.outbox import plan_deliveries
from assistant.notices.sending import send_due
from assistant.settings import Settings
from assistant.statistics.gathering import gather

# Dates change at midnight, idle claims after days; news should leave at once.
CLOCKWORK_SECONDS = 300.0
OUTBOX_SECONDS = 5.0
_STOP_SECONDS = 15.0
GATHERED_AT_ONCE = 500
log = logging.getLogger(__name__)

RulesLoader = Callable[[Session], Rules]
Task = Callable[[Session], int]


@dataclass(slots=True)
class Report:
    """What one round did: how much of each task, and the tasks that failed."""

    done: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


def run_once(
    database: Database,
    channels: Sequence[Channel],
    load_rules: RulesLoader,
    now: datetime,
    is_stopping: Callable[[], bool] = lambda: False,
) -> Report:
    """One round of everything."""
    report = Report()
    run_clockwork(database, load_rules, now, report)
    run_outbox(database, channels, now, report, is_stopping)
    return report


def run_clockwork(
    database: Database, load_rules: RulesLoader, now: datetime, report: Report
) -> None:
    """What follows from the date alone; each case, and each round of warnings, in a transaction of its own."""
    for chore in actions.CHORES:
        _guarded(report, chore.name, partial(_run_chore, database, chore, load_rules, now))
    tasks: Mapping[str, Task] = {
        "due_soon": lambda s: warn_due_soon(s, now, load_rules(s)),
        "digest": lambda s: write_digests(s, now, load_rules(s)),
        # Bounded, so that no citizen's message waits long behind it; the next round goes on.
        "figures": lambda s: gather(s, now, load_rules(s).calendar, GATHERED_AT_ONCE),
    }
    for name, task in tasks.items():
        _guarded(report, name, partial(database.write, task))


def _run_chore(
    database: Database, chore: actions.Chore, load_rules: RulesLoader, now: datetime
) -> int:
    """One case failing, or moved by somebody else meanwhile, keeps no other waiting."""
    with database.reading() as session:
        rules = load_rules(session)
        found = chore.find(session, now, rules)
    done, failure = 0, None
    for case_id in found:
        try:
            done += database.write(partial(_act, chore, case_id, now, rules))
        except Conflict:
            continue  # it is looked at again in the next round
        except Exception as error:
            failure = error
    if failure is not None:
        raise failure
    return done


def _act(chore: actions.Chore, case_id: int, now: datetime, rules: Rules, session: Session) -> int:
    return chore.act(session, case_id, now, rules)


def sweep_attachments(
    database: Database, settings: Settings, now: datetime, report: Report
) -> None:
    """Take away what was uploaded and never became part of a case."""
    if (settings.data_dir / FOLDER).is_dir():
        _guarded(report, "strays", lambda: sweep(database, open_vault(settings), now))


def run_outbox(
    database: Database,
    channels: Sequence[Channel],
    now: datetime,
    report: Report,
    is_stopping: Callable[[], bool] = lambda: False,
) -> None:
    """Let notices appear, plan their deliveries, and send what is due."""
    _guarded(report, "page", lambda: database.write(lambda s: deliver_due(s, now)))
    _guarded(report, "plan", lambda: database.write(lambda s: plan_deliveries(s, now, channels)))

    def send() -> int:
        sent = send_due(database, channels, now, is_stopping)
        report.done["unsent"] = sent.failed
        return sent.told

    _guarded(report, "sent", send)


def _guarded(report: Report, name: str, run: Callable[[], int]) -> None:
    try:
        report.done[name] = _again_if_beaten(run)
    except Exception as error:
        report.failed.append(name)
        log.error("worker task %s failed: %s", name, _place_of(error))


def _again_if_beaten(run: Callable[[], int]) -> int:
    try:
        return run()
    except Conflict:  # somebody moved one of the cases meanwhile; the others still wait
        return run()


def _place_of(error: Exception) -> str:
    """What went wrong and where. Not in the error's own words: they may hold an address or a citizen's text."""
    frames = extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-3:]]
    return f"{type(error).__name__} at {' > '.join(places)}"


class Worker:
    """The loop in a thread of its own, or in the caller's by `run_forever`.

    Raises `NotConfigured` when the settings of a channel do not fit together.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        load_rules: RulesLoader,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._settings = settings
        self._channels = channels_from(settings)
        self._load_rules = load_rules
        self._clock = clock
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def run_once(self) -> Report:
        """One round of everything, now."""
        now = self._clock()
        report = run_once(
            self._database, self._channels, self._load_rules, now, self._stopping.is_set
        )
        sweep_attachments(self._database, self._settings, now, report)
        return report

    def run_forever(self) -> None:
        """Round after round until `stop`."""
        clockwork_at = time.monotonic()
        while not self._stopping.is_set():
            report, now = Report(), self._clock()
            if time.monotonic() >= clockwork_at:
                clockwork_at = time.monotonic() + CLOCKWORK_SECONDS
                run_clockwork(self._database, self._load_rules, now, report)
                sweep_attachments(self._database, self._settings, now, report)
            run_outbox(self._database, self._channels, now, report, self._stopping.is_set)
            self._stopping.wait(OUTBOX_SECONDS)

    def start(self) -> None:
        """Begin in the background."""
        self._thread = threading.Thread(target=self.run_forever, name="xunda-worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the step in hand; what is claimed but not told waits for its lease to run out."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)
