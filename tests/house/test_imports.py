"""The import rules hold, and each would be noticed if it were broken."""

import pytest

from tests.house.import_checks import MAY_IMPORT, problems, room_of
from tests.house.tree import module, modules

DAYBOOK = "layers/common/daybook"


def test_no_import_is_against_the_house() -> None:
    assert problems(modules()) == []


def test_every_module_of_the_layer_has_a_room_with_rules() -> None:
    layer = [one.name for one in modules() if one.path.startswith(DAYBOOK)]
    assert len(layer) > 50
    assert {room_of(name) for name in layer} - {""} <= set(MAY_IMPORT)


@pytest.mark.parametrize(
    ("path", "statement"),
    [
        (f"{DAYBOOK}/domain/money.py", "from daybook.workflows import post"),
        (f"{DAYBOOK}/domain/money.py", "from daybook.sources.contract import Delivery"),
        (f"{DAYBOOK}/domain/money.py", "import time"),
        (f"{DAYBOOK}/domain/money.py", "from uuid import uuid4"),
        (f"{DAYBOOK}/domain/money.py", "import requests"),
        (f"{DAYBOOK}/domain/money.py", "import boto3"),
        (f"{DAYBOOK}/domain/money.py", "from . import errors"),
        (f"{DAYBOOK}/domain/money.py", "x = __import__('daybook.store')"),
        (f"{DAYBOOK}/sources/canonical.py", "from daybook.sources import heartland"),
        (f"{DAYBOOK}/sources/canonical.py", "from daybook.sources.heartland import parse"),
        (f"{DAYBOOK}/sources/canonical.py", "from daybook.sources.registry import find"),
        (f"{DAYBOOK}/sources/wild.py", "from daybook.sources.heartland import parse"),
        (f"{DAYBOOK}/sources/heartland.py", "from daybook.pos.heartland import HeartlandClient"),
        (f"{DAYBOOK}/sources/heartland.py", "import urllib.request"),
        (f"{DAYBOOK}/pos/heartland.py", "from daybook.sources.contract import Client"),
        (f"{DAYBOOK}/qbo/client.py", "from daybook.store.secrets import Vault"),
        (f"{DAYBOOK}/store/ledger.py", "from daybook.qbo.tokens import TokenPair"),
        (f"{DAYBOOK}/store/ledger.py", "from daybook.queues import Doorbell"),
        (f"{DAYBOOK}/store/ledger.py", "from daybook.workflows.ports import Ledger"),
        (f"{DAYBOOK}/workflows/post.py", "from daybook.store.ledger import Ledger"),
        (f"{DAYBOOK}/workflows/post.py", "from daybook.sources.registry import find"),
        (f"{DAYBOOK}/workflows/post.py", "from daybook.telemetry import line"),
        (f"{DAYBOOK}/workflows/post.py", "from datetime import datetime\nimport random"),
        (f"{DAYBOOK}/workflows/post.py", "from mypy_boto3_sqs import SQSClient"),
        (f"{DAYBOOK}/queues.py", "from daybook.settings import load"),
        (f"{DAYBOOK}/settings.py", "from daybook.domain.money import Money"),
        (f"{DAYBOOK}/wiring.py", "from cli.stack import wiring"),
        ("functions/poster/app.py", "import requests"),
        ("functions/poster/app.py", "from local.world import running"),
        ("functions/poster/app.py", "import boto3"),
        ("cli/mappings.py", "import boto3"),
        ("cli/mappings.py", "from functions.poster.app import handler"),
        ("local/qbo_simulator/realm.py", "from daybook.domain.money import minor_units"),
        ("local/qbo_simulator/realm.py", "from local.pos_simulator import server"),
        ("local/identity_provider/server.py", "from daybook.domain.session import Session"),
        (f"{DAYBOOK}/console/site.py", "from daybook.store.sessions import Sessions"),
        (f"{DAYBOOK}/console/site.py", "from daybook.qbo.tokens import TokenError"),
        (f"{DAYBOOK}/console/site.py", "import jwt"),
        (f"{DAYBOOK}/wiring.py", "from daybook.console.site import Site"),
        ("local/pos_simulator/server.py", "from local.sender import send"),
    ],
)
def test_a_planted_import_is_noticed(path: str, statement: str) -> None:
    deferred = f"def late() -> None:\n    {statement.replace(chr(10), chr(10) + '    ')}\n"
    typed = f"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    {statement.splitlines()[-1]}"
    assert len(problems([module(path, statement)])) == 1
    assert len(problems([module(path, deferred)])) == 1
    assert len(problems([module(path, typed)])) == 1


@pytest.mark.parametrize(
    ("path", "statement"),
    [
        (f"{DAYBOOK}/domain/money.py", "from daybook.domain.errors import Held\nimport pydantic"),
        (f"{DAYBOOK}/sources/heartland.py", "from daybook.sources import heartland_vocabulary"),
        (f"{DAYBOOK}/sources/registry.py", "from daybook.sources import canonical, heartland"),
        (f"{DAYBOOK}/workflows/post.py", "from daybook.sources.contract import Delivery"),
        (f"{DAYBOOK}/store/table.py", "import boto3\nfrom mypy_boto3_dynamodb import X"),
        (f"{DAYBOOK}/wiring_qbo.py", "from daybook.wiring import Wiring\nimport time"),
        ("functions/poster/app.py", "from aws_lambda_powertools.utilities import batch"),
        (f"{DAYBOOK}/console/oidc.py", "import jwt\nimport requests"),
        (f"{DAYBOOK}/console/site.py", "import jinja2\nfrom daybook.workflows import connect"),
        ("local/stack.py", "import boto3\nfrom cli.companies import new_secret"),
        ("tests/unit/test_x.py", "import boto3\nfrom daybook.store.ledger import Ledger"),
    ],
)
def test_an_import_that_the_house_allows_is_let_through(path: str, statement: str) -> None:
    assert problems([module(path, statement)]) == []
