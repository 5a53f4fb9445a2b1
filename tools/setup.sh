#!/bin/sh
# Builds .venv from a lock file with hashes: tools/setup.sh PYTHON LOCK. Needs no compiler.
set -eu
python=$1
lock=$2
# As the hub itself: English where the environment says so, else Chinese.
say() {
    case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
        [eE][nN]*) echo "$2" ;;
        *) echo "$1" ;;
    esac
}
if [ -z "$python" ]; then
    say "织单需要 Python 3.11 或更新；请安装，或指明它：make PYTHON=/path/to/python3.12" \
        "OrderLoom needs Python 3.11 or newer; install it, or name it: make PYTHON=/path/to/python3.12" >&2
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
    say "$python 没有 pip 也没有 ensurepip；请装一个（Debian：apt-get install python3-pip）" \
        "$python has neither pip nor ensurepip; install one (Debian: apt-get install python3-pip)" >&2
    exit 1
fi
say "正在把 $lock 所列的包装进 .venv……" "Installing what $lock names into .venv ..."
pip install -qq --disable-pip-version-check --no-input --root-user-action ignore \
    --require-hashes --only-binary :all: --requirement "$lock"
pip install -qq --disable-pip-version-check --no-input --root-user-action ignore \
    --no-deps --no-build-isolation --editable .
