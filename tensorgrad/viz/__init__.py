"""Pictures of what a result was computed from, of Values and of Tensors."""

from .dot import draw_dot as draw_dot
from .graph import Part as Part
from .graph import trace as trace
