"""How fixtures are written: an array is [dtype, shape, base64 of its bytes]."""

import base64
import json
import pathlib

import numpy as np

FOLDER = pathlib.Path(__file__).parent.parent / 'fixtures'


def camel(name):
    head, *rest = name.split('_')
    return head + ''.join(part[:1].upper() + part[1:] for part in rest)


def pack(array):
    array = np.asarray(array)
    return [array.dtype.name, list(array.shape), base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()]


def write(name, cases):
    FOLDER.mkdir(exist_ok=True)
    lines = ',\n'.join(json.dumps(case, separators=(',', ':'), allow_nan=False) for case in cases)
    (FOLDER / f'{name}.json').write_text(f'[\n{lines}\n]\n')
    print(f'{name}: {len(cases)} cases')
