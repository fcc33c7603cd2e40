"""Which part of a service's guide a question is about, by the words they share.

Cues find “几天” and “材料”. “采砂现场要立什么牌子” has none of them, and the part that speaks of 公示牌 answers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.knowledge.content import Aspect, Service, texts_in
from assistant.language.coverage import Coverage
from assistant.language.match import features
from assistant.language.text import normalise

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


class Passages:
    """The parts of every service, ready to be compared with a question. Immutable."""

    def __init__(self, services: Iterable[Service]) -> None:
        names = [str(aspect) for aspect in FIELDS]
        self._coverage: dict[str, Coverage] = {}
        for service in services:
            data = service.model_dump(mode="json")
            used = {
                str(aspect): set(features(normalise(" ".join(texts_in([data[f] for f in fields])))))
                for aspect, fields in FIELDS.items()
            }
            self._coverage[service.id] = Coverage(names, used)

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
