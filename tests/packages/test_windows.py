"""The installer's script, and what runs it, as far as can be told without Windows."""

import re
from pathlib import Path, PureWindowsPath

import pytest
from building.running import BuildError
from building.windows import PROGRAMS, SCRIPT, compile_command, find_compiler, find_signtool, pack, sign_command

from desktop.system.program import APPLICATION_ID
from tests.packages.inno_script import entries, read_script, settings

DATA = PureWindowsPath(r"{localappdata}\rivulet")  # where Rivulet keeps what it keeps


@pytest.fixture
def script() -> dict[str, list[str]]:
    return read_script(SCRIPT)


def test_it_is_for_one_person(script: dict[str, list[str]]) -> None:
    setup = settings(script["Setup"])
    assert setup["PrivilegesRequired"] == "lowest"
    assert "PrivilegesRequiredOverridesAllowed" not in setup
    assert re.fullmatch(r"\{\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", setup["AppId"]), "an upgrade finds it by this"
    assert setup["AppVersion"] == setup["VersionInfoVersion"] == "{#Version}"
    assert setup["ArchitecturesAllowed"] == setup["ArchitecturesInstallIn64BitMode"] == "x64compatible"
    assert {entry["Root"] for entry in entries(script["Registry"])} == {"HKA"}


def test_what_is_kept_is_left_alone(script: dict[str, list[str]]) -> None:
    folder = PureWindowsPath(settings(script["Setup"])["DefaultDirName"])  # compares as Windows does, without regard to case
    assert folder == PureWindowsPath(r"{localappdata}\programs\rivulet")
    assert folder != DATA
    assert DATA not in folder.parents
    assert "UninstallDelete" not in script
    assert [entry["Name"] for entry in entries(script["InstallDelete"])] == [r"{app}\_internal"], "an upgrade begins anew"
    assert "DelTree" not in SCRIPT.read_text("utf-8")


def test_it_does_not_replace_what_runs(script: dict[str, list[str]]) -> None:
    setup = settings(script["Setup"])
    assert (setup["CloseApplications"], setup["RestartApplications"]) == ("yes", "no")
    assert any("InitializeUninstall" in line for line in script["Code"])


def test_shortcuts_belong_to_the_program(script: dict[str, list[str]]) -> None:
    menu, desk = entries(script["Icons"])
    assert {menu["AppUserModelID"], desk["AppUserModelID"]} == {APPLICATION_ID}
    assert menu["Filename"] == desk["Filename"] == rf"{{app}}\{PROGRAMS[0]}"
    assert "Tasks" not in menu
    [task] = [entry for entry in entries(script["Tasks"]) if entry["Name"] == desk["Tasks"]]
    assert task["Flags"] == "unchecked"


@pytest.mark.parametrize(("suffix", "kind"), [(".rivulet", "Rivulet.Chat"), (".gguf", "Rivulet.Model")])
def test_files_are_opened_without_taking_them_from_others(script: dict[str, list[str]], suffix: str, kind: str) -> None:
    registry = entries(script["Registry"])
    own = [entry for entry in registry if entry["Subkey"].split("\\")[2] == suffix]
    assert {(entry["Subkey"].rpartition("\\")[2], entry.get("ValueName", "")) for entry in own} == {(suffix, ""), ("OpenWithProgids", kind)}
    assert not any("ValueData" in entry for entry in own if entry["Subkey"].endswith(suffix)), "no default is set"
    [command] = [entry for entry in registry if entry["Subkey"].endswith(rf"{kind}\shell\open\command")]
    assert command["ValueData"] == rf'"{{app}}\{PROGRAMS[0]}" "%1"'


def test_nothing_stays_in_the_registry(script: dict[str, list[str]]) -> None:
    registry = entries(script["Registry"])
    gone = [entry["Subkey"] for entry in registry if "uninsdeletekey" in entry.get("Flags", "").split()]
    for entry in registry:
        is_below = any(entry["Subkey"].startswith(key) for key in gone)
        assert is_below or "uninsdelete" in entry.get("Flags", ""), entry


def test_words_stand_in_both_languages(script: dict[str, list[str]]) -> None:
    words = settings(script["CustomMessages"])
    languages = {entry["Name"] for entry in entries(script["Languages"])}
    names = {name.partition(".")[2] for name in words}
    assert set(words) == {f"{language}.{name}" for language in languages for name in names}
    assert languages == {"en", "de"}
    used = set(re.findall(r"\{cm:(\w+)\}", SCRIPT.read_text("utf-8"))) - {"CreateDesktopIcon", "AdditionalIcons"}  # Inno Setup's own
    assert used <= names


def test_the_script_gets_all_that_it_asks_for() -> None:
    asked = set(re.findall(r"\{#(\w+)\}", SCRIPT.read_text("utf-8")))
    command = compile_command("ISCC", Path("app"), Path("rivulet.ico"), Path("out/Rivulet-1.2.3.exe"), "1.2.3")
    given = dict(word[2:].split("=", 1) for word in command if word.startswith("/D"))
    assert given == {"Version": "1.2.3", "Source": "app", "Icon": "rivulet.ico", "Output": "out", "Name": "Rivulet-1.2.3"}
    assert asked == set(given)
    assert command[-1] == str(SCRIPT)


def test_with_a_certificate_all_is_signed(tmp_path: Path) -> None:
    kits = tmp_path / "Windows Kits" / "10" / "bin"
    for version in ("10.0.19041.0", "10.0.22621.0"):
        (kits / version / "x64").mkdir(parents=True)
        (kits / version / "x64" / "signtool.exe").touch()
    (tmp_path / "Inno Setup 6").mkdir()
    (tmp_path / "Inno Setup 6" / "ISCC.exe").touch()
    environment = {"ProgramFiles(x86)": str(tmp_path), "RIVULET_SIGN_THUMBPRINT": "AB CD"}
    ran: list[tuple[str, ...]] = []

    def run(*command: str) -> None:
        ran.append(command)

    target = tmp_path / "Rivulet-1.2.3.exe"
    assert pack(tmp_path / "app", tmp_path / "a.ico", target, "1.2.3", environment, run, "win32") == target
    programs, installer = ran
    signtool = str(kits / "10.0.22621.0" / "x64" / "signtool.exe")
    assert programs == (*sign_command(signtool, "ABCD"), *(str(tmp_path / "app" / name) for name in PROGRAMS))
    assert "/DSigned" in installer
    [tool] = [word for word in installer if word.startswith("/S")]
    assert tool.startswith(f"/Srivulet=$q{signtool}$q sign /sha1 ABCD ")
    assert tool.endswith(" $f")
    ran.clear()
    pack(tmp_path / "app", tmp_path / "a.ico", target, "1.2.3", {"ProgramFiles(x86)": str(tmp_path)}, run, "win32")
    [unsigned] = ran
    assert not any(word.startswith(("/S", "/DSigned")) for word in unsigned)


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="on Windows only"):
        pack(tmp_path, tmp_path, tmp_path, "1", {}, platform="linux")
    with pytest.raises(BuildError, match="Inno Setup 6 is missing"):
        find_compiler({}, lambda name: None)
    with pytest.raises(BuildError, match="signtool is missing"):
        find_signtool({"ProgramFiles(x86)": str(tmp_path)}, lambda name: None)


def test_the_programs_are_two_on_a_disk_without_case() -> None:
    assert len({PureWindowsPath(name) for name in PROGRAMS}) == len(PROGRAMS) == 2
