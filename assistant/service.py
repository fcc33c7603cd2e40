"""The running assistant: an open database, what is published, and the witnesses, kept up to date together."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.cases import local_rules
from assistant.cases.rules import Rules
from assistant.conversation import chat
from assistant.db import Database
from assistant.knowledge import store
from assistant.knowledge.models import TrainedModel
from assistant.knowledge.search import Finder, PublishedReply, finder_of
from assistant.knowledge.shelf import Shelf, load_shelf
from assistant.language.encoder import Encoder, default_encoder
from assistant.language.model import BadModel, Model
from assistant.language.understanding import Heard, Understander, Witnesses
from assistant.publication import reading as publications
from assistant.samples.mark import holds_samples
from assistant.settings import Settings, Tuning, load_tuning

REFRESH_SECONDS = 3.0
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Replies:
    """The replies on the website at one revision."""

    revision: int
    entries: Sequence[PublishedReply]


def utc_now() -> datetime:
    """The one place the service looks at the clock; every verb is given the result."""
    return datetime.now(UTC)


class Service:
    """Opened once per process. `ask` is the citizen's way in; everything else uses `db` and `shelf`."""

    def __init__(self, settings: Settings, with_encoder: bool = True) -> None:
        self.settings = settings
        self.tuning: Tuning = load_tuning(settings.project_dir / "config.yml")
        self.db = Database(settings.url)
        self.encoder: Encoder | None = (
            default_encoder(settings.encoder_cache) if with_encoder else None
        )
        # The model is read and checked beside the shelf: a third of a second less to wait for.
        with ThreadPoolExecutor(1) as beside, self.db.reading() as session:
            loading = beside.submit(_read_model, self.db)
            self.rules: Rules = local_rules.load_rules(session)
            self.shelf: Shelf = _load_shelf(session, self.encoder)
            self.replies = _load_replies(session)
            self._model_id, model = loading.result()
        self._understander = Understander(Witnesses(self.shelf.index, model, self.encoder))
        self._finder: tuple[Shelf, Replies, Finder] | None = None
        self._making_finder = threading.Lock()
        _give_back_memory()
        self._stop = threading.Event()
        self._refresher: threading.Thread | None = None

    @property
    def model(self) -> Model | None:
        return self._understander.witnesses.model

    @property
    def finder(self) -> Finder:
        """Searches what is published. Made when first wanted, so that no start waits for it."""
        with self._making_finder:
            shelf, replies, known = self.shelf, self.replies, self._finder
            if known is None or known[0] is not shelf or known[1] is not replies:
                known = shelf, replies, finder_of(shelf, replies.entries)
                self._finder = known
            return known[2]

    def start_refreshing(self) -> None:
        """Look for newly published knowledge and newly promoted models every few seconds."""
        self._refresher = threading.Thread(target=self._refresh_loop, daemon=True)
        self._refresher.start()

    def _refresh_loop(self) -> None:
        _ = self.finder  # made before anybody searches
        while not self._stop.wait(REFRESH_SECONDS):
            try:
                self.refresh()
            except Exception:
                log.exception("refresh failed; the knowledge already loaded stays in use")

    def refresh(self) -> bool:
        """Take up what was published or promoted since; True if anything was."""
        with self.db.reading() as session:
            self.rules = local_rules.load_rules(session)
            newest = newest_model_id(session)
            is_same = store.revision(session) == self.shelf.revision and newest == self._model_id
            if is_same and publications.revision(session) == self.replies.revision:
                return False
            replies = _load_replies(session)
            shelf = self.shelf if is_same else _load_shelf(session, self.encoder)
            self._model_id, model = (newest, self.model) if is_same else load_model(session)
        # Those who search meanwhile use the old one; nobody waits for the new.
        finder = (shelf, replies, finder_of(shelf, replies.entries)) if self._finder else None
        with self._making_finder:
            self.shelf, self.replies, self._finder = shelf, replies, finder
        if not is_same:
            self._understander.witnesses = Witnesses(shelf.index, model, self.encoder)
        return True

    def hear(self, text: str) -> Future[Heard]:
        """Ask the witnesses about one message; batched with whatever else is waiting."""
        return self._understander.submit(text)

    def record(
        self,
        token: str,
        text: str,
        heard: Heard,
        channel: str = "web",
        message_key: str | None = None,
    ) -> Future[chat.Turn]:
        """Decide, say and store one turn; the future is set once it is durable."""
        shelf, tuning, now = self.shelf, self.tuning, utc_now()
        return self.db.submit(
            lambda session: chat.reply_to(
                session, token, text, heard, shelf, tuning, now, channel, message_key
            )
        )

    def ask(
        self, token: str, text: str, channel: str = "web", message_key: str | None = None
    ) -> chat.Turn:
        """One whole turn, for callers that may wait."""
        text = chat.check_message(text)
        heard = self.hear(chat.understood_part(text)).result()
        return self.record(token, text, heard, channel, message_key).result()

    def close(self) -> None:
        self._stop.set()
        if self._refresher is not None:
            self._refresher.join()
        self._understander.close()
        self.db.close()


def _load_shelf(session: Session, encoder: Encoder | None) -> Shelf:
    """What is published. With sample years in the database, the bureau is a sample whatever it says of itself."""
    shelf = load_shelf(session, encoder)
    if shelf.bureau.sample or not holds_samples(session):
        return shelf
    marked = shelf.bureau.model_copy(update={"sample": True})
    return replace(shelf, records={**shelf.records, "bureau": marked})


def _load_replies(session: Session) -> Replies:
    return Replies(publications.revision(session), publications.public_entries(session))


def _read_model(db: Database) -> tuple[int | None, Model | None]:
    with db.reading() as session:
        return load_model(session)


def _give_back_memory() -> None:
    """Return to the system what loading took and no longer needs (28 MB here); glibc keeps it otherwise."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def newest_model_id(session: Session) -> int | None:
    """The model that is to be served."""
    return session.scalar(
        select(TrainedModel.id)
        .where(TrainedModel.promoted)
        .order_by(TrainedModel.id.desc())
        .limit(1)
    )


def load_model(session: Session) -> tuple[int | None, Model | None]:
    """The promoted model; none is no failure, a torn one is logged and left aside."""
    model_id = newest_model_id(session)
    if model_id is None:
        return None, None
    row = session.get_one(TrainedModel, model_id)
    try:
        return model_id, Model.load(row.artifact, row.sha256)
    except BadModel as error:
        log.error("model %s cannot be served: %s", model_id, error)
        return model_id, None
