"""What `make build` ships holds bytecode that Lambda takes without looking at the source."""

import marshal
import types
from pathlib import Path

import pytest

from scripts.compile_bytecode import compile_tree

_UNCHECKED_HASH = 0b01
_HEADER_BYTES = 16


@pytest.fixture
def built(tmp_path: Path) -> Path:
    for name in ("CommonLayer/python/daybook/domain/money.py", "WebhookFunction/app.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text("def cents(text: str) -> int:\n    return int(text)\n")
    return tmp_path


def _code(source: Path) -> tuple[int, types.CodeType]:
    data = (source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc").read_bytes()
    code = marshal.loads(data[_HEADER_BYTES:])
    assert isinstance(code, types.CodeType)
    return int.from_bytes(data[4:8], "little"), code


@pytest.mark.parametrize(
    ("source", "there"),
    [
        (
            "CommonLayer/python/daybook/domain/money.py",
            "/opt/python/daybook/domain/money.py",
        ),
        ("WebhookFunction/app.py", "/var/task/app.py"),
    ],
)
def test_layer_and_functions_hold_bytecode_for_their_place(
    built: Path, source: str, there: str
) -> None:
    assert compile_tree(built)
    flags, code = _code(built / source)
    assert flags == _UNCHECKED_HASH
    assert code.co_filename == there


def test_source_that_does_not_compile_fails_the_build(built: Path) -> None:
    (built / "WebhookFunction" / "app.py").write_text("def (:\n")
    assert not compile_tree(built)


def test_empty_tree_fails_the_build(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="nothing that was built"):
        compile_tree(tmp_path)


def test_make_build_compiles_and_deploy_builds_first() -> None:
    recipes = Path("Makefile").read_text().split("\n\n")
    build = next(one for one in recipes if one.startswith("build:"))
    assert build.index("$(SAM) build") < build.index("compile_bytecode.py .aws-sam/build")
    assert any(one.startswith("deploy: build") for one in recipes)
