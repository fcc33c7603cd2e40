"""What Rasa itself makes of messages, and what it read them as. Runs in Rasa's environment (Python 3.10).

python parse_with_rasa.py MODEL.tar.gz MESSAGES.json PARSED.json VECTORS.npy
"""

import asyncio
import json
import sys
from pathlib import Path

import numpy as np
from rasa.core.agent import Agent

from assistant.language.encoder import default_encoder
from assistant.language.text import normalise


async def parse(model, texts):
    agent = Agent.load(model)
    return [(await agent.parse_message(text))["intent_ranking"] for text in texts]


if __name__ == "__main__":
    model, messages, parsed, vectors = sys.argv[1:]
    texts = json.loads(Path(messages).read_text(encoding="utf-8"))
    rankings = asyncio.run(parse(model, texts))
    # One by one, as the featurizer meets them.
    np.save(vectors, np.vstack([default_encoder().encode([normalise(text)]) for text in texts]))
    Path(parsed).write_text(json.dumps(rankings), encoding="utf-8")
