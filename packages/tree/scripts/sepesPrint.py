"""Writes fixtures/sepesPrint.json: what sepes 0.12 prints for the trees that the tests of the printers build.

Run: python scripts/sepesPrint.py   (needs numpy and sepes)
"""

import json
import pathlib

import numpy as np
import sepes as sp


class Linear(sp.TreeClass):
    def __init__(self, i, o):
        self.weight = np.arange(i * o, dtype=np.float32)
        self.bias = np.zeros(o, dtype=np.float32)


class Net(sp.TreeClass):
    def __init__(self):
        self.name = "net"
        self.layers = [Linear(2, 3), Linear(3, 1)]
        self.extra = dict(a=1, b=[2, 3], c=dict())


def relu(x, slope, *rest):
    return x


f32 = lambda *xs: np.array(xs, dtype=np.float32)
trees = {
    "linear": Linear(2, 3),
    "net": Net(),
    "dict": dict(a=1, b=[2, 3], c=dict(d="text")),
    "empty": [[], dict(), None],
    "set": {7},
    "function": [relu, lambda a, b: a],
    "float edge values": [f32(0.125), f32(0.375), f32(-0.0), f32(np.inf, 1), f32(-np.inf, 1), f32(np.nan, 1), f32(1e22), f32(-0.001)],
    "integers": [np.arange(5, dtype=np.int32), np.array([3, 250], dtype=np.uint8), np.arange(3, dtype=np.int64), np.array([9], dtype=np.uint16)],
    "empty array": np.zeros(0, dtype=np.float32),
    "doubles": np.array([1.5, -2.25, 1e6]),
    "masked": sp.tree_mask([1, np.arange(3, dtype=np.int32), "s", relu, f32(1.5)]),
    "deep": [1, [2, [3, [4, [5]]]]],
    "wide": [list(range(30)), list(range(3))],
}
options = [{}, {"width": 20}, {"depth": 0}, {"depth": 1}, {"depth": 2}, {"tabwidth": 4, "width": 40}]
out = {
    name: {
        "repr": [sp.tree_repr(tree, **option) for option in options],
        "diagram": [sp.tree_diagram(tree), sp.tree_diagram(tree, depth=0), sp.tree_diagram(tree, depth=1)],
        "summary": [sp.tree_summary(tree), sp.tree_summary(tree, depth=0), sp.tree_summary(tree, depth=1)],
    }
    for name, tree in trees.items()
}
path = pathlib.Path(__file__).parent.parent / "fixtures" / "sepesPrint.json"
path.write_text(json.dumps({"options": options, "trees": out}, ensure_ascii=False, indent=1).replace("Infinity", "null") + "\n")
