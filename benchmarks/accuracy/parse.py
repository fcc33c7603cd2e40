"""What Rasa itself makes of texts. Runs in Rasa's environment (Python 3.10):

    python -m benchmarks.accuracy.parse MODEL.tar.gz TEXTS.json SCORES.json

SCORES.json: {"labels": [...], "rows": [[confidence of each label], ...]}, one row a text.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any


async def parse(model: str, texts: list[str]) -> dict[str, Any]:
    """The confidence of every label, in one order of labels."""
    from rasa.core.agent import Agent

    agent = Agent.load(model)
    rankings: list[dict[str, float]] = []
    for text in texts:
        found = (await agent.parse_message(text))["intent_ranking"]
        rankings.append({one["name"]: float(one["confidence"]) for one in found})
    labels = sorted(set().union(*rankings))
    rows = [[ranking.get(label, 0.0) for label in labels] for ranking in rankings]
    return {"labels": labels, "rows": rows}


if __name__ == "__main__":
    model, texts, scores = sys.argv[1:]
    given = json.loads(Path(texts).read_text(encoding="utf-8"))
    Path(scores).write_text(json.dumps(asyncio.run(parse(model, given))), encoding="utf-8")
