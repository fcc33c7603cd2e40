"""What size costs: Taipei's 1,877 answers as a second bureau, asked about in 1,000 to 100,000 ways.

`python -m benchmarks.scale` alone; otherwise a part of `make bench`. The data are read from `../shared/data` and
never kept here.

    taipei     the FAQ of another city as a knowledge directory of this program (pure)
    phrasings  many ways to ask for one answer, the same ones in every run (pure)
    vectors    the encoder behind a file: 100,000 sentences are encoded once
    prepare    a data directory for each size, filled by the ordinary import
    worker     one service of one size, in a process of its own
    run        the order of things
    tables     what was measured as it is printed, and what was promised of it (pure)
"""
