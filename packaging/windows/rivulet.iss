; The installer for Windows, made by Inno Setup 6. It is for one person, asks for no administrator, and leaves what Rivulet keeps
; (%LOCALAPPDATA%\rivulet) alone, when it installs and when it uninstalls. Nothing here has been run on Windows yet.
; Set from outside: Version, Source (the application's folder), Icon, Output (a folder), Name (of the file, without .exe), and, where there
; is a certificate, Signed, with a sign tool named rivulet.

#ifndef Version
  #error Version is missing: ISCC /DVersion=1.2.3
#endif

[Setup]
AppId={{6B0E4E0C-9A43-4B0B-9F0B-2C9C0C6E7A51}
AppName=Rivulet
AppVersion={#Version}
AppVerName=Rivulet {#Version}
AppPublisher=Rivulet contributors
VersionInfoVersion={#Version}
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
DefaultDirName={localappdata}\Programs\Rivulet
DisableProgramGroupPage=yes
DisableDirPage=auto
SetupIconFile={#Icon}
UninstallDisplayIcon={app}\Rivulet.exe
UninstallDisplayName=Rivulet
WizardStyle=modern
ShowLanguageDialog=auto
; Windows asks a Rivulet that runs to end, as at a logout; it keeps a reply that streams.
CloseApplications=yes
RestartApplications=no
ChangesAssociations=yes
Compression=lzma2/max
SolidCompression=yes
OutputDir={#Output}
OutputBaseFilename={#Name}
#ifdef Signed
SignTool=rivulet
SignedUninstaller=yes
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[CustomMessages]
en.ChatFile=Rivulet chat
de.ChatFile=Rivulet-Chat
en.ModelFile=Language model (GGUF)
de.ModelFile=Sprachmodell (GGUF)
en.Comment=Chat with language models that run on your own computer
de.Comment=Mit Sprachmodellen chatten, die auf dem eigenen Computer laufen
en.StillRuns=Rivulet is running. Close it, then try again.
de.StillRuns=Rivulet läuft noch. Schließe es und versuche es noch einmal.

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; GroupDescription: "{cm:AdditionalIcons}"; Flags: unchecked

[InstallDelete]
; An upgrade begins anew: a library that a version no longer has must not be found beside the new ones.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Source}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{autoprograms}\Rivulet"; Filename: "{app}\Rivulet.exe"; Comment: "{cm:Comment}"; AppUserModelID: "org.rivulet.Rivulet"
Name: "{autodesktop}\Rivulet"; Filename: "{app}\Rivulet.exe"; Comment: "{cm:Comment}"; AppUserModelID: "org.rivulet.Rivulet"; Tasks: desktopicon

[Registry]
; What Rivulet can open. It is offered among the programs to open such files with; which of them does is left as it is.
Root: HKA; Subkey: "Software\Classes\.rivulet"; Flags: uninsdeletekeyifempty
Root: HKA; Subkey: "Software\Classes\.rivulet\OpenWithProgids"; ValueType: string; ValueName: "Rivulet.Chat"; ValueData: ""; Flags: uninsdeletevalue uninsdeletekeyifempty
Root: HKA; Subkey: "Software\Classes\.gguf"; Flags: uninsdeletekeyifempty
Root: HKA; Subkey: "Software\Classes\.gguf\OpenWithProgids"; ValueType: string; ValueName: "Rivulet.Model"; ValueData: ""; Flags: uninsdeletevalue uninsdeletekeyifempty
Root: HKA; Subkey: "Software\Classes\Rivulet.Chat"; ValueType: string; ValueName: ""; ValueData: "{cm:ChatFile}"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Rivulet.Chat\DefaultIcon"; ValueType: string; ValueName: ""; ValueData: "{app}\Rivulet.exe,0"
Root: HKA; Subkey: "Software\Classes\Rivulet.Chat\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\Rivulet.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\Rivulet.Model"; ValueType: string; ValueName: ""; ValueData: "{cm:ModelFile}"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Rivulet.Model\DefaultIcon"; ValueType: string; ValueName: ""; ValueData: "{app}\Rivulet.exe,0"
Root: HKA; Subkey: "Software\Classes\Rivulet.Model\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\Rivulet.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\Applications\Rivulet.exe"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Applications\Rivulet.exe\SupportedTypes"; ValueType: string; ValueName: ".rivulet"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\Rivulet.exe\SupportedTypes"; ValueType: string; ValueName: ".gguf"; ValueData: ""

[Run]
Filename: "{app}\Rivulet.exe"; Description: "{cm:LaunchProgram,Rivulet}"; Flags: nowait postinstall skipifsilent

[Code]
// A program that runs cannot be opened for writing.
function IsRunning: Boolean;
var
  Opened: TFileStream;
begin
  Result := False;
  if FileExists(ExpandConstant('{app}\Rivulet.exe')) then
    try
      Opened := TFileStream.Create(ExpandConstant('{app}\Rivulet.exe'), fmOpenReadWrite or fmShareExclusive);
      Opened.Free;
    except
      Result := True;
    end;
end;

function InitializeUninstall: Boolean;
begin
  Result := True;
  while Result and IsRunning do
    Result := SuppressibleMsgBox(CustomMessage('StillRuns'), mbError, MB_RETRYCANCEL, IDCANCEL) = IDRETRY;
end;
