"""What a node of the graph is called when it is printed: as PyTorch calls the one in its place."""

from __future__ import annotations

OTHER_NAMES = {  # where it is not the operation's own; those that are several operations there keep theirs
    "avg_pool": "AvgPool2D",
    "bce_with_logits": "BinaryCrossEntropyWithLogits",
    "cholesky": "LinalgCholeskyEx",
    "cross_entropy": "NllLoss",
    "det": "LinalgDet",
    "flatten": "View",
    "inv": "LinalgInvEx",
    "linear": "Addmm",
    "logsigmoid": "LogSigmoid",
    "matmul": "Mm",
    "max_pool": "MaxPool2DWithIndices",
    "norm": "LinalgVectorNorm",
    "reshape": "View",
    "slogdet": "LinalgSlogdet",
    "solve": "LinalgSolveEx",
    "take_along_dim": "Gather",
    "to": "ToCopy",
}


def shown(op: str) -> str:
    """The name of the node of an operation.

    >>> shown("log_softmax"), shown("cross_entropy")
    ('LogSoftmaxBackward0', 'NllLossBackward0')
    """
    return (OTHER_NAMES.get(op) or op.title().replace("_", "")) + "Backward0"
