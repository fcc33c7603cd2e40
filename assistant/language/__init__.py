"""Chinese text to meaning. No database here; `text` and `encoder` also run in Rasa's Python 3.10."""
