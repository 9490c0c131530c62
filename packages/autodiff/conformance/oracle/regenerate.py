"""Asks the installed JAX all questions again and compares: `regenerate.py [--write] [name ...]`, names like `numpy`, `lax_window`.

Needs Python 3.11 with jax 0.10.2. Status 0: all answers are those in fixtures/ (or, with `--write`, are there now); 1: some are not; 2: some could not be had."""

import concurrent.futures
import importlib.metadata
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
RECORDED = HERE.parent / 'fixtures'
VERSION = '0.10.2'
# They read what the others wrote.
LAST = ['second', 'transforms', 'variants']
# Compiling for XLA takes most of the time, and is the same each time.
CACHE = {'JAX_COMPILATION_CACHE_DIR': str(pathlib.Path(tempfile.gettempdir()) / 'jax-conformance'), 'JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS': '0',
         'JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES': '-1'}


def installed():
    try:
        return importlib.metadata.version('jax')
    except importlib.metadata.PackageNotFoundError:
        return None


def ask(name, folder):
    """What went wrong, or the empty string."""
    start = time.monotonic()
    done = subprocess.run([sys.executable, HERE / f'{name}_oracle.py'], env={**os.environ, **CACHE, 'FIXTURES': str(folder)}, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True)
    print(f'  asked {name}, {time.monotonic() - start:.0f} s', flush=True)
    return '' if done.returncode == 0 else f'{name}_oracle.py failed:\n{done.stderr}'


def ask_all(names, folder):
    failures = []
    for part in [[n for n in names if n not in LAST], [n for n in names if n in LAST]]:
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            failures += pool.map(lambda name: ask(name, folder), part)
    return [failure for failure in failures if failure]


def described(line):
    case = json.loads(line.rstrip(','))
    return ' '.join(str(case[k]) for k in ['kind', 'fn', 'program', 'method', 'at', 'axis'] if k in case) if isinstance(case, dict) else line[:60]


def differences(new):
    """Which cases differ, a line each."""
    old = RECORDED / new.name
    before, after = old.read_text().splitlines() if old.exists() else [], new.read_text().splitlines()
    rows = [described(b) for a, b in zip(before, after) if a != b]
    return rows + [f'{abs(len(before) - len(after))} more or fewer'] if len(before) != len(after) else rows


def compare(folder):
    """How many fixtures differ."""
    differing = 0
    for new in sorted(folder.glob('*.json')):
        rows = differences(new)
        differing += rows != []
        print(f'{new.stem}: ' + (f'{len(rows)} cases differ: {", ".join(rows[:8])}{" ..." if len(rows) > 8 else ""}' if rows else 'as recorded'))
    return differing


def main(arguments):
    if installed() != VERSION:
        found = f'has jax {installed()}' if installed() else 'has no jax'
        print(f'{sys.executable} {found}; name one with jax {VERSION}: PYTHON=... pnpm conformance', file=sys.stderr)
        return 2
    write, names = '--write' in arguments, [name for name in arguments if name != '--write']
    known = sorted(path.stem.removesuffix('_oracle') for path in HERE.glob('*_oracle.py'))
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f'there is no {", ".join(unknown)}; name some of {", ".join(known)}', file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        failures = ask_all(names or known, folder)
        differing = compare(folder)
        if write:
            shutil.copytree(folder, RECORDED, dirs_exist_ok=True)
    for failure in failures:
        print(failure, file=sys.stderr)
    if failures:
        return 2
    found = f'{differing} fixtures differ' if differing else 'every answer is the one recorded'
    print(f'{found}{", and are written anew" if write and differing else ""}')
    return 1 if differing and not write else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
