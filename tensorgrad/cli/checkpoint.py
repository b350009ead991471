"""A trained model, with all that is needed to use it or to go on training it."""

from __future__ import annotations

import math
import os
from dataclasses import asdict, dataclass

import numpy as np

from .. import serialization
from ..creation import from_numpy
from ..grad_mode import no_grad
from ..nn import MLP
from ..nn.functional import softmax
from .encoder import Encoder
from .errors import CommandError
from .files import writing
from .settings import Settings
from .tables import Table


@dataclass
class Checkpoint:
    """A model, and how its inputs are made.

    Args:
        settings: how it was made.
        encoder: what turns a table into its inputs.
        model: the network.
        epochs: how many epochs it was trained for.
    """

    settings: Settings
    encoder: Encoder
    model: MLP
    epochs: int = 0

    @classmethod
    def new(cls, settings: Settings, encoder: Encoder) -> Checkpoint:
        """A model with the initial weights that the default generator gives."""
        model = MLP(encoder.width, [*settings.hidden, len(encoder.classes)], activation=settings.activation)
        return cls(settings, encoder, model.to(np.dtype(settings.dtype)))

    @property
    def sizes(self) -> list[int]:
        """The number of inputs, of units in each hidden layer, and of classes."""
        return [self.encoder.width, *self.settings.hidden, len(self.encoder.classes)]

    @property
    def parameters(self) -> int:
        """The number of weights and biases."""
        return sum(math.prod(parameter.shape) for parameter in self.model.parameters())

    def probabilities(self, table: Table) -> np.ndarray:
        """What the model gives each class for each row of a table, shape (rows, classes)."""
        features = self.encoder.features(table, np.dtype(self.settings.dtype))
        parts = np.array_split(features, len(features) // 1024 + 1)  # to save memory
        with no_grad():
            return np.concatenate([softmax(self.model(from_numpy(part)), dim=1).numpy() for part in parts])

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes a file that `load` reads; one that was there stays until the new one is whole.

        Args:
            path: the file.

        Raises:
            CommandError: when it cannot be written.
        """
        content = {
            "model": self.model.state_dict(),
            "settings": asdict(self.settings),
            "encoder": self.encoder.state(),
            "epochs": self.epochs,
        }
        with writing("the model is not saved", path):
            serialization.save(content, path)

    @classmethod
    def load(cls, path: str) -> Checkpoint:
        """Reads what `save` wrote.

        Args:
            path: the file.

        Returns:
            The model and what belongs to it.

        Raises:
            CommandError: when it cannot be read, is damaged, or is another program's.
        """
        try:
            content = serialization.load(path)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from None
        except ValueError as error:
            raise CommandError(str(error)) from None
        if not isinstance(content, dict) or not {"model", "settings", "encoder", "epochs"} <= content.keys():
            raise CommandError(f"{path} is no model that tensorgrad train saved: its settings are not in it")
        try:
            settings = Settings(**content["settings"])
            settings.check()
            loaded = cls.new(settings, Encoder.from_state(content["encoder"]))
            loaded.model.load_state_dict(content["model"])
            loaded.epochs = int(content["epochs"])
        except (AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
            raise CommandError(f"{path} is damaged: its parts do not fit together ({error})") from None
        return loaded
