"""Training with Rasa and taking its model out of it: the only code that imports rasa.

`components` and `rasa_export` run in Rasa's environment (Python 3.10); `train`, `dataset` and `evaluate` in ours.
"""
