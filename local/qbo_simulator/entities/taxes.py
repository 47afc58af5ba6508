"""TaxCode and TaxRate, which the accounting API only reads.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/taxcode
"""

from local.qbo_simulator.entities.kind import EntityKind, meta_paths

_QUERYABLE = meta_paths("Name", "Active", "Description", "SyncToken")

TAX_CODE = EntityKind(name="TaxCode", sequence="TaxCode", queryable=_QUERYABLE)
TAX_RATE = EntityKind(name="TaxRate", sequence="TaxRate", queryable=_QUERYABLE)
