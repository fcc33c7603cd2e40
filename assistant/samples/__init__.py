"""Invented cases and conversations for the sample bureau, never in a database that holds anything real.

    queue         thirty cases to practise on, some nearly due, some late
    years         two years of cases and conversations, so that every page and figure has something to show
    mark          what says so in the database, for good
    texts         the wording of the years (`responses/samples/years.yaml`)
    plans         what comes in when, drawn by a fixed seed
    stage         time passes: scripts and the worker's nightly round, in the order of their moments
    inquiries     the way of a consultation, complaint, …
    applications  the way of an application for information, to each of the 21 outcomes
    chats         conversations as the chat would have recorded them

Nothing is imported here: a service that only asks for the mark does not wait for the rest.
"""
