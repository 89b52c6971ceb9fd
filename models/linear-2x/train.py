#!/usr/bin/python3
"""Learns y = 2x by stochastic gradient descent and writes model.onnx beside this file. Takes less than a second."""

import sys
from pathlib import Path

import torch

FOLDER = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(FOLDER.parent))

from export_onnx import export_onnx  # noqa: E402
from seed_everything import seed_everything  # noqa: E402

SEED = 2
STEPS = 1000
BATCH = 32
LEARNING_RATE = 0.1


def train() -> torch.nn.Linear:
    """Learns in float64 and rounds to 12 decimals: what is left of the bias by then (1e-18) is rounding noise."""
    model = torch.nn.Linear(1, 1, dtype=torch.float64)
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    for step in range(STEPS):
        x = torch.rand(BATCH, 1, dtype=torch.float64) * 4 - 2
        loss = torch.nn.functional.mse_loss(model(x), 2 * x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 100 == 0:
            print(f"step={step} loss={loss.item():.3e}")
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.round(decimals=12) + 0.0)
    return model.float()


def main() -> None:
    seed_everything(SEED)
    model = train()
    x = torch.linspace(-100, 100, 2001).reshape(-1, 1)
    error_max = (model(x) - 2 * x).abs().max().item()
    size = export_onnx(model, torch.zeros(2, 1), "x", "y", FOLDER / "model.onnx")
    print(f"weight={model.weight.item():.9g} bias={model.bias.item():.3g} error_max={error_max:.3g} size_bytes={size}")


if __name__ == "__main__":
    main()
