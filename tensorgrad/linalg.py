"""Linear algebra by the names of ``torch.linalg``."""

from .ops.decompositions import LinAlgError as LinAlgError
from .ops.decompositions import cholesky as cholesky
from .ops.decompositions import det as det
from .ops.decompositions import inv as inv
from .ops.decompositions import slogdet as slogdet
from .ops.decompositions import solve as solve
from .ops.decompositions import svdvals as svdvals
from .ops.linalg import LinearAlgebra
from .ops.norm import matrix_norm as matrix_norm
from .ops.norm import norm as norm
from .ops.norm import vector_norm as vector_norm

matmul = LinearAlgebra.matmul
