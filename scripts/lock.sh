#!/bin/sh
# Resolves the dependencies of pyproject.toml into the five locks, with hashes, for every platform.
# The environment of development is resolved first, runtime included; what Lambda ships is then held to the same
# versions, so that tests run on what is deployed. No host name of a registry is written.
# Usage: scripts/lock.sh [options of uv pip compile, such as --upgrade or --upgrade-package NAME]
set -eu
cd "$(dirname "$0")/.."
sh scripts/bootstrap.sh uv
uv=$(cat .tools/uv-path)

compile() {
    output=$1
    shift
    echo "locking $output"
    "$uv" pip compile --quiet --universal --generate-hashes --python-version 3.13 \
        --no-header --output-file "$output" "$@"
}

compile requirements-dev.txt pyproject.toml --extra dev "$@"
compile layers/common/requirements.txt pyproject.toml --constraint requirements-dev.txt "$@"
compile requirements-tools.txt --group tools "$@"
compile requirements-audit.txt --group audit "$@"
compile scripts/requirements-bootstrap.txt --group bootstrap "$@"
