"""Our classifier as a Rasa component. Runs in Rasa's environment (Python 3.10), with the service's own mathematics."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers import LABEL_RANKING_LENGTH
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.language.kernel import Kernel, Recipe
from assistant.language.text import normalise
from assistant.training.artifact import read_kernel, write_kernel
from assistant.training.components import SentenceEncoderFeaturizer
from assistant.training.ridge import train

FEWEST_INTENTS = 3


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class KernelRidgeClassifier(GraphComponent, IntentClassifier):
    """Ridge regression on likeness in meaning, words and characters (`assistant.language.kernel`)."""

    @classmethod
    def required_components(cls) -> list[type]:
        return [SentenceEncoderFeaturizer]

    @staticmethod
    def required_packages() -> list[str]:
        return ["scipy"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**vars(Recipe()), "ranking_length": LABEL_RANKING_LENGTH}

    def __init__(
        self, config: dict[str, Any], name: str, model_storage: ModelStorage, resource: Resource
    ) -> None:
        self._config = config
        self._storage, self._resource = model_storage, resource
        self._labels: list[str] = []
        self._kernel: Kernel | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> KernelRidgeClassifier:
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> KernelRidgeClassifier:
        component = cls(config, execution_context.node_name, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._labels, component._kernel = read_kernel(folder)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Learn every intent example; fewer than three intents are a mistake, not a training set."""
        messages = training_data.intent_examples
        intents = [message.get(INTENT) for message in messages]
        self._labels = sorted(set(intents))
        if len(self._labels) < FEWEST_INTENTS:
            raise ValueError("至少需要三个意图才能训练分类器")
        place_of = {label: place for place, label in enumerate(self._labels)}
        recipe = Recipe(**{name: self._config[name] for name in vars(Recipe())})
        self._kernel = train(
            [normalise(message.get(TEXT)) for message in messages],
            [place_of[intent] for intent in intents],
            np.vstack([_vector(message) for message in messages]),
            recipe,
        )
        with self._storage.write_to(self._resource) as folder:
            write_kernel(folder, self._labels, self._kernel)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = normalise(message.get(TEXT) or "")
            if self._kernel is None or not text:
                continue
            row = self._kernel.probabilities([text], _vector(message).reshape(1, -1))[0]
            best = np.argsort(-row, kind="stable")[: self._config["ranking_length"]]
            ranking = [{"name": self._labels[p], "confidence": float(row[p])} for p in best]
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages


def _vector(message: Message) -> Any:
    """The sentence's unit vector, from the featurizer before us."""
    _, sentence = message.get_dense_features(TEXT, [])
    return sentence.features[0]
