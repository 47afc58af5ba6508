"""The one room that knows Intuit's JSON: QuickBooks Online over its v3 Accounting API.

Shapes, limits and words are those of https://developer.intuit.com/app/developer/qbo/docs
"""
