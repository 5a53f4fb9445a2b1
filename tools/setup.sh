#!/bin/sh
# Builds .venv from a lock file with hashes: tools/setup.sh PYTHON LOCK. Needs no compiler.
set -eu
python=$1
lock=$2
if [ -z "$python" ]; then
    echo "OrderLoom needs Python 3.11 or newer; install it, or name it: make PYTHON=/path/to/python3.12" >&2
    exit 1
fi
if [ -e .venv ] && ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    rm -rf .venv # Its interpreter has moved or is too old.
fi
# Debian's python3 has no ensurepip, so the environment gets no pip of its own: the outer pip fills it.
if "$python" -m pip --version >/dev/null 2>&1; then
    [ -e .venv ] || "$python" -m venv --without-pip .venv
    pip() { "$python" -m pip --python .venv/bin/python "$@"; }
elif "$python" -c 'import ensurepip' 2>/dev/null; then
    [ -x .venv/bin/pip ] || "$python" -m venv .venv
    pip() { .venv/bin/python -m pip "$@"; }
else
    echo "$python has neither pip nor ensurepip; install one (Debian: apt-get install python3-pip)" >&2
    exit 1
fi
echo "Installing what $lock names into .venv ..."
pip install -qq --disable-pip-version-check --no-input --root-user-action ignore \
    --require-hashes --only-binary :all: --requirement "$lock"
pip install -qq --disable-pip-version-check --no-input --root-user-action ignore \
    --no-deps --no-build-isolation --editable .
