"""Bring the translations up to date with the words in the source: `python packaging/translations.py`.

Takes up new words into `resources/translations/*.ts` as unfinished, drops those that are gone, keeps all others, and makes the `.qm`
files that Rivulet loads. Prints what is still to be translated: write it into the `.ts`, then run this once more. README.md beside
them says how.
"""

import argparse
import subprocess
import sys
import sysconfig
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("de",)
ALIASES = "tr+=say,tr+=counted,tr+=tr_counted"  # desktop/system/words.py, desktop/ui/translation.py


def bring_up_to_date(language: str, folder: Path = FOLDER) -> Path:
    """Take up the words of the source into a language's .ts and return its path."""
    written = folder / f"rivulet_{language}.ts"
    sources = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "desktop").rglob("*.py"))
    options = ["-no-obsolete", "-locations", "none", "-source-language", "en", "-target-language", language]
    _run("lupdate", "-silent", "-tr-function-alias", ALIASES, *options, *sources, "-ts", str(written))
    return written


def release(source: Path, target: Path) -> None:
    """Make the .qm of a .ts. What is unfinished in it stays English."""
    _run("lrelease", "-silent", str(source), "-qm", str(target))


def unfinished(source: Path) -> list[str]:
    """Return the words of a .ts that have no translation yet."""
    messages = ElementTree.parse(source).iter("message")
    return [message.findtext("source", "") for message in messages if (found := message.find("translation")) is None or found.get("type")]


def _run(tool: str, *arguments: str) -> None:
    command = Path(sysconfig.get_path("scripts"), f"pyside6-{tool}")
    subprocess.run([command, *arguments], cwd=ROOT, check=True)


def main() -> int:
    """Bring every language up to date; the exit code is 1 where something is still to be translated."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    missing = 0
    for language in LANGUAGES:
        source = bring_up_to_date(language)
        release(source, source.with_suffix(".qm"))
        for words in unfinished(source):
            missing += 1
            print(f"{source.name}: {words!r} is still to be translated")  # noqa: T201  # a command
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
