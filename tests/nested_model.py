"""A nested model, to compare what a tree of modules does in tensorgrad and in PyTorch."""

import tensorgrad as tg


def build(library):
    """A nested model, with the modules of tensorgrad or of torch."""
    n = library.nn

    class Block(n.Module):
        def __init__(self):
            super().__init__()
            self.bias = n.Parameter(library.zeros(4))
            self.linear = n.Linear(4, 4, bias=False)
            self.gain = n.Parameter(library.ones(1))

        def forward(self, x):
            return self.linear(x).tanh() * self.gain + self.bias

    class Model(n.Module):
        def __init__(self):
            super().__init__()
            self.output = n.Linear(4, 2)
            self.body = n.Sequential(n.Flatten(), n.Linear(6, 4), n.Sigmoid(), Block())
            self.register_buffer("center", library.zeros(2))
            self.loss = n.CrossEntropyLoss()

        def forward(self, x):
            return self.output(self.body(x)) - self.center

    return Model()


def both(torch):
    """The model in either library, from the same seed."""
    tg.manual_seed(3)
    torch.manual_seed(3)
    return build(tg), build(torch)
