"""Zip files of functions and layers as `sam build` would lay them out, nothing downloaded.

The dependencies of the layer are left out: locally the interpreter has them. Bytecode is put in,
compiled by this interpreter and never checked against a source's time, since unpacking a zip sets
the times anew.
"""

import compileall
import io
import shutil
import tempfile
import zipfile
from pathlib import Path
from py_compile import PycInvalidationMode


def package(folder: Path, *, layer: bool) -> bytes:
    """A zip of `folder`'s Python code; a layer's stands under `python/`, where Lambda looks."""
    with tempfile.TemporaryDirectory() as temporary:
        staged = Path(temporary) / "content"
        ignored = shutil.ignore_patterns("__pycache__", "requirements.txt")
        shutil.copytree(folder, staged / "python" if layer else staged, ignore=ignored)
        mode = PycInvalidationMode.UNCHECKED_HASH
        compileall.compile_dir(staged, quiet=1, stripdir=str(staged), invalidation_mode=mode)
        return _zip(staged)


def _zip(folder: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return content.getvalue()
