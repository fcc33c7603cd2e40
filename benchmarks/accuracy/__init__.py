"""How often each system is right: the same knowledge, the same questions, one run.

    peers       what a peer is: scores of labels; BM25, WRatio and the encoder alone
    rasa        Rasa's two pipelines, trained by `rasa train nlu` and kept
    parse       what Rasa makes of texts; runs in Rasa's environment
    held_out    phrasings nobody has learned; matters taken away; the peers' thresholds
    golden      the golden questions, a peer's choice put through Xunda's own mapping and composing
    noise       one homophone, Traditional script
    massive     MASSIVE zh-CN: train on train, report dev
    run         the order of things
    tables      what is printed

A peer answers with the label it ranks first when its score reaches a threshold, else it is `unanswerable`.
The threshold is the one most often right on held-out phrasings while a third of the matters is taken away;
no golden question is looked at for it.
"""
