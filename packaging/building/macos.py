"""Rivulet.app, signed, in a .dmg, and notarised where there are credentials for it.

packaging/macos/entitlements.plist may have no comments, for the system's own reader of it knows none, so here is what it is for:

* allow-unsigned-executable-memory: callbacks from llama.cpp into Python are made by libffi, which on Intel writes them into memory that
  it then runs.
* disable-library-validation: who replaces Qt's libraries by their own, as the LGPL lets them, has not our certificate.

Nothing here has been run on macOS yet.
"""

import os
import plistlib
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from building.running import BuildError, run

ENTITLEMENTS = Path(__file__).parents[1] / "macos" / "entitlements.plist"
AD_HOC = "-"  # in place of an identity: valid on the computer that signs, and asked about on others
IDENTITY = "RIVULET_CODESIGN_IDENTITY"  # "Developer ID Application: ..."
NOTARY = ("RIVULET_NOTARY_KEY", "RIVULET_NOTARY_KEY_ID", "RIVULET_NOTARY_ISSUER")  # App Store Connect's: a .p8 file, its id, the issuer
MOST_PATHS = 100  # of one codesign
_MAGIC = {bytes.fromhex(text) for text in ("feedface", "cefaedfe", "feedfacf", "cffaedfe", "cafebabe", "cafebabf")}

Command = Sequence[str]
Run = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a build may sign and notarise with."""

    identity: str = AD_HOC
    notary: tuple[str, str, str] | None = None  # the key's file, its id, the issuer

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Credentials":
        """Return what an environment holds. Raises BuildError: some of what notarising needs is missing."""
        identity = environment.get(IDENTITY) or AD_HOC
        key, key_id, issuer = (environment.get(name, "") for name in NOTARY)
        if not (key or key_id or issuer):
            return cls(identity)
        if not (key and key_id and issuer):
            raise BuildError(f"To notarise, all of {', '.join(NOTARY)} must be set, or none.")
        if identity == AD_HOC:
            raise BuildError(f"To notarise, {IDENTITY} must name a Developer ID.")
        return cls(identity, (key, key_id, issuer))


def pack(app: Path, target: Path, environment: Mapping[str, str] = os.environ, run: Run = run, platform: str = sys.platform) -> Path:
    """Sign an application and put it into a .dmg, which is notarised where there are credentials; return the .dmg.

    Raises:
        BuildError: this is not macOS, credentials are missing in part, or a tool failed.
    """
    if platform != "darwin":
        raise BuildError("A .dmg can be made on macOS only.")
    credentials = Credentials.of(environment)
    for command in sign_commands(app, credentials.identity):
        run(*command)
    with tempfile.TemporaryDirectory() as folder:
        stage = Path(folder) / "Rivulet"
        stage.mkdir()
        run("ditto", app, stage / app.name)  # keeps links and signatures as they are
        (stage / "Applications").symlink_to("/Applications")
        for command in image_commands(stage, target, credentials):
            run(*command)
    return target


def sign_commands(app: Path, identity: str) -> list[Command]:
    """Return what signs an application from the inside out, and then looks whether that is whole.

    A signature made for this computer alone has no hardened runtime: that would let none of the libraries in, which no team signed.
    """
    start = ["codesign", "--force", "--sign", identity]
    if identity != AD_HOC:
        start += ["--options", "runtime", "--timestamp"]
    commands: list[Command] = []
    for _, group in groupby(_inside_out(app), key=lambda path: len(path.parts)):
        paths = [str(path) for path in group]
        commands += [[*start, *paths[at : at + MOST_PATHS]] for at in range(0, len(paths), MOST_PATHS)]
    rights = ["--entitlements", str(ENTITLEMENTS)] if identity != AD_HOC else []
    commands.append([*start, *rights, str(app)])
    commands.append(["codesign", "--verify", "--deep", "--strict", "--verbose=2", str(app)])
    return commands


def image_commands(stage: Path, target: Path, credentials: Credentials) -> list[Command]:
    """Return what makes a .dmg of a folder, signs and notarises it."""
    kind = ["-fs", "HFS+", "-format", "ULMO"]  # the smallest that this macOS knows
    commands: list[Command] = [["hdiutil", "create", "-volname", "Rivulet", "-srcfolder", str(stage), *kind, "-ov", str(target)]]
    if credentials.identity != AD_HOC:
        commands.append(["codesign", "--force", "--sign", credentials.identity, "--timestamp", str(target)])
    if credentials.notary is not None:
        key, key_id, issuer = credentials.notary
        login = ["--key", key, "--key-id", key_id, "--issuer", issuer]
        commands.append(["xcrun", "notarytool", "submit", str(target), *login, "--wait", "--timeout", "1h"])
        commands.append(["xcrun", "stapler", "staple", str(target)])  # fails where the notary refused
        commands.append(["xcrun", "stapler", "validate", str(target)])
    return commands


def _inside_out(app: Path) -> list[Path]:
    """Return what must be signed before the application is, the deepest first: programs, libraries and frameworks."""
    told = plistlib.loads((app / "Contents" / "Info.plist").read_bytes())
    main = app / "Contents" / "MacOS" / str(told["CFBundleExecutable"])  # signed with the bundle
    files = [path for path in _entries(app) if path.is_file() and path != main and _is_program(path)]
    frameworks = [path for path in _entries(app) if path.suffix == ".framework" and path.is_dir()]
    return sorted([*files, *frameworks], key=lambda path: (-len(path.parts), path))


def _entries(app: Path) -> Iterable[Path]:
    return (path for path in app.rglob("*") if not path.is_symlink())


def _is_program(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in _MAGIC
