"""Side by side with Rasa 3.6.21 on this machine, on loopback: `make bench`.

The same trained model answers on both sides; one load generator, in a process of its own, asks both.

    __main__       the order of things, and the command line
    prepare        a copy of the data directory to measure in; Rasa archives of the promoted model
    messages       thousands of Chinese messages, each asked once
    processes      servers: start, wait for the first answer, memory, stop
    load           the load generator (a process of its own)
    understanding  the witnesses and `decide()` without HTTP (a process of its own)
    measure        what is asked of each system
    accuracy/      how often each system is right (see there)
    scale/         what 1,000 to 100,000 phrasings cost (see there)
    figures/       what the published figures cost over a million questions (see there)
    report         figures, ratios, the table and latest.json (pure)
"""
