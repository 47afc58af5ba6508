"""Mapping: the company's lists taken over anew, and the point of sale's names for its keys."""

from daybook.console.mapping_call import subject_of
from daybook.console.web import Answer, Call, See, Wrong, route
from daybook.workflows import jobs


@route("GET", "/mapping/<connection>/company", "viewer")
def mapping_company(call: Call) -> Answer:
    """What was imported and when, what the last refresh changed, which rows it broke."""
    subject = subject_of(call)
    refresh = subject.job(call.query.get("refresh", "")) or subject.last_job("refresh_chart")
    names = subject.job(call.query.get("names", "")) or subject.last_job("mapping_names")
    chart, directory = subject.choices.chart, subject.choices.directory
    sizes = []
    if chart:
        lists = [("accounts", chart.accounts), ("classes", chart.classes),
                 ("departments", chart.departments), ("tax codes", chart.tax_codes)]  # fmt: skip
        sizes = [(name, len(rows)) for name, rows in lists]
    if directory:
        more = [("customers", directory.customers), ("vendors", directory.vendors),
                ("items", directory.items)]  # fmt: skip
        sizes += [(name, len(rows)) for name, rows in more]
    return subject.page(
        "mapping_company.html",
        "From QuickBooks",
        sizes=sizes,
        refresh=refresh,
        report=refresh.cursor.get("report", {}) if refresh else {},
        names=names,
        known_names=len(subject.names),
    )


@route("POST", "/mapping/<connection>/company", "operator")
def refresh_company(call: Call) -> Answer:
    """Refresh from QuickBooks, as a job."""
    subject = subject_of(call)
    realm = subject.connection.realm
    if not realm:
        raise Wrong(409, "No company is connected", "", "Connect the company first.")
    who = call.person("asked for on the mapping's page")
    job = call.parts.console.refresh(realm, who)
    return See(subject.url("/company", refresh=job.id))


@route("POST", "/mapping/<connection>/names", "operator")
def refresh_names(call: Call) -> Answer:
    """Ask the point of sale for its names, as a job."""
    subject = subject_of(call)
    job = jobs.start(
        "mapping_names", {"connection": subject.connection.id}, call.parts.jobs.worker,
        actor=call.visitor.actor, reason="asked for on the mapping's page", total=1,
    )  # fmt: skip
    return See(subject.url("/company", names=job.id))
