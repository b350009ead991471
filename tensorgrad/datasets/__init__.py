"""Small data sets to learn on: one shipped, two made, one read from files."""

from .images import digits as digits
from .images import mnist as mnist
from .points import moons as moons
from .points import spirals as spirals
