"""Every table in one place, for what must know them all: migrations, and tests that make a database."""

from __future__ import annotations

import assistant.attachments.models
import assistant.audit
import assistant.cases.local
import assistant.cases.models
import assistant.conversation.models
import assistant.disclosure.models
import assistant.knowledge.models
import assistant.letters.models
import assistant.notices.models
import assistant.publication.models
import assistant.staff.models
import assistant.statistics.models  # noqa: F401  (importing a model registers its table)
from assistant.db import Base

metadata = Base.metadata
