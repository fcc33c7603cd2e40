"""Judge the assistant on questions it has never been trained on (`tests/golden/`).

`questions` reads them, `judging` puts them to the assistant, `judged` is one reply, `score` and `groups` count,
`curve` asks what another threshold would have meant, `report` is all of it as plain data.
"""

from __future__ import annotations

from assistant.training.evaluate.judged import Judged
from assistant.training.evaluate.judging import decide, hear, judge
from assistant.training.evaluate.questions import BadGolden, Question, read_golden
from assistant.training.evaluate.score import BARS, Score

__all__ = [
    "BARS",
    "BadGolden",
    "Judged",
    "Question",
    "Score",
    "decide",
    "hear",
    "judge",
    "read_golden",
]
