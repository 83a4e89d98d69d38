"""The colours of the window, by what they are for."""

from dataclasses import dataclass

from desktop.ui.branches import Branch


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme's colours as #RRGGBB."""

    dark: bool
    bg: str  # panes
    side: str  # sidebar, chips, folds
    card: str  # composer, menus
    line: str  # separators
    trunk: str  # tree trunks, the meter's track
    hover: str  # rows and buttons under the pointer
    text: str
    mute: str  # icons, secondary text
    faint: str  # captions, placeholders
    accent: str  # primary button, focus, the line above the composer
    accent_hover: str  # the primary button under the pointer
    on_accent: str
    accent_bg: str  # selected row
    user: str  # a person's bubble
    code: str
    found: str  # behind what was looked for
    found_here: str  # the same, for the place that one is at
    branch_a: str
    branch_b: str
    branch_c: str
    branch_d: str

    def branch(self, branch: Branch) -> str:
        """Return a branch's colour."""
        return (self.branch_a, self.branch_b, self.branch_c, self.branch_d)[branch.value]


LIGHT = Tokens(
    dark=False,
    bg="#FCFBF9",
    side="#F4F2EE",
    card="#FFFFFF",
    line="#E4E1DA",
    trunk="#C9C5BB",
    hover="#EAE7E0",
    text="#1E2226",
    mute="#50575F",
    faint="#5B626A",
    accent="#0B6A84",
    accent_hover="#095A70",
    on_accent="#FFFFFF",
    accent_bg="#D9EDF2",
    user="#EEF4F5",
    code="#F3F1EC",
    found="#FBE7A8",
    found_here="#F7C64A",
    branch_a="#0B6A84",
    branch_b="#A64A08",
    branch_c="#6D28D9",
    branch_d="#137437",
)

DARK = Tokens(
    dark=True,
    bg="#17191B",
    side="#111314",
    card="#1D2022",
    line="#2A2D30",
    trunk="#44494E",
    hover="#1F2224",
    text="#E7E5E1",
    mute="#A1A7AE",
    faint="#939AA2",
    accent="#5CC2D3",
    accent_hover="#74CEDC",
    on_accent="#0B1416",
    accent_bg="#1C2F33",
    user="#1F2629",
    code="#101213",
    found="#4A3C10",
    found_here="#7A5C0A",
    branch_a="#5CC2D3",
    branch_b="#F0A860",
    branch_c="#B39DF3",
    branch_d="#74C690",
)
