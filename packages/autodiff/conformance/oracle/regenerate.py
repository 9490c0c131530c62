"""Asks the installed JAX all questions again and compares: `regenerate.py [--write] [name ...]`, names like `numpy`, `lax_window`.

Needs Python 3.11 with jax 0.10.2. Ends with status 1 where an answer is not the one in fixtures/; `--write` puts the new ones there."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
FIXTURES = HERE.parent / 'fixtures'


def answers(script, folder):
    subprocess.run([sys.executable, script], check=True, env={**os.environ, 'FIXTURES': str(folder)}, stdout=subprocess.DEVNULL)


def difference(new):
    """Which lines differ, a case each; empty where none does."""
    old = FIXTURES / new.name
    if not old.exists():
        return 'there was none before'
    before, after = old.read_text().splitlines(), new.read_text().splitlines()
    changed = sum(a != b for a, b in zip(before, after)) + abs(len(before) - len(after))
    return f'{changed} of {len(after)} cases differ' if changed else ''


def main(arguments):
    write, names = '--write' in arguments, [name for name in arguments if name != '--write']
    scripts = [HERE / f'{name}_oracle.py' for name in names] or sorted(HERE.glob('*_oracle.py'))
    differing = 0
    with tempfile.TemporaryDirectory() as folder:
        for script in scripts:
            print(f'{script.stem} ...', flush=True)
            answers(script, folder)
        for new in sorted(pathlib.Path(folder).glob('*.json')):
            found = difference(new)
            differing += found != ''
            print(f'{new.stem}: {found or "as recorded"}')
            if write:
                shutil.copy(new, FIXTURES / new.name)
    return 1 if differing and not write else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
