#!/bin/sh
# Makes the environments on a machine that has python3 (3.9 or later) and nothing else.
#   scripts/bootstrap.sh uv      uv, taken from PATH or installed into .tools/uv
#   scripts/bootstrap.sh dev     .venv: Python 3.13 with requirements-dev.txt, and the command daybook
#   scripts/bootstrap.sh tools   .tools/sam: the SAM command line, whose boto3 is not the emulator's
#   scripts/bootstrap.sh audit   .tools/audit: checkov, pip-audit, cyclonedx-py, which pin much that is not ours
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

find_uv() {
    if command -v uv >/dev/null 2>&1; then
        uv=$(command -v uv)
    elif [ -x .tools/uv/bin/uv ]; then
        uv=$PWD/.tools/uv/bin/uv
    else
        say "[1/4] installing uv into .tools/uv"
        install_uv
    fi
    mkdir -p .tools
    printf '%s\n' "$uv" >.tools/uv-path
}

# A venv where there is one; Debian's python3 comes without ensurepip, so pip alone is tried next.
install_uv() {
    locked=scripts/requirements-bootstrap.txt
    mkdir -p .tools
    if python3 -m venv .tools/uv >/dev/null 2>&1; then
        .tools/uv/bin/python -m pip install --quiet --require-hashes -r "$locked"
    elif python3 -m pip --version >/dev/null 2>&1; then
        rm -rf .tools/uv
        python3 -m pip install --quiet --require-hashes --target .tools/uv -r "$locked"
    else
        say "python3 has neither venv nor pip. On Debian and Ubuntu: apt-get install python3-venv"
        exit 1
    fi
    uv=$PWD/.tools/uv/bin/uv
}

# Python 3.13, where Lambda runs it: found by uv, else among pyenv's, else downloaded by uv.
find_python() {
    if python=$("$uv" python find --no-python-downloads 3.13 2>/dev/null); then return; fi
    for candidate in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13*/bin/python3.13; do
        if [ -x "$candidate" ]; then
            python=$candidate
            return
        fi
    done
    say "      no Python 3.13 here; uv downloads one"
    "$uv" python install --quiet 3.13
    python=$("$uv" python find 3.13)
}

# One environment: its folder, its lock.
environment() {
    say "[2/4] looking for Python 3.13"
    find_python
    [ -x "$1/bin/python" ] || "$uv" venv --quiet --no-project --python "$python" "$1"
    say "[3/4] installing $2 into $1"
    "$uv" pip sync --quiet --require-hashes --python "$1/bin/python" "$2"
}

case ${1:-dev} in
uv) find_uv ;;
dev)
    say "[1/4] looking for uv"
    find_uv
    environment .venv requirements-dev.txt
    ln -sf ../../bin/daybook .venv/bin/daybook
    touch .venv/.installed
    say "[4/4] ready: . .venv/bin/activate"
    ;;
tools)
    say "[1/4] looking for uv"
    find_uv
    environment .tools/sam requirements-tools.txt
    touch .tools/sam/.installed
    say "[4/4] ready: .tools/sam/bin/sam"
    ;;
audit)
    say "[1/4] looking for uv"
    find_uv
    environment .tools/audit requirements-audit.txt
    touch .tools/audit/.installed
    say "[4/4] ready: .tools/audit/bin/checkov"
    ;;
*)
    say "usage: scripts/bootstrap.sh uv|dev|tools|audit"
    exit 1
    ;;
esac
