"""Gradients by other ways than backward(): grad, Function, gradcheck, and the grad modes."""

from ..grad_mode import enable_grad as enable_grad
from ..grad_mode import inference_mode as inference_mode
from ..grad_mode import no_grad as no_grad
from ..grad_mode import set_grad_enabled as set_grad_enabled
from .check import gradcheck as gradcheck
from .function import Function as Function
from .gradients import backward as backward
from .gradients import grad as grad
