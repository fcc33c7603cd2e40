"""Help for the handler: what is like this case, whose matter it is, what can be answered, many at once.

likeness    texts like a text (pure)
similar     past cases with their replies, and likely duplicates
keywords    the words a matter is known by, of responses/routing.yaml (pure)
runs        a text as features to learn from (pure)
learning    softmax regression over them (pure)
routing     which office a text belongs to: keywords, and what closed cases have taught (pure)
router      learns from the closed cases in the database
matching    what the knowledge base says about a case, ready for a reply
bulk        assign or merge many cases, each for itself
"""
