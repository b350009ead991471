"""Helpers around training: `utils.data` feeds batches to a model."""

from . import data as data
