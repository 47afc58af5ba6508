"""Mapping: which connections there are, and one mapping as it stands, for everybody to read."""

from daybook.console.mapping_call import MOST_HELD, subject_of
from daybook.console.web import Answer, Call, Page, See, href, route
from daybook.workflows.drafts import working
from daybook.workflows.mapping_problems import warnings_of


@route("GET", "/mapping", "viewer")
def mappings(call: Call) -> Answer:
    """Every connection with its mapping; straight to it where there is only one."""
    connections = call.parts.connections.all()
    if len(connections) == 1:
        return See(href("/mapping/<connection>", connection=connections[0].id))
    realms = {one.realm: one for one in call.parts.connections.realms()}
    rows = [
        {
            "connection": one,
            "company": realms[one.realm].company or one.realm if one.realm in realms else "",
            "working": working(one.id, call.parts.mappings),
            "url": href("/mapping/<connection>", connection=one.id),
        }
        for one in connections
    ]
    return Page("mappings.html", {"rows": rows})


@route("GET", "/mapping/<connection>", "viewer")
def mapping(call: Call) -> Answer:
    """One mapping: the draft if there is one, else what is in force."""
    subject = subject_of(call)
    rules, choices = subject.working.mapping, subject.choices
    return subject.page(
        "mapping.html",
        "Accounts",
        sheet=subject.sheet(),
        choices=choices,
        warnings=warnings_of(rules, choices.chart, choices.directory, subject.connection.source),
        held_bound=subject.held >= MOST_HELD,
        rules=rules,
        shown_version=0,
    )
