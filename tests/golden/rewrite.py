"""Writes the golden files: what each delivery of the corpus posts, in beancount notation.

    events/webhooks/<source>/<event>__<variant>.json
    tests/golden/<source>/<event>__<variant>.beancount     its entries
    tests/golden/<source>/<event>__<variant>.held.json     what is held, where something is
    tests/golden/documents/<case>.json                     bodies (tests/golden/documents_posted.py)

Run by `make golden`; read the difference before you commit it. All deliveries go through
tests/golden/mapping.json, each alone; shipments with `cogs_owner` = `shipment`.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from daybook.sources.contract import Source
from daybook.sources.registry import SOURCES
from daybook.workflows.mapping_file import mapping_of
from daybook.workflows.preview import Preview, as_json, as_notation, json_text, preview
from tests.golden.documents_posted import CASES, write_bodies

GOLDEN = Path(__file__).resolve().parent
CORPUS = GOLDEN.parents[1] / "events" / "webhooks"
MAPPING = GOLDEN / "mapping.json"
SUFFIXES = (".beancount", ".held.json")


def deliveries() -> Iterator[tuple[Source, Path]]:
    """Every delivery of the corpus with its source, in order of name."""
    for name, source in sorted(SOURCES.items()):
        for file in sorted((CORPUS / name).glob("*.json")):
            yield source, file


def previewed(source: Source, file: Path) -> Preview:
    """What one delivery posts under the golden mapping."""
    rules = mapping_of(MAPPING.read_bytes())
    if "shipment" in file.stem:
        # Elsewhere the sale owns the cost of goods sold, and a shipment posts nothing.
        owned = rules.settings.model_copy(update={"cogs_owner": "shipment"})
        rules = rules.model_copy(update={"settings": owned})
    return preview([(file.name, file.read_bytes())], source, rules)


def golden_files() -> dict[Path, str]:
    """The golden files as they should be: path below this folder -> content."""
    files: dict[Path, str] = {}
    for source, file in deliveries():
        result = previewed(source, file)
        stem = Path(source.name) / file.stem
        if result.entries or result.documents or result.skipped:
            files[stem.with_name(f"{stem.name}.beancount")] = as_notation(result)
        if result.held:
            held = as_json(result)["held"]
            files[stem.with_name(f"{stem.name}.held.json")] = json_text({"held": held})
    return files


def present() -> dict[Path, str]:
    """The golden files as they are."""
    return {
        file.relative_to(GOLDEN): file.read_text()
        for suffix in SUFFIXES
        for file in GOLDEN.glob(f"*/*{suffix}")
    }


def main() -> None:
    """Write what differs, remove what has no delivery any more, and say what was done."""
    wanted, before = golden_files(), present()
    for path in sorted(before.keys() - wanted.keys()):
        (GOLDEN / path).unlink()
        sys.stdout.write(f"removed {path}\n")
    for path, text in sorted(wanted.items()):
        if before.get(path) != text:
            (GOLDEN / path).parent.mkdir(parents=True, exist_ok=True)
            (GOLDEN / path).write_text(text)
            sys.stdout.write(f"wrote {path}\n")
    sys.stdout.writelines(f"{done}\n" for done in write_bodies())
    sys.stdout.write(f"{len(wanted) + len(CASES)} golden files\n")


if __name__ == "__main__":
    main()
