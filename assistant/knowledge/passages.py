"""Which part of a service's guide a question is about, and which of its sentences, by the words they share.

Cues find “几天” and “材料”. “采砂现场要立什么牌子” has none of them, and the part that speaks of 公示牌 answers it.
A part may be a page long: the sentences that say most of what was asked are told first, as points.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.knowledge.content import Aspect, Material, Procedure, Service, Step
from assistant.language.coverage import Coverage
from assistant.language.features import features
from assistant.language.model import best_places
from assistant.language.text import bare, normalise

# The fields each part is told from. Place, hours and telephone are the bureau's, not the item's.
FIELDS: dict[Aspect, tuple[str, ...]] = {
    Aspect.OVERVIEW: ("summary",),
    Aspect.NEEDED: ("needed",),
    Aspect.CONDITIONS: ("conditions", "prohibitions", "applicants", "quota"),
    Aspect.MATERIALS: ("materials",),
    Aspect.TIME_LIMIT: ("time_note", "procedures"),
    Aspect.FEE: ("fee", "intermediary"),
    Aspect.PROCESS: ("steps",),
    Aspect.VISITS: ("visit_note",),
    Aspect.ONLINE: ("channels", "online_depth", "identity", "across"),
    Aspect.RESULT: ("result", "validity"),
    Aspect.REMEDY: ("remedy",),
    Aspect.CAUTION: ("caution",),
    Aspect.LEVEL: ("level", "power", "joint_bodies"),
    Aspect.PROXY: ("proxy",),
}
# A part sharing less than this with the question is no better than the overview.
LEAST_SHARE = 0.25
# A part no cue has named must say this much more of the question than those named.
CLEAR_LEAD = 0.12
# Sentences that may be told as points: so many at most, each with such a share of what any sentence says of the
# detail, and half as much as the best. One word or pair of characters is no detail.
MOST_POINTS = 3
LEAST_POINT = 0.2
NEARLY = 0.5
LEAST_DETAIL = 2

_SENTENCE = re.compile(r"[^\n。；]+[。；]?")


class Passages:
    """The parts of every service and their sentences, ready to be compared with a question. Immutable."""

    def __init__(self, services: Iterable[Service]) -> None:
        names = [str(aspect) for aspect in FIELDS]
        self._coverage: dict[str, Coverage] = {}
        self._sentences: dict[str, tuple[str, ...]] = {}
        self._sentence_coverage: dict[str, Coverage] = {}
        self._titles: dict[str, frozenset[str]] = {}
        for service in services:
            sentences = {str(aspect): list(_sentences(service, aspect)) for aspect in FIELDS}
            words = {s: set(features(normalise(s))) for some in sentences.values() for s in some}
            used = {
                name: {word for sentence in some for word in words[sentence]}
                for name, some in sentences.items()
            }
            self._coverage[service.id] = Coverage(names, used)
            self._sentences[service.id] = tuple(words)
            self._titles[service.id] = frozenset(features(normalise(service.title)))
            self._sentence_coverage[service.id] = Coverage(tuple(words), words)

    def add_told(
        self, service_id: str, text: str, named: Sequence[Aspect], name: str = ""
    ) -> tuple[Aspect, ...]:
        """The aspects to tell: those `named` by cues, and the part that clearly says more of the normalised text.

        `name` is what the item is called in the question: every part speaks of it, so it tells nothing.
        """
        asked = features(text.replace(name, " ") if name else text)
        if service_id not in self._coverage or not asked:
            return tuple(named)
        shares = dict(zip(FIELDS, self._coverage[service_id].of(asked), strict=True))
        best = max(FIELDS, key=lambda aspect: shares[aspect])
        known = max((float(shares.get(aspect, 0.0)) for aspect in named), default=0.0)
        needed = max(LEAST_SHARE, known + CLEAR_LEAD if named else 0.0)
        if best in named or float(shares[best]) < needed:
            return tuple(named)
        return (*named, best)

    def points(self, service_id: str, detail: str) -> tuple[str, ...]:
        """The sentences of a service that say most of the `detail` asked, best first, placeholders unfilled."""
        if service_id not in self._sentences:
            return ()
        # What no sentence speaks of (the story around the question) speaks for none against another.
        coverage = self._sentence_coverage[service_id]
        title = self._titles[service_id]
        asked = [one for one in features(detail) if coverage.knows(one) and one not in title]
        if len(asked) < LEAST_DETAIL:
            return ()
        shares = coverage.of(asked)
        best = best_places(shares, MOST_POINTS)
        enough = max(LEAST_POINT, NEARLY * float(shares[best[0]]))
        sentences = self._sentences[service_id]
        return tuple(sentences[place] for place in best if float(shares[place]) >= enough)


def _sentences(service: Service, aspect: Aspect) -> Iterator[str]:
    """What one part says, sentence by sentence; a material or a step is one sentence."""
    for field in FIELDS[aspect]:
        value = getattr(service, field)
        for item in value if isinstance(value, tuple) else (value,):
            for sentence in _SENTENCE.findall(_as_text(item)):
                if bare(sentence):
                    yield sentence.strip(" -")


def _as_text(item: str | Material | Step | Procedure | None) -> str:
    if isinstance(item, Material):
        return f"{item.name}：{item.note}" if item.note else item.name
    if isinstance(item, Step):
        return "，".join(filter(None, (item.name, item.by, item.limit, item.detail)))
    if isinstance(item, Procedure):
        return f"{item.name}：{item.limit}" if item.limit else item.name
    return item or ""
