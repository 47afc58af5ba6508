"""No float near money, no naive instant, one reader of the environment: held and noticed."""

from collections.abc import Callable, Iterator

import pytest

from tests.house.money_checks import ALLOWED, clocks, environment, floats, unused_permissions
from tests.house.tree import Module, module, modules

MONEY = "layers/common/daybook/domain/money.py"


@pytest.mark.parametrize("check", [floats, clocks, environment])
def test_every_module_passes(check: Callable[[Module], Iterator[str]]) -> None:
    assert [problem for one in modules() for problem in check(one)] == []


def test_every_permission_is_used_and_says_why() -> None:
    assert unused_permissions(modules) == []
    assert all(ALLOWED.values())


@pytest.mark.parametrize(
    "text",
    [
        "amount = float(text)",
        "def gross(value: float) -> None: ...",
        "rate = 0.5",
        "half = total / 2",
        "total /= 2",
        "row = json.loads(body)",
        "row = json.load(file)",
        "reader = json.JSONDecoder(parse_int=int)",
        "row = response.json()",
        "event = Event.model_validate_json(body)",
        "row = json.loads(body, parse_float=float)",
        "row = json.loads(body, parse_float=None)",
        "import math",
        "from statistics import mean",
        "half = operator.truediv(total, 2)",
        "shown = round(total, 2)",
        "shown = f'{total:.2f}'",
        "shown = f'{total:,.{digits}f}'",
    ],
)
@pytest.mark.parametrize("room", ["domain", "sources", "pos", "qbo"])
def test_a_float_in_a_money_room_is_noticed(room: str, text: str) -> None:
    assert len(list(floats(module(MONEY.replace("domain", room), text)))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "amount = float(text)",
        "amounts = map(float, texts)",
        "amount = read(text, to=float)",
        "half = total / 2",
        "total /= 2",
        "import math",
        "shown = round(total, 2)",
        "shown = f'{total:.2f}'",
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        "layers/common/daybook/workflows/post.py",
        "layers/common/daybook/store/rows.py",
        "layers/common/daybook/console/pages_days.py",
        "layers/common/daybook/queues.py",
        "functions/poster/app.py",
        "cli/days.py",
    ],
)
def test_a_conversion_where_amounts_pass_by_is_noticed(path: str, text: str) -> None:
    assert len(list(floats(module(path, text)))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "def wait(seconds: float) -> None: ...",
        "known = isinstance(value, float)",
        "shown = f'{total:>12}'",
        "shown = f'{at:%Y-%m-%d}'",
    ],
)
def test_seconds_and_types_pass_where_amounts_pass_by(text: str) -> None:
    assert not list(floats(module("layers/common/daybook/workflows/post.py", text)))


@pytest.mark.parametrize(
    "text",
    [
        "row = json.loads(body, parse_float=Decimal)",
        "half, rest = divmod(total, 2)",
        'rate = Decimal("0.5")',
        "WAIT_SECONDS = 0.5",
        "text = json.dumps(row)",
    ],
)
def test_exact_reading_and_integers_pass(text: str) -> None:
    assert not list(floats(module(MONEY, text)))


def test_a_permission_holds_only_where_it_was_given() -> None:
    fields = "layers/common/daybook/domain/fields.py"
    elsewhere = "def other(value: object) -> bool:\n    return isinstance(value, float)"
    assert list(floats(module(fields, elsewhere)))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tests/unit/test_x.py", "at = datetime.now()"),
        ("local/demo.py", "at = datetime.utcnow()"),
        ("local/demo.py", "at = datetime.fromtimestamp(0)"),
        ("local/demo.py", "day = date.today()"),
        ("layers/common/daybook/workflows/post.py", "at = datetime.now(UTC)"),
        ("functions/poster/app.py", "at = datetime.datetime.now(tz=UTC)"),
        ("cli/main.py", "at = time.time()"),
    ],
)
def test_a_naive_or_hidden_clock_is_noticed(path: str, text: str) -> None:
    assert len(list(clocks(module(path, text)))) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("layers/common/daybook/wiring.py", "at = datetime.now(UTC)"),
        ("local/demo.py", "at = datetime.now(UTC)"),
        ("local/demo.py", "at = datetime.fromtimestamp(0, tz=UTC)"),
    ],
)
def test_an_aware_clock_in_its_place_passes(path: str, text: str) -> None:
    assert not list(clocks(module(path, text)))


@pytest.mark.parametrize(
    "text", ["x = os.environ['A']", "x = os.getenv('A')", "from os import environ"]
)
@pytest.mark.parametrize(
    "path", ["layers/common/daybook/wiring.py", "functions/poster/app.py", "cli/main.py"]
)
def test_a_second_reader_of_the_environment_is_noticed(path: str, text: str) -> None:
    assert len(list(environment(module(path, text)))) == 1


def test_settings_and_the_laptop_may_read_the_environment() -> None:
    for path in ("layers/common/daybook/settings.py", "local/serve.py"):
        assert not list(environment(module(path, "x = os.environ['A']")))
