"""What makes the .dmg, as far as can be told without a Mac."""

import plistlib
from pathlib import Path
from typing import Any

import pytest
from building import macos
from building.macos import AD_HOC, ENTITLEMENTS, Credentials, image_commands, pack, sign_commands
from building.running import BuildError

import desktop
from desktop.system.program import APPLICATION_ID

PACKAGING = Path(desktop.__file__).parents[1] / "packaging"
DEVELOPER = "Developer ID Application: Somebody (ABCDE12345)"
MACHO, TEXT = bytes.fromhex("cffaedfe") + b"...", b"# text"
NOTARY = {"RIVULET_NOTARY_KEY": "key.p8", "RIVULET_NOTARY_KEY_ID": "K1", "RIVULET_NOTARY_ISSUER": "I1"}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    bundle = tmp_path / "Rivulet.app"
    framework = "Contents/Frameworks/PySide6/Qt/lib/QtCore.framework"
    files = {
        "Contents/Info.plist": plistlib.dumps({"CFBundleExecutable": "rivulet"}),
        "Contents/MacOS/rivulet": MACHO,
        "Contents/Frameworks/libpython3.11.dylib": MACHO,
        "Contents/Frameworks/llama_cpp/lib/libllama.dylib": MACHO,
        "Contents/Resources/guide.gguf": b"GGUF",
        "Contents/Resources/notes.txt": TEXT,
        f"{framework}/Versions/A/QtCore": MACHO,
    }
    for name, content in files.items():
        file = bundle / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    (bundle / framework / "QtCore").symlink_to("Versions/A/QtCore")
    return bundle


def plist(name: str) -> dict[str, Any]:
    content = plistlib.loads((PACKAGING / "macos" / name).read_bytes())
    assert isinstance(content, dict)
    return content


def test_the_bundle_says_what_it_is() -> None:
    told = plist("Info.plist")
    assert told["CFBundleIdentifier"] == APPLICATION_ID
    assert (told["NSHighResolutionCapable"], told["NSRequiresAquaSystemAppearance"]) == (True, False)
    assert told["LSMinimumSystemVersion"] == "14.0"
    assert told["LSApplicationCategoryType"].startswith("public.app-category.")
    assert told["NSHumanReadableCopyright"]
    assert "CFBundleShortVersionString" not in told, "the version stands once, in the package"


def test_the_types_it_opens_are_declared() -> None:
    told = plist("Info.plist")
    chats, models = told["CFBundleDocumentTypes"]
    [exported], [imported] = told["UTExportedTypeDeclarations"], told["UTImportedTypeDeclarations"]
    assert chats["LSItemContentTypes"] == [exported["UTTypeIdentifier"]]
    assert models["LSItemContentTypes"] == [imported["UTTypeIdentifier"]]
    assert exported["UTTypeTagSpecification"]["public.filename-extension"] == ["rivulet"]
    assert imported["UTTypeTagSpecification"]["public.filename-extension"] == ["gguf"]
    assert (models["CFBundleTypeRole"], models["LSHandlerRank"]) == ("Viewer", "Alternate"), "others may open such files by themselves"
    assert all(one["UTTypeConformsTo"] == ["public.data"] for one in (exported, imported))


def test_the_entitlements_are_few_and_without_comments() -> None:
    assert plist("entitlements.plist") == {
        "com.apple.security.cs.allow-unsigned-executable-memory": True,
        "com.apple.security.cs.disable-library-validation": True,
    }
    assert "<!--" not in ENTITLEMENTS.read_text(), "the system's reader refuses them"
    for name in plist("entitlements.plist"):
        assert name.rpartition(".")[2] in str(macos.__doc__), "each has its reason"


def test_what_is_inside_is_signed_before_what_holds_it(app: Path) -> None:
    commands = sign_commands(app, DEVELOPER)
    *inner, bundle, check = commands
    signed = [path for command in inner for path in command[command.index("--timestamp") + 1 :]]
    names = [Path(path).relative_to(app / "Contents").as_posix() for path in signed]
    assert sorted(names) == [
        "Frameworks/PySide6/Qt/lib/QtCore.framework",
        "Frameworks/PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore",
        "Frameworks/libpython3.11.dylib",
        "Frameworks/llama_cpp/lib/libllama.dylib",
    ]
    assert names.index("Frameworks/PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore") == 0
    assert names[-1] == "Frameworks/libpython3.11.dylib"
    assert bundle[-3:] == ["--entitlements", str(ENTITLEMENTS), str(app)]
    assert all(command[:4] == ["codesign", "--force", "--sign", DEVELOPER] for command in (*inner, bundle))
    assert all(command[4:7] == ["--options", "runtime", "--timestamp"] for command in (*inner, bundle))
    assert check[:2] == ["codesign", "--verify"]


def test_without_an_identity_it_is_signed_for_this_computer(app: Path) -> None:
    commands = sign_commands(app, AD_HOC)
    assert not any({"--options", "--timestamp", "--entitlements"} & set(command) for command in commands)
    assert commands[-2] == ["codesign", "--force", "--sign", "-", str(app)]
    [only] = image_commands(app.parent, Path("R.dmg"), Credentials())
    assert only[:2] == ["hdiutil", "create"]
    assert only[-1] == "R.dmg"


def test_what_is_notarised_is_signed_and_stapled() -> None:
    commands = image_commands(Path("stage"), Path("R.dmg"), Credentials.of({"RIVULET_CODESIGN_IDENTITY": DEVELOPER, **NOTARY}))
    assert [command[:3] for command in commands[1:]] == [
        ["codesign", "--force", "--sign"],
        ["xcrun", "notarytool", "submit"],
        ["xcrun", "stapler", "staple"],
        ["xcrun", "stapler", "validate"],
    ]
    assert commands[2][4:11] == ["--key", "key.p8", "--key-id", "K1", "--issuer", "I1", "--wait"]


@pytest.mark.parametrize(
    "environment",
    [{"RIVULET_NOTARY_KEY": "key.p8"}, NOTARY, {"RIVULET_CODESIGN_IDENTITY": DEVELOPER, **NOTARY, "RIVULET_NOTARY_ISSUER": ""}],
)
def test_half_of_the_credentials_are_none(environment: dict[str, str]) -> None:
    with pytest.raises(BuildError, match="To notarise"):
        Credentials.of(environment)


def test_it_is_packed_in_order_and_on_macos_alone(app: Path, tmp_path: Path) -> None:
    ran: list[str] = []

    def run(*command: object) -> None:
        ran.append(str(command[0]))
        if command[0] == "hdiutil":
            stage = Path(str(command[command.index("-srcfolder") + 1]))
            assert (stage / "Applications").is_symlink(), "the application is dragged onto it"

    with pytest.raises(BuildError, match="macOS only"):
        pack(app, tmp_path / "R.dmg", {}, run, "linux")
    assert ran == []
    assert pack(app, tmp_path / "R.dmg", {}, run, "darwin") == tmp_path / "R.dmg"
    assert list(dict.fromkeys(ran)) == ["codesign", "ditto", "hdiutil"]
