"""What the environment tells a function or the CLI. The only reader of `os.environ`.

Every missing or malformed name is reported at once, so that a deployment fails on the first
invocation with the whole list instead of name by name.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

PREFIX = "DAYBOOK_"


class SettingsMissing(RuntimeError):  # noqa: N818 -- says what it is
    """Names that a part needs are not in the environment; the text lists all of them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Names of the stack's resources, as set by template.yaml or by the local stack's `env` file.

    A name is the field's in capitals behind DAYBOOK_. qbo_url and pos_url are set on a laptop
    only: empty means the vendors' own hosts. console_url: scheme and host of the console, empty for
    the API's own. sign_in_*: the OpenID provider, our client there, the claim that holds a person's
    roles, and the value of it for each. settle_seconds: how long after an unclear answer
    QuickBooks is asked, and how long a realm in trouble rests.
    """

    stack: str = ""
    stage: str = "dev"
    ledger_table: str = ""
    connections_table: str = ""
    mappings_table: str = ""
    archive_bucket: str = ""
    deliveries_queue_url: str = ""
    postings_queue_url: str = ""
    jobs_queue_url: str = ""
    deliveries_dead_letters_url: str = ""
    postings_dead_letters_url: str = ""
    jobs_dead_letters_url: str = ""
    secrets_prefix: str = ""
    key_arn: str = ""
    qbo_url: str = ""
    pos_url: str = ""
    console_url: str = ""
    sign_in_issuer: str = ""
    sign_in_client_id: str = ""
    sign_in_claim: str = "groups"
    sign_in_viewers: str = "viewer"
    sign_in_operators: str = "operator"
    sign_in_admins: str = "admin"
    settle_seconds: int = 150


def load(*needed: str, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; raises SettingsMissing naming every absent one of `needed`."""
    source = os.environ if environment is None else environment
    absent = [name for name in needed if not source.get(PREFIX + name.upper())]
    if absent:
        raise SettingsMissing(
            "not set in the environment: " + ", ".join(PREFIX + name.upper() for name in absent)
        )
    found: dict[str, str | int] = {}
    for field in fields(Settings):
        value = source.get(PREFIX + field.name.upper())
        if value:
            found[field.name] = _seconds(field.name, value) if field.type is int else value
    return Settings(**found)  # type: ignore[arg-type]


def from_outputs(stack: str, outputs: Mapping[str, str]) -> Settings:
    """The settings of a deployed stack, from its CloudFormation outputs (`LedgerTable`, ...).

    Raises SettingsMissing for a stack that is not daybook's.
    """
    known = {field.name.replace("_", ""): field.name for field in fields(Settings)}
    found = {known[name.lower()]: value for name, value in outputs.items() if name.lower() in known}
    if "ledger_table" not in found:
        raise SettingsMissing(f"stack {stack} has no output LedgerTable: it is not daybook's")
    return Settings(**{**found, "stack": stack})  # type: ignore[arg-type]


def _seconds(name: str, value: str) -> int:
    if not value.isdigit() or int(value) < 1:
        raise SettingsMissing(f"{PREFIX}{name.upper()} is {value!r}; it takes whole seconds from 1")
    return int(value)
