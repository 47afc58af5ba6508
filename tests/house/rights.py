"""What a role of the deployed template may do: IAM's own rules over the policies, evaluated here.

An action is allowed where a statement allows it on the resource and none denies it; `*` and `?`
stand for any text (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
References become names that read well: `ledger` stands for the ARN of LedgerTable.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

_REFERENCE = re.compile(r"\$\{([^}]+)\}")
_PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::AccountId": "000000000000",
    "AWS::StackName": "daybook-prod",
    "Stage": "prod",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a role, its own or of a managed policy that it has."""

    role: str
    sid: str
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: str

    def speaks_of(self, action: str, resource: str) -> bool:
        """Whether it decides on this action on this resource, its condition taken as met."""
        return any(fnmatchcase(action.lower(), one.lower()) for one in self.actions) and any(
            fnmatchcase(resource, one) for one in self.resources
        )


def statements(template: Mapping[str, Any]) -> tuple[Statement, ...]:
    """Every statement of every role, managed policies included."""
    return tuple(_statements(template["Resources"]))


def may(found: tuple[Statement, ...], role: str, action: str, resource: str) -> bool:
    """Whether a role may do something."""
    decided = [one.effect for one in found if one.role == role and one.speaks_of(action, resource)]
    return "Allow" in decided and "Deny" not in decided


def named(value: Any) -> str:
    """A value of the template as text: an ARN as in AWS, or `arn:NAME` for a resource's own."""
    match value:
        case str():
            return value
        case {"Fn::GetAtt": [name, "Arn"]}:
            return f"arn:{name}"
        case {"Ref": name}:
            return _PSEUDO.get(name, f"arn:{name}")
        case {"Fn::Sub": text}:
            return _REFERENCE.sub(lambda found: _referred(found[1]), text)
    raise AssertionError(f"this reader does not know {value}")


@cache
def _referred(name: str) -> str:
    return _PSEUDO.get(name, f"arn:{name.removesuffix('.Arn')}")


def _statements(resources: Mapping[str, Any]) -> Iterator[Statement]:
    for role, resource in resources.items():
        if resource["Type"] != "AWS::IAM::Role":
            continue
        own = resource["Properties"]
        for policy in own.get("Policies", []):
            yield from _of(role, policy["PolicyDocument"])
        for managed in own.get("ManagedPolicyArns", []):
            # A role with a policy of AWS's or of another stack is one that nobody here has read.
            yield from _of(role, resources[managed["Ref"]]["Properties"]["PolicyDocument"])


def _of(role: str, document: Mapping[str, Any]) -> Iterator[Statement]:
    for one in document["Statement"]:
        assert not {"NotAction", "NotResource"} & set(one), f"{role}: says what it does not allow"
        yield Statement(
            role,
            one.get("Sid", ""),
            one["Effect"],
            tuple(_many(one["Action"])),
            tuple(named(each) for each in _many(one["Resource"])),
            str(one.get("Condition", "")),
        )


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
