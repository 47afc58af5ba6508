"""Intuit's words for each error code, its fault type and its usual HTTP status.

Messages are those of https://developer.intuit.com/app/developer/qbo/docs/develop/troubleshooting/error-codes
where no recorded reply says otherwise; details are the ones that live companies answered.
"""

from dataclasses import dataclass

_REQUIRED = "Required param missing, need to supply the required value for the API"
_BUSINESS = "A business validation error has occurred while processing your request"
_SYSTEM = "An application error has occurred while processing your request"
_INACTIVE = (
    "Something you're trying to use has been made inactive. "
    "Check the fields with accounts, customers, items, vendors or employees."
)
DELETED = "Object Not Found : Another user has deleted this transaction."
MADE_INACTIVE = f"Object Not Found : {_INACTIVE}"
WAIT_A_FEW_MINUTES = (
    "Business Validation Error: An unexpected error occurred while accessing or saving your data. "
    "Please wait a few minutes and try again. If the problem persists, contact customer support."
)


@dataclass(frozen=True)
class FaultText:
    """What one error code looks like when nothing more particular is known."""

    message: str
    detail: str
    type: str = "ValidationFault"
    status: int = 400
    element: str = ""


TEXTS: dict[str, FaultText] = {
    "100": FaultText(
        "General Authentication Error",
        "AuthenticationErrorGeneral: SRV-110-Authentication Failure , statusCode: 401",
        "AuthenticationFault",
        401,
    ),
    "120": FaultText(
        "Authorization Failure",
        "AuthorizationFailure: Unknown Error during Authentication, statusCode: 500",
        "AuthorizatonFault",
        500,
    ),
    "130": FaultText(
        "Accessing Wrong Cluster",
        "WrongClusterError: -11017-You have accessed the wrong server.  "
        "You will now be redirected. , statusCode: 401",
        "AuthenticationFault",
        401,
    ),
    "500": FaultText("Unsupported Operation", "Operation is not supported."),
    "600": FaultText("Duplicate Request ID", "The request ID has already been used."),
    "610": FaultText("Object Not Found", MADE_INACTIVE),
    "620": FaultText("Txn ID Cannot Be Linked", "The transaction cannot be linked."),
    "630": FaultText("Duplicate Object", "An object with these properties already exists."),
    "900": FaultText("Parent cannot be child", "An object cannot be the parent of itself."),
    "1040": FaultText("Batch size exceeds allowed limit", "The batch limit is 30 items."),
    "2000": FaultText("Invalid or unsupported object name", "Object Name is unsupported."),
    "2010": FaultText("Request has invalid or unsupported property", "Property is unsupported."),
    "2020": FaultText(_REQUIRED, "Required parameter is missing in the request"),
    "2030": FaultText("Invalid ID", "Id should be a valid number. Supplied value:", element="Id"),
    "2040": FaultText("Invalid String", "Element contains invalid characters."),
    "2050": FaultText(
        "String length is either shorter or longer than supported by specification",
        "String length specified does not match the supported length.",
    ),
    "2060": FaultText("Invalid Date Format", "The date format isn't valid."),
    "2100": FaultText("Invalid Decimal Format", "The decimal format isn't valid."),
    "2130": FaultText("Invalid Request Id Format", "The format of the request ID is invalid."),
    "2140": FaultText("Invalid Amount", "The amount value isn't supported by the API."),
    "2170": FaultText("Invalid Enumeration", "The enumeration value is invalid."),
    "2210": FaultText("Invalid Email Address format", "Email Address does not conform to RFC 822."),
    "2230": FaultText("Invalid Boolean", "The specified boolean value isn't valid."),
    "2250": FaultText("Missing lines", "You must enter at least one split line."),
    "2260": FaultText("MissingPostingType", "A posting type is required: Credit or Debit."),
    "2290": FaultText("NegativeAmount", "Negative amounts aren't supported on transaction lines."),
    "2300": FaultText(
        "Amount on debits not equal to credits", "Please balance your debits and credits."
    ),
    "2500": FaultText("Invalid Reference Id", f"Invalid Reference Id : {_INACTIVE}"),
    "3001": FaultText(
        "message=ThrottleExceeded; errorCode=003001; statusCode=429",
        "The request limit was reached.  Try again later",
        "SERVICE",
        429,
    ),
    "3100": FaultText(
        "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403",
        "",
        "SERVICE",
        403,
    ),
    "3200": FaultText(
        "message=AuthenticationFailed; errorCode=003200; statusCode=401",
        "Token expired: xxxx",
        "AUTHENTICATION",
        401,
    ),
    "4000": FaultText("Error parsing query", "QueryParserError: Encountered an error"),
    "4001": FaultText("Invalid query", "QueryValidationError: the query is invalid"),
    "4002": FaultText("Error processing query", "QueryProcessingError: could not be processed"),
    "5010": FaultText(
        "Stale Object Error",
        "Stale Object Error : You and Pat Doe were working on this at the same time. "
        "Pat Doe finished before you did, so your work was not saved.",
    ),
    "5020": FaultText(
        "Permission Denied Error",
        "Permission Denied Error : You do not have permission to access this feature.",
    ),
    "5030": FaultText("Feature Not Supported Error", "The requested feature isn't supported."),
    "6000": FaultText(_BUSINESS, WAIT_A_FEW_MINUTES),
    "6002": FaultText(
        "message=GatewayTimeout; errorCode=006002; statusCode=504", "", "SERVICE", 504
    ),
    "6010": FaultText(
        "Invalid Account.AccountType && Account.SubType",
        "Either an Account.AccountType or an Account.AccountSubType must be specified",
    ),
    "6070": FaultText(
        "Amount calculation incorrect in the request", "Amount is not equal to UnitPrice * Qty."
    ),
    "6080": FaultText(
        "No Name Provided",
        "Title, GivenName, MiddleName, FamilyName, DisplayName, Suffix - "
        "one of these must be non-empty",
    ),
    "6090": FaultText(
        "Discount Line missing required info.", "Discount amount or percent should be provided."
    ),
    "6100": FaultText(
        "Invalid Line TaxCode in the request", "Valid Line TaxCodes for US should be TAX or NON."
    ),
    "6140": FaultText(
        "Duplicate Document Number Error",
        "Duplicate Document Number Error : You must specify a different number. "
        "This number has already been used.",
    ),
    "6180": FaultText("Sub Level Limit", "You can nest up to 5 levels."),
    "6190": FaultText(
        "Invalid Company Status",
        "Subscription period has ended or cancelled or there was a billing problem : "
        "You can't add data to QuickBooks Online Plus because your trial or subscription "
        "period ended, you cancelled your subscription, or there was a billing problem.",
        status=200,
    ),
    "6200": FaultText("Account Period Closed Error", "The account period has closed."),
    "6210": FaultText(
        "Account Period Closed, Cannot Update Through Services API",
        "The account period has closed and the account books cannot be updated through through "
        "the QBO Services API. Please use the QBO website to make these changes.",
    ),
    "6240": FaultText("Duplicate Name Exists Error", "The name supplied already exists. : null"),
    "6250": FaultText("InvalidSalesCustomer", "The customer doesn't exist, or is inactive."),
    "6430": FaultText("Invalid account type used", "Invalid account type"),
    "6440": FaultText(
        "Transaction Detail Information Required",
        "You must select a product or service or an account for each split line.",
    ),
    "6540": FaultText(
        "Deposited Transaction cannot be changed", "This transaction is part of a deposit."
    ),
    "10000": FaultText(
        _SYSTEM,
        "System Failure Error: Could not complete the request",
        "SystemFault",
        500,
        "SystemFailureError",
    ),
    "10100": FaultText("Result Set Big", "The result for the query is too large."),
}

# The gateway answers these itself, before the books are reached, in its own lower-case shape.
GATEWAY_CODES = frozenset({"3001", "3100", "3200"})


def text_of(code: str) -> FaultText:
    """The text of `code`; one without an entry looks like a general business refusal."""
    return TEXTS.get(code, FaultText(_BUSINESS, f"Business Validation Error: code {code}"))
