"""Our parts of the Rasa pipeline in config.yml. Runs in Rasa's environment (Python 3.10)."""

from __future__ import annotations

from typing import Any, Dict, List

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES, FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, FEATURE_TYPE_SEQUENCE
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.language.encoder import default_encoder
from assistant.language.text import normalise, segmenter

BATCH = 256


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class ChineseTokenizer(Tokenizer):
    """The service's own normalising and cutting, as a Rasa tokenizer."""

    @staticmethod
    def supported_languages() -> List[str]:
        return ["zh"]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_"}

    def tokenize(self, message: Message, attribute: str) -> List[Token]:
        text = normalise(message.get(attribute))
        tokens, offset = [], 0
        for word in segmenter().cut(text):
            offset = text.index(word, offset)
            tokens.append(Token(word, offset))
            offset += len(word)
        return tokens


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """The service's sentence encoder as a dense Rasa featurizer.

    `scale` stretches the unit vectors: a linear model's penalty would otherwise drown 512 small numbers
    beside word counts of one. Our own classifier takes them as they are.
    """

    @classmethod
    def required_components(cls) -> List[type]:
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {**DenseFeaturizer.get_default_config(), "scale": 1.0}

    def __init__(self, config: Dict[str, Any], name: str) -> None:
        super().__init__(name, config)

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoderFeaturizer:
        return cls(config, execution_context.node_name)

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:
        if float(config["scale"]) <= 0:
            raise ValueError("scale must be positive")

    def process(self, messages: List[Message]) -> List[Message]:
        for attribute in DENSE_FEATURIZABLE_ATTRIBUTES:
            having = [message for message in messages if message.get(attribute)]
            for start in range(0, len(having), BATCH):
                self._process_batch(having[start : start + BATCH], attribute)
        return messages

    def _process_batch(self, messages: List[Message], attribute: str) -> None:
        texts = [normalise(message.get(attribute)) for message in messages]
        vectors = default_encoder().encode(texts) * np.float32(self._config["scale"])
        for message, vector in zip(messages, vectors):
            for kind in (FEATURE_TYPE_SEQUENCE, FEATURE_TYPE_SENTENCE):
                message.add_features(
                    Features(
                        vector.reshape(1, -1),
                        kind,
                        attribute,
                        self._config[FEATURIZER_CLASS_ALIAS],
                    )
                )

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data
