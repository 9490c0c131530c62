"""What jax.scipy.signal.stft and istft answer, as fixtures for the tests of `scipy.signal`.

Run it with a Python that has jax:  python conformance/oracle/stft_oracle.py
It writes conformance/fixtures/stft.json, a list of {fn, args, out}; spectra are two arrays, real parts and imaginary ones.
"""

import jax.scipy.signal as signal
import numpy as np
from oracle import camel, pack, write

noise = np.random.default_rng(0)
cases = []


def parts(x):
    x = np.asarray(x)
    return [pack(x.real), pack(x.imag)]


def case(x, back=None, **kwargs):
    f, t, z = signal.stft(x, **kwargs)
    options = {camel(k): v for k, v in kwargs.items()}
    cases.append({'fn': 'stft', 'args': [{'array': pack(x)}, {'value': options}], 'out': [pack(f), pack(t), *parts(z)]})
    if back is None:
        return
    _, y = signal.istft(z, **back)
    # Of a batch JAX counts the times along the first axis, whatever it is; and two-sided results have an imaginary part of rounding errors.
    y = np.asarray(y).real
    t = np.arange(y.shape[-1], dtype='float32') / np.float32(back.get('fs', 1))
    options = {camel(k): v for k, v in back.items()}
    cases.append({'fn': 'istft', 'args': [{'arrays': parts(z)}, {'value': options}], 'out': [pack(t), pack(y)]})


line = noise.standard_normal(100).astype('float32')
grid = noise.standard_normal((3, 40)).astype('float32')
case(line, {})
case(line, {'nperseg': 16}, nperseg=16)
case(line, {'nperseg': 15, 'noverlap': 10, 'nfft': 15}, nperseg=15, noverlap=10)
case(line, {'nperseg': 12, 'nfft': 20, 'fs': 5.0}, nperseg=12, nfft=20, fs=5.0)
case(line, {'nperseg': 16, 'input_onesided': False}, nperseg=16, return_onesided=False)
case(line, {'nperseg': 16, 'boundary': False}, nperseg=16, boundary=None)
case(line, nperseg=16, boundary='even')
case(line, nperseg=16, boundary='constant', padded=False)
for window in ['hamming', 'blackman', 'bartlett', 'boxcar']:
    case(line, {'nperseg': 8, 'window': window}, nperseg=8, window=window)
case(grid, {'nperseg': 10}, nperseg=10)
case(grid.T.copy(), {'nperseg': 10, 'time_axis': 2, 'freq_axis': 0}, nperseg=10, axis=0)

write('stft', cases)
