"""Writes fixtures/publicNames.json: the public names of sepes (methods and hooks included) and of JAX's trees.

Run: python scripts/publicNames.py   (needs jax and sepes)
"""

import json
from pathlib import Path

import jax
import sepes

# What single dispatch and the printers' own recursion hang on functions is not for callers.
INTERNAL = {"av_pp", "dispatch", "kv_pp", "pp", "pps"}


def public(module: object) -> list[str]:
    return [name for name in sorted(vars(module)) if not name.startswith("_")]


def members(name: str) -> list[str]:
    found = vars(getattr(sepes, name))
    return [
        f"{name}.{one}"
        for one, value in sorted(found.items())
        if callable(value) and not one.startswith("_") and not one.endswith("dispatcher") and one not in INTERNAL
    ]


names = {
    "sepes": [each for name in sorted(sepes.__all__) for each in [name, *members(name)]],
    # tree_util's tree_map is tree.map under its old name.
    "jax": [f"tree.{name}" for name in public(jax.tree)]
    + [name for name in public(jax.tree_util) if not name.startswith("tree_")],
}
target = Path(__file__).parent.parent / "fixtures" / "publicNames.json"
target.write_text(json.dumps(names, indent=1) + "\n")
