"""What a browser is shown at the authorise address, as at Intuit: the companies to choose from.

Whoever asks for no HTML, or where there is one company only, is redirected at once.
"""

import html
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Choose a company</title>
<link rel="icon" href="data:,">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; background: #eef0f2; color: #1c2126; margin: 0 }}
main {{ max-width: 26rem; margin: 12vh auto; background: #fff; padding: 1.5rem 2rem 2rem;
  border: 1px solid #d5d9dd; border-radius: 10px }}
h1 {{ font-size: 1.375rem; line-height: 1.3 }}
a {{ display: block; padding: .75rem 1rem; margin: .5rem 0; border: 1px solid #b9c0c7;
  border-radius: 8px; color: inherit; text-decoration: none }}
a:hover, a:focus {{ border-color: #1c6b3a; outline: 2px solid #1c6b3a }}
small {{ color: #59626b }}
</style></head><body><main><h1>Which company may daybook post to?</h1>
<p><small>This is the simulator on your own computer. Intuit's page looks otherwise.</small></p>
{companies}<a id="deny" href="{deny}">None: go back</a></main></body></html>"""
_COMPANY = """<a id="company-{realm}" href="{address}"><strong>{name}</strong><br>
<small>company id {realm}</small></a>"""


def consent_page(path: str, query: Mapping[str, str], companies: Sequence[tuple[str, str]]) -> str:
    """The page. query: what authorise was asked with; companies: (realm, name)."""

    def address(**more: str) -> str:
        return html.escape(f"{path}?{urlencode({**query, **more})}")

    rows = "".join(
        _COMPANY.format(realm=realm, name=html.escape(name), address=address(realmId=realm))
        for realm, name in companies
    )
    return _PAGE.format(companies=rows, deny=address(deny="1"))
