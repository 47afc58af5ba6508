"""What each role of the deployed template may do is the table, no more and no less."""

import copy
from typing import Any

import pytest

from local.transform import read_template, to_cloudformation
from tests.house.rights import Statement, may, statements
from tests.house.rights_table import (
    LOGICAL,
    TABLE,
    WILDCARDS,
    WORDS,
    allowed,
    as_markdown,
    every_action,
)
from tests.house.tree import ROOT, text_of


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return to_cloudformation(read_template(ROOT / "template.yaml"), {"Stage": "prod"}, "code")


@pytest.fixture(scope="module")
def found(template: dict[str, Any]) -> tuple[Statement, ...]:
    return statements(template)


def granted(found: tuple[Statement, ...], *only: str) -> set[tuple[str, str, str]]:
    """Each (role, action, resource) of the table's world that the template allows."""
    return {
        (name, action, arn)
        for name, role in LOGICAL.items()
        if not only or role in only
        for action in every_action()
        for arn, _ in TABLE.values()
        if may(found, role, action, arn)
    }


def test_the_roles_may_what_the_table_says_and_nothing_else(found: tuple[Statement, ...]) -> None:
    rights = granted(found)
    assert sorted(rights - allowed()) == []
    assert sorted(allowed() - rights) == []


def test_the_table_knows_every_role_and_every_action_of_the_template(
    found: tuple[Statement, ...],
) -> None:
    assert {one.role for one in found} == set(LOGICAL.values())
    named = {action for one in found for action in one.actions if "*" not in action}
    assert named - every_action() == set()


def test_every_statement_speaks_of_a_resource_that_the_table_knows(
    found: tuple[Statement, ...],
) -> None:
    for one in found:
        for resource in one.resources:
            alone = Statement(one.role, one.sid, "Allow", ("*",), (resource,), "")
            assert any(alone.speaks_of("s3:GetObject", arn) for arn, _ in TABLE.values()), resource


def test_only_listed_resources_have_wildcards(found: tuple[Statement, ...]) -> None:
    wild = {r for one in found for r in one.resources if "*" in r or "?" in r}
    assert wild == set(WILDCARDS)
    assert all(WILDCARDS.values())
    actions = {a for one in found for a in one.actions if "*" in a}
    assert actions == {"kms:ReEncrypt*", "kms:GenerateDataKey*"}


def test_the_key_is_used_through_the_services_that_store_for_us_only(
    found: tuple[Statement, ...],
) -> None:
    of_key = [one for one in found if "arn:Key" in one.resources]
    assert len(of_key) == len(LOGICAL)
    assert all("kms:ViaService" in one.condition for one in of_key)


@pytest.mark.parametrize(
    ("role", "action", "resource"),
    [
        ("WebhookRole", "secretsmanager:GetSecretValue", "secrets `qbo/*`"),
        ("WebhookRole", "dynamodb:GetItem", "mappings"),
        ("TranslatorRole", "secretsmanager:GetSecretValue", "secrets `qbo/*`"),
        ("TranslatorRole", "secretsmanager:GetSecretValue", "secrets `webhook/*`"),
        ("EndOfDayRole", "secretsmanager:PutSecretValue", "secrets `qbo/*`"),
        ("ConsoleRole", "secretsmanager:GetSecretValue", "secrets `qbo/*`"),
        ("PosterRole", "dynamodb:DeleteItem", "ledger"),
        ("SweeperRole", "sqs:PurgeQueue", "dead letters of `deliveries`"),
    ],
)
@pytest.mark.parametrize("wild", [False, True])
def test_a_right_too_many_is_noticed(
    template: dict[str, Any], role: str, action: str, resource: str, wild: bool
) -> None:
    arn = TABLE[resource][0]
    assert (role, action) not in {(LOGICAL[r], a) for r, a, on in allowed() if on == arn}
    wider = action.split(":", maxsplit=1)[0] + ":*" if wild else action
    broken = copy.deepcopy(template)
    policy = broken["Resources"][role]["Properties"]["Policies"][0]["PolicyDocument"]
    policy["Statement"].append({"Effect": "Allow", "Action": wider, "Resource": arn})
    assert granted(statements(broken), role) - allowed()


def test_a_right_that_is_missing_is_noticed(template: dict[str, Any]) -> None:
    broken = copy.deepcopy(template)
    policy = broken["Resources"]["PosterRole"]["Properties"]["Policies"][0]["PolicyDocument"]
    policy["Statement"] = [one for one in policy["Statement"] if one["Sid"] != "Tokens"]
    assert ("poster", "secretsmanager:PutSecretValue") in {
        right[:2] for right in allowed() - granted(statements(broken), "PosterRole")
    }


def test_a_denial_wins(template: dict[str, Any]) -> None:
    broken = copy.deepcopy(template)
    policy = broken["Resources"]["PosterRole"]["Properties"]["Policies"][0]["PolicyDocument"]
    policy["Statement"].append({"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"})
    rights = granted(statements(broken), "PosterRole")
    assert ("poster", "dynamodb:PutItem", "arn:LedgerTable") in allowed() - rights


def test_the_security_page_has_this_table_and_explains_its_words() -> None:
    page = text_of("docs/security.md")
    assert [line for line in as_markdown() if line not in page] == []
    assert [word for word in WORDS if f"| `{word}` |" not in page] == []
