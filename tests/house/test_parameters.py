"""A value that a parameter should not take is refused, and the page of deployment tells the same.

CloudFormation compares a value with `AllowedPattern` as a whole, with `AllowedValues` and with the
two ends of a number before it makes anything.
"""

import re
import shlex
import tomllib
from typing import Any

import pytest

from local.transform import read_template
from tests.house.tree import ROOT, text_of

PARAMETERS: dict[str, dict[str, Any]] = read_template(ROOT / "template.yaml")["Parameters"]
_URLS = (
    ["", "https://pos.example.com", "https://pos.example.com:8443", "http://127.0.0.1:8080"],
    [
        "pos.example.com", "http://pos.example.com", "https://pos.example.com/v3", "https://",
        "https://user:word@pos.example.com", "http://127.0.0.1", "http://127.0.0.1:80@example.com",
        "http://localhost:8080", "javascript:alert(1)", " https://pos.example.com",
    ],
)  # fmt: skip
_WORDS = (["", "viewer", "Finance team"], ["Käse", "two\nlines", "x" * 201])
# Of each parameter: values that it takes, and such as a hurried hand would give it.
VALUES: dict[str, tuple[list[str], list[str]]] = {
    "Stage": (["dev", "prod", "local"], ["", "Prod", "production", "dev "]),
    "AlarmEmail": (
        ["", "ops@example.com"],
        ["ops", "ops@example", "ops example@x.com", "a@b@example.com", "ops@example.com, x@y.com"],
    ),
    "QboUrl": _URLS,
    "PosUrl": _URLS,
    "ConsoleUrl": _URLS,
    "SettleSeconds": (["1", "150", "3600"], ["0", "-1", "3601", "two", ""]),
    "LogRetentionDays": (["1", "90", "1827"], ["0", "2", "366", "3653", "for ever", ""]),
    "SystemLogs": (["WARN", "INFO"], ["", "DEBUG", "warn"]),
    "PosterConcurrency": (["2", "20", "1000"], ["0", "1", "1001", "many"]),
    "SignIn": (["provider", "user-pool"], ["", "cognito", "Provider"]),
    "SignInIssuer": (
        ["", "https://login.example.com/realms/shop", "http://127.0.0.1:9000"],
        ["login.example.com", "http://login.example.com", "https://x.example/?a=b", "https://x y"],
    ),
    "SignInClientId": (["", "console-1"], ["two words", "x" * 201, "tab\tbed"]),
    "SignInClaim": (["groups", "realm_access.roles", "cognito:groups"], ["", "two words"]),
    "SignInViewers": _WORDS,
    "SignInOperators": _WORDS,
    "SignInAdmins": _WORDS,
    "UserPoolDomain": (
        ["daybook-console", "abc"],
        ["", "ab", "-shop", "shop-", "Shop", "shop.example", "x" * 64],
    ),
}


def takes(parameter: dict[str, Any], value: str) -> bool:
    """Whether CloudFormation takes the value."""
    if parameter["Type"] == "Number" and not re.fullmatch(r"-?[0-9]+", value):
        return False
    if "AllowedValues" in parameter:
        return value in [str(one) for one in parameter["AllowedValues"]]
    if "AllowedPattern" in parameter:
        return re.fullmatch(parameter["AllowedPattern"], value) is not None
    return bool(parameter["MinValue"] <= int(value) <= parameter["MaxValue"])


def test_every_parameter_is_tried() -> None:
    assert set(VALUES) == set(PARAMETERS)


@pytest.mark.parametrize("name", VALUES)
def test_a_parameter_takes_what_it_should_and_nothing_else(name: str) -> None:
    good, bad = VALUES[name]
    parameter = PARAMETERS[name]
    assert takes(parameter, str(parameter["Default"]))
    assert [value for value in good if not takes(parameter, value)] == []
    assert [value for value in bad if takes(parameter, value)] == []


@pytest.mark.parametrize("name", VALUES)
def test_the_page_of_deployment_has_each_default(name: str) -> None:
    default = str(PARAMETERS[name]["Default"])
    cell = default or "empty"
    (row,) = [line for line in text_of("docs/deploy.md").splitlines() if f"| `{name}` |" in line]
    assert row.split("|")[2].strip().strip("`") == cell


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_what_the_stages_are_deployed_with_is_taken(stage: str) -> None:
    deploy = tomllib.loads(text_of("samconfig.toml"))[stage]["deploy"]["parameters"]
    # After `sam deploy --guided` the values stand between quotes.
    words = [word.partition("=") for word in shlex.split(deploy["parameter_overrides"])]
    given = {name: value for name, _, value in words}
    assert given["Stage"] == stage
    assert deploy["stack_name"] == f"daybook-{stage}"
    assert all(takes(PARAMETERS[name], value) for name, value in given.items())
