"""Writes a trained torch module as a small, self-contained ONNX file."""

import inspect
import warnings
from pathlib import Path

import onnx
import torch


def export_onnx(module: torch.nn.Module, example: torch.Tensor, input_name: str, output_name: str, path: Path) -> int:
    """One input, one output, first dimension `batch` of any length, inference mode (dropout gone, norms folded).

    Opset 17 is the newest that Debian 12's torch 1.13 writes. From torch 2.9 on the default exporter is another one,
    which needs the onnxscript package and writes other graphs, so it is switched off where the argument exists.
    Returns the size in bytes.
    """
    arguments = {
        "input_names": [input_name],
        "output_names": [output_name],
        "dynamic_axes": {input_name: {0: "batch"}, output_name: {0: "batch"}},
        "opset_version": 17,
        "do_constant_folding": True,
    }
    if "dynamo" in inspect.signature(torch.onnx.export).parameters:
        arguments["dynamo"] = False
    module.eval()
    with torch.no_grad(), warnings.catch_warnings():
        # The exporter warns of its own deprecation (torch 2.9 on) and of shapes it cannot infer; the checker below decides.
        warnings.simplefilter("ignore")
        torch.onnx.export(module, example, str(path), **arguments)

    model = onnx.load(str(path))
    # Notes of the exporter (stack traces, node paths) are of no use to a server and would change from version to version.
    for number, node in enumerate(model.graph.node):
        node.name = f"{node.op_type}_{number}"
        node.doc_string = ""
    model.graph.name = "model"
    model.graph.doc_string = ""
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(path))
    return path.stat().st_size
