"""What people set at a connection: its id, its secret, its name; the same for CLI and console."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from daybook.domain.connection import Connection
from daybook.domain.posting import instant_text
from daybook.workflows.operator import NotPossible, Operator, Who, keep_action

# How long senders have to take over a new secret.
OVERLAP: Final = timedelta(hours=24)
SECRET_BYTES: Final = 32
_ROTATED: Final = "rotate secret"
_NOT_ROTATED: Final = "secret not written"
_AT_ONCE: Final = "the one before ends at once"
MAX_NAME: Final = 80
# It stands in a URL, in a secret's name and in the keys of rows.
CONNECTION_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,60}")
REALM_ID: Final = re.compile(r"[0-9]{1,30}")


class KeepSecret(Protocol):
    """Writes a connection's webhook secret; before_until: so long the one before is taken too."""

    def __call__(
        self, connection: str, source: str, secret: str, /, before_until: str = ""
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class SecretTools:
    """What giving a connection a new webhook secret needs. new_secret: in a source's own form."""

    operator: Operator
    new_secret: Callable[[str], str]
    keep: KeepSecret
    clock: Callable[[], datetime]


def rotate_secret(connection_id: str, who: Who, tools: SecretTools, *, at_once: bool) -> str:
    """A new webhook secret, told once. The one before vouches for a day more, so that senders can
    be changed over; at_once: it does not, because it is known to others.

    Raises NotPossible for a connection that is not known, and where the one before the last vouches
    still: Secrets Manager keeps one version before, so that a second change ends what senders may
    still sign with. A form that is sent twice must not do that.
    """
    connection = known(connection_id, tools.operator)
    if not at_once:
        _check_overlap(connection_id, tools)
    secret = tools.new_secret(connection.source)
    until = "" if at_once else instant_text(tools.clock() + OVERLAP)
    scope = _AT_ONCE if at_once else f"the one before ends at {until}"
    once = f"rotate-{connection_id}-{instant_text(tools.clock())}"
    keep_action(
        connection_id, _ROTATED, who, tools.operator,
        target=connection_id, scope=scope, once=once,
    )  # fmt: skip
    try:
        tools.keep(connection_id, connection.source, secret, before_until=until)
    except Exception:
        keep_action(connection_id, _NOT_ROTATED, who, tools.operator,
                    target=connection_id, once=f"{once}-failed")  # fmt: skip
        raise
    return secret


def _check_overlap(connection_id: str, tools: SecretTools) -> None:
    """Raises NotPossible while the secret before the last one vouches."""
    now = tools.clock()
    since = now - OVERLAP
    found = [
        one
        for month in sorted({f"{since:%Y-%m}", f"{now:%Y-%m}"})
        for one in tools.operator.actions.of_month(connection_id, month)
        if one.action in (_ROTATED, _NOT_ROTATED) and one.at > instant_text(since)
    ]
    last = found[-1] if found else None
    if last and last.action == _ROTATED and last.scope != _AT_ONCE:
        raise NotPossible(
            f"A new secret was made at {last.at}, and senders may still sign with the one before. "
            "A second one would end that. Wait 24 hours, or say that the old one is known to "
            "others, which ends it at once."
        )


def rename(connection_id: str, name: str, account: str, who: Who, operator: Operator) -> Connection:
    """Change what a person reads of a connection, and the shop's name at the point of sale.

    Raises NotPossible for a connection that is not known, or texts that are too long.
    """
    connection = known(connection_id, operator)
    if max(len(name), len(account)) > MAX_NAME:
        raise NotPossible(f"A name takes {MAX_NAME} characters.")
    once = f"edit-{connection_id}-{instant_text(operator.clock())}"
    keep_action(connection_id, "edit", who, operator, target=connection_id, once=once)
    after = replace(connection, name=name, pos_account=account)
    operator.connections.put(after)
    return after


def known(connection_id: str, operator: Operator) -> Connection:
    """A connection. Raises NotPossible where there is none."""
    connection = operator.connections.get(connection_id)
    if connection is None:
        raise NotPossible(f"There is no connection {connection_id}.")
    return connection


def check_names(connection_id: str, realm: str) -> None:
    """Raises NotPossible for an id or a realm id that cannot be one. realm: "" for none yet."""
    if not CONNECTION_ID.fullmatch(connection_id):
        raise NotPossible("A connection's id is 1 to 60 letters, digits, hyphens and underscores.")
    if realm and not REALM_ID.fullmatch(realm):
        raise NotPossible("A realm id is digits only; QuickBooks shows it as the company id.")
