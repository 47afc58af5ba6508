"""Compile what `sam build` made, so that a function that starts compiles nothing itself.

    python scripts/compile_bytecode.py .aws-sam/build

Without bytecode a cold start takes three times as long (docs/performance.md). Lambda unpacks to a
file system that is read only, so that what is not shipped is never kept. The interpreter here must
be the minor version that runs there. The mode "unchecked hash" never looks at the source's time,
which packing and unpacking change (https://peps.python.org/pep-0552/).
"""

import compileall
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

RUNTIME = (3, 13)
# Where Lambda unpacks a layer, which has a folder `python`, and a function: tracebacks name it.
_LAYER, _FUNCTION = "/opt", "/var/task"


def compile_tree(tree: Path) -> bool:
    """Compile each function and layer of a built tree; whether all of it compiled.

    Raises RuntimeError under an interpreter of another version, and for a tree without any.
    """
    if sys.version_info[:2] != RUNTIME:
        raise RuntimeError(f"Lambda runs Python {RUNTIME}, this is {sys.version_info[:2]}")
    parts = sorted(one for one in tree.iterdir() if one.is_dir())
    if not parts:
        raise RuntimeError(f"{tree} holds nothing that was built")
    done = [_compiled(part) for part in parts]
    return all(done)


def _compiled(part: Path) -> bool:
    place = _LAYER if (part / "python").is_dir() else _FUNCTION
    done = compileall.compile_dir(
        part,
        quiet=1,
        workers=0,
        stripdir=str(part),
        prependdir=place,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    return bool(done)


if __name__ == "__main__":
    sys.exit(0 if compile_tree(Path(sys.argv[1])) else 1)
