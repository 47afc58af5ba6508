"""The keys of the tables: every one is made here, and nowhere else.

A key is parts joined by `#`. A part may hold anything a point of sale sends as an id, so `escaped`
takes out what could break a key: `#`, `%`, `|`, control characters and lone surrogates become
`%XX` per UTF-8 byte. Different parts therefore always give different keys, and no part can reach
into its neighbour. A part above MAX_PART_BYTES keeps its beginning and ends in `%~` and its
sha256; `%~` is no escape, so it equals no other part.

DynamoDB's limits: 2,048 bytes for a partition key, 1,024 for a sort key, also in an index
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html).
"""

import hashlib
import re
from urllib.parse import unquote

from daybook.domain.identity import PostingKey

MAX_PART_BYTES = 600

_KEPT_BYTES = 500
_UNSAFE = re.compile(r"[#%|\x00-\x1f\x7f-\x9f\ud800-\udfff]")

type Key = tuple[str, str]


def escaped(part: str) -> str:
    """A part as it stands in a key: injective, free of `#` and `|`, at most 600 bytes."""
    safe = _UNSAFE.sub(_percent, part)
    raw = safe.encode()
    if len(raw) <= MAX_PART_BYTES:
        return safe
    digest = hashlib.sha256(raw).hexdigest()
    return f"{raw[:_KEPT_BYTES].decode(errors='ignore')}%~{digest}"


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogatepass"))


def joined(*parts: str) -> str:
    """The parts as one key."""
    return "#".join(escaped(part) for part in parts)


def parts_of(key: str) -> list[str] | None:
    """The parts of a key again; None where one was too long to be kept whole."""
    if "%~" in key:
        return None
    return [unquote(part, errors="surrogatepass") for part in key.split("#")]


def posting(key: PostingKey, beside: str = "") -> Key:
    """`O#<connection>#<type>#<id>`, `V#<version>#<effect>#<purpose>#<revision>#<part>`;
    what stands beside the first, `...#X<sha16>`."""
    numbers = (str(key.revision), str(key.part))
    sort = joined("V", key.version, key.effect, key.purpose, *numbers)
    if beside:
        sort += "#X" + escaped(beside)
    return of_object(key.connection, key.object_type, key.object_id), sort


def of_object(connection: str, object_type: str, object_id: str) -> str:
    """The partition of all rows of one object."""
    return joined("O", connection, object_type, object_id)


def posting_key(pk: str, sk: str) -> PostingKey | None:
    """The posting key again; None where a part was too long to be kept whole."""
    owner, version = parts_of(pk), parts_of(sk)
    if owner is None or version is None:
        return None
    _, connection, object_type, object_id = owner
    _, number, effect, purpose, revision, part = version[:6]
    return PostingKey(
        connection, object_type, object_id, number, effect, purpose, int(revision), int(part)
    )


def purpose_of(sk: str) -> str:
    """`post` or `reverse`, from a posting's sort key alone."""
    return sk.split("#")[3]


def revision_before(pk: str, sk: str) -> Key | None:
    """The key of the revision before a posting's; None for the first one."""
    parts = sk.split("#")
    revision = int(parts[4])
    if revision == 0:
        return None
    return pk, "#".join([*parts[:4], str(revision - 1), *parts[5:]])


def key_of_row_id(row_id: str) -> tuple[PostingKey, str] | None:
    """The key and `beside` that a posting's id names; None where it cannot be told.

    An id with a `/` or `|` inside one of its parts is not told apart: the caller compares the id
    of the row that it finds.
    """
    words = row_id.split("|")
    if len(words) not in (5, 6):
        return None
    connection, name, purpose, revision, part = words[:5]
    names = name.split("/")
    if len(names) != 4 or not (_is_number(revision) and _is_number(part)):
        return None
    object_type, object_id, version, effect = map(unquote, names)
    key = PostingKey(
        unquote(connection),
        object_type,
        object_id,
        version,
        effect,
        purpose,
        int(revision),
        int(part),
    )
    return key, unquote(words[5]) if len(words) == 6 else ""


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def delivery(connection: str, delivery_id: str) -> Key:
    """`D#<connection>#<sha256 of the delivery's id>`, `D`."""
    digest = hashlib.sha256(delivery_id.encode("utf-8", "surrogatepass")).hexdigest()
    return joined("D", connection, digest), "D"


def beside(key: Key, sha256: str) -> Key:
    """Where other content under the same delivery id stands."""
    return key[0], f"{key[1]}#X{sha256[:16]}"


def due(realm: str) -> str:
    """Index 1: what still has to reach a company."""
    return joined("R", realm, "due")


def stuck(connection: str, status: str) -> str:
    """Index 1: what is held or failed in a connection."""
    return joined("S", connection, status)


def day(connection: str, business_date: str) -> str:
    """Index 2: the rows of a connection on a business date, whatever became of them."""
    return joined("E", connection, business_date)


def accumulated(connection: str, location: str, business_date: str) -> str:
    """Index 2: the rows of a location's business date that wait for its close."""
    return joined("B", connection, location, business_date)


def open_days(connection: str) -> str:
    """The partition of the days that something was accumulated for."""
    return joined("B", connection)


def closes(connection: str, location: str, business_date: str, currency: str) -> str:
    """The partition of a day's closes."""
    return joined("C", connection, location, business_date, currency)


def numbers(realm: str) -> str:
    """The partition of the DocNumbers that a company's days have taken."""
    return joined("N", realm)


def job(job_id: str) -> Key:
    """`J#<id>`, `J`."""
    return joined("J", job_id), "J"


def open_jobs() -> str:
    """Index 2: the jobs that are queued or running."""
    return joined("J", "open")


def jobs_of(month: str) -> str:
    """Index 1: the jobs made in a month (`2026-11`)."""
    return joined("J", month)


def actions(connection: str, month: str) -> str:
    """The partition of what people did to a connection in a month (`2026-11`)."""
    return joined("A", connection, month)


def session(digest: str) -> Key:
    """`SESSION#<digest>`, `S`: a session of the console, in the connections table."""
    return joined("SESSION", digest), "S"


def once(kind: str, digest: str) -> Key:
    """`ONCE#<kind>#<digest>`, `S`: what is good for one use, in the connections table."""
    return joined("ONCE", kind, digest), "S"


def proofs(realm: str) -> str:
    """The partition of a company's proofs: `D#<date>` each, and `S` for what the next must know."""
    return joined("P", realm)


def pull_cursors(connection: str) -> str:
    """The partition of how far each list of a connection's point of sale was read."""
    return joined("U", connection)


def pull_cursor(connection: str, resource: str) -> Key:
    """`U#<connection>`, `<resource>`."""
    return pull_cursors(connection), escaped(resource)


def seen_at_pos(connection: str, object_type: str, object_id: str) -> Key:
    """What a pull saw of an object: `Q#<connection>#<type>#<id>`, `Q`."""
    return joined("Q", connection, object_type, object_id), "Q"


def seen_of_day(connection: str, business_date: str) -> str:
    """Index 2: what pulls saw of a connection's business date."""
    return joined("Q", connection, business_date)


def tail(*parts: str) -> str:
    """A sort key of an index that ends in a row's id: ordered by the parts before it.

    The id stands there as the beginning of its sha256, which keeps the order of rows of one
    instant the same each time; whoever reads the index gets the row's own key with it.
    """
    *before, row_id = parts
    digest = hashlib.sha256(row_id.encode("utf-8", "surrogatepass")).hexdigest()
    return "#".join([*before, digest[:12]])


# Behind every reason: reasons are in small letters.
LAST_REASON = "~"


def reason_and_since(sort_key: str) -> tuple[str, str]:
    """Of a stuck row's sort key in index 1: why, and since when."""
    reason, since, _ = sort_key.split("#")
    return reason, since


def behind_reason(reason: str) -> str:
    """Where the next reason begins: `$` follows `#`."""
    return f"{reason}$"
