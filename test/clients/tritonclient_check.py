"""Drives a running platform with Triton's own Python client (pip install "tritonclient[http]").

usage: tritonclient_check.py DEMO_JSON
Ends with a line "N passed, N failed"; exit status 1 when a check failed.
"""

import json
import sys
import traceback

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

demo = json.load(open(sys.argv[1]))
client = triton.InferenceServerClient(url=demo["url"].removeprefix("http://"))
checks = []


def key():
    """A new dictionary for each call, since the client adds its own headers to the one that it is given."""
    return {"x-api-key": demo["apiKey"]}


def check(function):
    checks.append(function)
    return function


def linear(values, **how):
    data = np.array(values, dtype=np.float32).reshape(-1, 1)
    tensor = triton.InferInput("x", list(data.shape), "FP32")
    tensor.set_data_from_numpy(data, binary_data=how.pop("binary", True))
    return client.infer("linear-2x", [tensor], headers=key(), **how)


def refused(action, *words):
    try:
        action()
    except InferenceServerException as error:
        for word in words:
            assert word in str(error), (word, str(error))
        return
    raise AssertionError("was not refused")


@check
def server_is_live_and_ready():
    assert client.is_server_live(headers=key(), query_params={"test_1": 1})
    assert client.is_server_ready(headers=key())


@check
def models_are_ready_and_unknown_ones_are_not():
    assert client.is_model_ready("linear-2x", headers=key())
    assert client.is_model_ready("linear-2x", model_version="1", headers=key())
    assert not client.is_model_ready("nothing", headers=key())


@check
def metadata_describes_server_and_model():
    assert "binary_tensor_data" in client.get_server_metadata(headers=key())["extensions"]
    metadata = client.get_model_metadata("fashion", headers=key())
    assert metadata["inputs"][0]["datatype"] == "FP32", metadata
    refused(lambda: client.get_model_metadata("nothing", headers=key()), "Request for unknown model")


@check
def inference_in_each_form_gives_the_same():
    values = [1.5, -2.0, 0.25]
    for binary in (True, False):
        for output_binary in (True, False, None):
            how = {} if output_binary is None else {"outputs": [triton.InferRequestedOutput("y", binary_data=output_binary)]}
            result = linear(values, binary=binary, request_id="7", **how)
            np.testing.assert_allclose(result.as_numpy("y").ravel(), [3.0, -4.0, 0.5], rtol=1e-4)
            assert result.get_response()["id"] == "7"
            assert result.get_response()["model_name"] == "linear-2x"


@check
def compressed_requests_and_answers_work():
    values = list(range(5000))
    for algorithm in ("gzip", "deflate"):
        result = linear(values, request_compression_algorithm=algorithm, response_compression_algorithm=algorithm)
        np.testing.assert_allclose(result.as_numpy("y").ravel(), 2.0 * np.arange(5000), rtol=1e-4)


@check
def versions_can_be_named():
    data = np.ones((1, 1), dtype=np.float32)
    tensor = triton.InferInput("x", [1, 1], "FP32")
    tensor.set_data_from_numpy(data)
    assert client.infer("linear-2x", [tensor], model_version="1", headers=key()).as_numpy("y").shape == (1, 1)
    refused(lambda: client.infer("linear-2x", [tensor], model_version="99", headers=key()))


@check
def wrong_requests_are_refused_with_their_reason():
    wrong = triton.InferInput("x", [1, 1], "INT32")
    wrong.set_data_from_numpy(np.ones((1, 1), dtype=np.int32))
    refused(lambda: client.infer("linear-2x", [wrong], headers=key()), "x", "FP32")
    name = triton.InferInput("z", [1, 1], "FP32")
    name.set_data_from_numpy(np.ones((1, 1), dtype=np.float32))
    refused(lambda: client.infer("linear-2x", [name], headers=key()), "z")
    refused(lambda: linear([1.0], outputs=[triton.InferRequestedOutput("nothing")]), "nothing")


@check
def a_picture_sized_batch_goes_through():
    data = np.zeros((64, 1, 28, 28), dtype=np.float32)
    metadata = client.get_model_metadata("fashion", headers=key())
    tensor = triton.InferInput(metadata["inputs"][0]["name"], list(data.shape), "FP32")
    tensor.set_data_from_numpy(data)
    result = client.infer("fashion", [tensor], headers=key())
    assert result.as_numpy(metadata["outputs"][0]["name"]).shape == (64, 10)


@check
def a_wrong_key_is_refused():
    refused(lambda: client.get_server_metadata(headers={"x-api-key": "wrong"}))


failed = 0
for function in checks:
    name = function.__name__.replace("_", " ")
    try:
        function()
        print(f"ok: {name}")
    except Exception:
        failed += 1
        print(f"FAILED: {name}")
        traceback.print_exc()
print(f"{len(checks) - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)
