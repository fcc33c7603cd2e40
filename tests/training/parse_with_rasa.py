"""What Rasa itself makes of messages. Runs in Rasa's environment (Python 3.10).

python parse_with_rasa.py MODEL.tar.gz MESSAGES.json PARSED.json
"""

import asyncio
import json
import sys
from pathlib import Path

from rasa.core.agent import Agent


async def parse(model, texts):
    agent = Agent.load(model)
    return [(await agent.parse_message(text))["intent_ranking"] for text in texts]


if __name__ == "__main__":
    model, messages, parsed = sys.argv[1:]
    rankings = asyncio.run(parse(model, json.loads(Path(messages).read_text(encoding="utf-8"))))
    Path(parsed).write_text(json.dumps(rankings), encoding="utf-8")
