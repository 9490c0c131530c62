"""Times numpy and JAX on the programs that beside.ts wrote down, on one core: `python native.py folder`. One line of JSON for each."""

import json
import os
import sys
import time

os.sched_setaffinity(0, {0})
import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)

rng = np.random.default_rng(0)


def partitionable(on, f, key):
    with jax.threefry_partitionable(on):
        return f(jax.random.wrap_key_data(key))


def best(f):
    """The median and the least of the seconds that calls take."""
    f()
    times, end = [], time.perf_counter() + 0.4
    while len(times) < 3 or (time.perf_counter() < end and len(times) < 100):
        start = time.perf_counter()
        f()
        times.append(time.perf_counter() - start)
    return [float(np.median(times)), min(times)]


def worst(got, want):
    """The largest difference, relative to numbers above 1; more than any where shapes or dtypes differ."""
    if got.shape != want.shape or got.dtype != want.dtype:
        return sys.float_info.max
    if got.size == 0 or np.array_equal(got, want, equal_nan=got.dtype.kind == "f"):
        return 0.0
    a, b = got.astype(np.float64), want.astype(np.float64)
    return float(np.max(np.abs(a - b) / np.maximum(1, np.abs(b))))


def tuple_of(x):
    return [np.asarray(one) for one in (x if isinstance(x, (tuple, list)) else (x,))]


def read(folder, part):
    return np.fromfile(os.path.join(folder, part["file"]), part["dtype"]).reshape(part["shape"])


def run(folder, program):
    names = "xyzwv"[: len(program["inputs"])]
    inputs = [read(folder, part) for part in program["inputs"]]
    ours = [read(folder, part) for part in program["outputs"]]
    scope = {"np": np, "jnp": jnp, "jax": jax, "rng": rng, "partitionable": partitionable}
    answer = {"name": program["name"]}
    for peer in ("numpy", "jax"):
        f = eval(f"lambda {', '.join(names)}: {program[peer]}", scope)
        given = inputs
        if peer == "jax":
            f = jax.jit(f)
            given = [jax.device_put(x) for x in inputs]
        theirs = tuple_of(f(*given))
        differs = peer == "numpy" and program.get("numpyDiffers", False)
        answer[peer] = {
            "error": None if differs else max(worst(a, b) for a, b in zip(ours, theirs, strict=True)),
            "seconds": best(lambda: jax.block_until_ready(f(*given))),
        }
    print(json.dumps(answer), flush=True)


folder = sys.argv[1]
with open(os.path.join(folder, "programs.json")) as file:
    for one in json.load(file):
        run(folder, one)
