"""What a mapping file refuses beyond its rows, and that a file is what its version is."""

import json
from typing import Any, get_args

import pytest

from daybook.domain.event import Body
from daybook.domain.mapping import KINDS, Mapping
from daybook.workflows.mapping_file import BadMapping, file_of, mapping_of, text_of

WHOLE: dict[str, Any] = {
    "accounts": [
        {"role": "sales", "key": "*", "account": "1", "class": "5", "department": "6"},
        {"role": "sales", "key": "7", "location": "1", "account": "2"},
        {"role": "cogs", "key": "*", "account": None},
        {"role": "accounts_receivable", "key": "*", "account": "3", "customer": "8"},
    ],
    "locations": {"1": {"name": "Caf\N{LATIN SMALL LETTER E WITH ACUTE}", "day_close": "03:00"}},
    "settings": {
        "exports": ["sale", "deposit"],
        "do_not_post": [{"kind": "stock_move", "reason": "Opening stock"}],
        "modes_by_location": {"1": [{"from": "2027-01-01", "mode": "day_summary"}]},
        "start_date": "2026-11-01",
        "rows": {"Total": {"side": "debit"}},
    },
}


def problems(**settings: Any) -> list[str]:
    with pytest.raises(BadMapping) as refused:
        mapping_of(json.dumps({"settings": settings}).encode())
    return str(refused.value).splitlines()


def test_kinds_are_those_of_events() -> None:
    union = get_args(Body)[0]
    kinds = [get_args(one.model_fields["kind"].annotation)[0] for one in get_args(union)]
    assert list(KINDS) == kinds


def test_a_kind_that_no_event_has_is_refused_where_it_stands() -> None:
    said = problems(exports=["sale", "sales"], do_not_post=[{"kind": "stock"}])
    assert [line.split(":")[0] for line in said] == [
        "settings.do_not_post.0.kind",
        "settings.exports.1",
    ]
    assert all("no kind of event; kinds are sale, deposit" in line for line in said)


def test_unknown_fields_of_every_part_are_named_at_once() -> None:
    file = {
        "accounts": [{"role": "sales", "key": "*", "account": "1", "klass": "5"}],
        "locations": {"1": {"zone": "UTC"}},
        "settings": {"modus": "per_event"},
        "colour": "red",
    }
    with pytest.raises(BadMapping) as refused:
        mapping_of(json.dumps(file).encode())
    assert {path for path, _ in refused.value.problems} == {
        "accounts.0.klass",
        "locations.1.zone",
        "settings.modus",
        "colour",
    }


@pytest.mark.parametrize("write", [text_of, lambda mapping: json.dumps(file_of(mapping))])
def test_what_is_written_is_read_as_the_same_mapping(write: Any) -> None:
    mapping = Mapping.model_validate(WHOLE)
    assert mapping_of(write(mapping).encode()) == mapping


def test_what_is_written_leaves_defaults_out_and_keeps_none_and_letters() -> None:
    text = text_of(Mapping.model_validate(WHOLE))
    assert json.loads(text) == WHOLE
    assert "Caf\N{LATIN SMALL LETTER E WITH ACUTE}" in text
    assert '    {"role": "cogs", "key": "*", "account": null},' in text.splitlines()
