"""What the published figures cost over a million questions and 200,000 cases, on SQLite and on PostgreSQL.

    __main__   `python -m benchmarks.figures`: this part alone, with other sizes for development
    rows       the rows: cases, their events in one valid chain, conversations and messages; drawn from a fixed seed
    fill       rows into either database, by the way each takes most at once
    run        fill, gather, read: every reading function of the figures' pages, twenty times
    tables     what is printed, and what was promised (pure)

The rows are put in as they are, not by the verbs: a verb takes milliseconds, and there are a million steps. What the
figures read, the days' counts, is gathered by the product itself.
"""
