"""The same network in PyTorch's words, from PyTorch's random numbers.

Replace ``import tensorgrad as torch`` by ``import torch`` and it is a program for PyTorch. The numbers are float32;
their last digits depend on the order in which a processor adds.
"""

import tensorgrad as torch
from tensorgrad.cli.lecture import check, picture

nn = torch.nn
torch.manual_seed(99)
model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 1))
check("number of parameters", sum(p.numel() for p in model.parameters()), 41)

criterion = nn.MSELoss(reduction="sum")
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
inputs = torch.tensor([[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]])
outputs = torch.tensor([[1.0], [0.0], [0.0], [1.0]])

picture("pytorch_loss", criterion(model(inputs), outputs))
for _ in range(100):
    predictions = model(inputs)
    loss = criterion(predictions, outputs)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

check("final loss", loss.item(), 0.06534025073051453, within=1e-5)
check("prediction for 1", predictions[0].item(), 1.130600094795227, within=1e-5)
check("prediction for 0", predictions[1].item(), 0.03639908879995346, within=1e-5)
check("prediction for 0", predictions[2].item(), 0.017568498849868774, within=1e-5)
check("prediction for 1", predictions[3].item(), 0.7840131521224976, within=1e-5)
