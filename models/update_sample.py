"""Puts a new sample request into a model's manifest."""

import json
from pathlib import Path


def update_sample(folder: Path, name: str, datatype: str, shape: list, data: list) -> None:
    """Replaces `sample.inputs` in `folder/model.json`. The expected outputs are ONNX Runtime's business:
    `node models/evaluate.ts <name> --update` fills them in.
    """
    path = folder / "model.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["sample"]["inputs"] = [{"name": name, "datatype": datatype, "shape": shape, "data": data}]
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")
