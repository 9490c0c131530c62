"""How fixtures are written and read: an array is [dtype, shape, base64 of its bytes]."""

import base64
import json
import os
import pathlib

import numpy as np

RECORDED = pathlib.Path(__file__).parent.parent / 'fixtures'
FOLDER = pathlib.Path(os.environ.get('FIXTURES') or RECORDED)


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


def read(name):
    """Cases that another script wrote, in this run or before."""
    fresh = FOLDER / f'{name}.json'
    return json.loads((fresh if fresh.exists() else RECORDED / f'{name}.json').read_text())


def snake(name):
    return name if name == 'UPLO' else ''.join('_' + c.lower() if c.isupper() else c for c in name)


def unpack(packed):
    dtype, shape, data = packed
    return np.frombuffer(base64.b64decode(data), dtype).reshape(shape)


def static(value):
    return tuple(map(static, value)) if isinstance(value, list) else value


def decode(args):
    """Recorded arguments, positional and by keyword, as JAX takes them."""
    values, options = [], {}
    for arg in args:
        if 'array' in arg:
            values.append(unpack(arg['array']))
        elif 'options' in arg:
            options = {snake(k): static(v) for k, v in arg['options'].items()} | {snake(k): unpack(v) for k, v in arg['arrays'].items()}
        elif 'arrays' in arg:
            values.append([unpack(a) for a in arg['arrays']])
        elif 'complex' in arg:
            values.append(unpack(arg['complex']['real']) + 1j * unpack(arg['complex']['imag']))
        elif isinstance(arg.get('value'), dict):
            options = {snake(k): snake(v) if isinstance(v, str) and k in ('mode', 'method') else static(v) for k, v in arg['value'].items()}
        else:
            values.append(static(arg.get('value')))
    return values, options


def python(arg):
    return tuple(map(python, arg)) if isinstance(arg, list) else arg


class Recorder:
    """Calls of functions of one module, with what they returned: {fn, args, out, weak?, narrow?}."""

    def __init__(self, module):
        self.module, self.cases, self.pack = module, [], pack

    def encode(self, arg):
        if isinstance(arg, (np.ndarray, np.generic)) or hasattr(arg, 'weak_type'):
            return {'array': pack(arg)}
        if isinstance(arg, list) and arg and isinstance(arg[0], np.ndarray):
            return {'arrays': [pack(x) for x in arg]}
        return {'value': arg}

    def record(self, fn, args, out, **more):
        many = isinstance(out, (list, tuple))
        weak = not many and getattr(out, 'weak_type', False)
        packed = [pack(x) for x in out] if many else pack(out)
        self.cases.append({'fn': fn, 'args': args, 'out': packed, **({'weak': True} if weak else {}), **more})

    def case(self, name, *args, narrow=False, **kwargs):
        """`kwargs` become the last options object, names in camelCase. `narrow`: results of 64-bit integers are those of 32 bits here."""
        try:
            out = getattr(self.module, name)(*[python(a) for a in args], **{k: python(v) for k, v in kwargs.items()})
        except Exception as error:
            described = [f'{a.dtype}{list(a.shape)}' if hasattr(a, 'dtype') else a for a in args]
            print(f'JAX refuses {name}{described}: {str(error).splitlines()[0][:80]}')
            return
        if narrow and getattr(out, 'dtype', None) in ('int64', 'uint64'):
            out = np.asarray(out).astype('int32' if out.dtype == 'int64' else 'uint32')
        encoded = [self.encode(a) for a in args]
        given = {camel(k): v for k, v in kwargs.items()}
        arrays = {k: pack(v) for k, v in given.items() if isinstance(v, np.ndarray)}
        plain = {k: v for k, v in given.items() if k not in arrays}
        if given:
            encoded.append({'options': plain, 'arrays': arrays} if arrays else {'value': plain})
        self.record(camel(name), encoded, out)
