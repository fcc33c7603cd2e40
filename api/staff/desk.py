"""The help beside a case: what was answered before, what the knowledge base says, whose matter it is, what is twice.

What it remembers is made when first wanted and kept with the application. Learning runs in a thread of its own, so
that no page waits for it: until it is done, the listed words alone suggest an office.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import Request

from api.deps import service_of
from assistant.cases.models import Case
from assistant.help.keywords import ROUTING_FILE, Keywords, read_keywords
from assistant.help.matching import MatchingAnswer, matching_answers
from assistant.help.router import Advice, advise, train
from assistant.help.routing import Routing
from assistant.help.similar import Duplicate, PastCase, SimilarCases
from assistant.help.wording import words_of_case
from assistant.service import Service

log = logging.getLogger(__name__)

SHOWN = 4


@dataclass(frozen=True, slots=True)
class Help:
    """What a page shows; empty where this person has no use for it."""

    similar: Sequence[PastCase] = ()
    answers: Sequence[MatchingAnswer] = ()
    duplicates: Sequence[Duplicate] = ()
    advice: Advice | None = None


class Desk:
    """What the help remembers, once per application."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._similar = SimilarCases(service.encoder)
        self._keywords: Keywords = read_keywords(service.settings.project_dir / ROUTING_FILE)
        offices = [office.id for office in service.shelf.offices()]
        self._routing = Routing(self._keywords, offices)
        self._learned_on: date | None = None
        self._learning = threading.Lock()

    def advise(self, case: Case, today: date) -> Advice:
        """Whose matter the case is; learns anew once a day, meanwhile from what is known."""
        self._learn_daily(today)
        return advise(self._routing, self._service.shelf, case)

    def similar(self, session: Any, case: Case) -> Sequence[PastCase]:
        return self._similar.similar(session, case, SHOWN)

    def duplicates(self, session: Any, case: Case) -> Sequence[Duplicate]:
        return [one for one in self._similar.duplicates(session, case) if one.likely]

    def answers(self, case: Case, today: date) -> Sequence[MatchingAnswer]:
        service = self._service
        text = words_of_case(case)
        return matching_answers(service.shelf, service.finder, text, today, SHOWN)

    def _learn_daily(self, today: date) -> None:
        if self._learned_on == today or not self._learning.acquire(blocking=False):
            return
        self._learned_on = today
        threading.Thread(target=self._learn, name="xunda-routing", daemon=True).start()

    def _learn(self) -> None:
        try:
            with self._service.db.reading() as session:
                self._routing = train(session, self._service.shelf, self._keywords)
        except Exception:
            log.exception("routing was not learned; what was known stays in use")
        finally:
            self._learning.release()


def desk_of(request: Request) -> Desk:
    """The application's desk, made at the first use."""
    state = request.app.state
    if not hasattr(state, "desk"):
        state.desk = Desk(service_of(request))
    desk: Desk = state.desk
    return desk
