"""The choice of a folder to search in."""

from collections.abc import Sequence

from desktop.conversations.folder import Folder
from desktop.conversations.message import FolderId
from desktop.conversations.search import NO_FOLDER
from desktop.ui.controls.choice_button import ChoiceButton
from desktop.ui.titles import drawn_title
from desktop.ui.translation import tr

_LONGEST = 18  # characters that are shown of a name


class FolderChip(ChoiceButton):
    """Offer the folders there are; hidden without any."""

    def offer(self, folders: Sequence[Folder]) -> None:
        """Offer these folders; what was chosen stays if it is among them."""
        named = [(folder.id, drawn_title(folder.name)) for folder in folders]
        known = {NO_FOLDER, *(folder.id for folder in folders)} if folders else set()
        chosen = self.folder_id() if self.folder_id() in known else None
        self.set_choices([(None, tr("Any folder")), *named, (NO_FOLDER, tr("No folder"))], chosen)
        self.setVisible(bool(folders))

    def folder_id(self) -> FolderId | None:
        """Return the folder that is chosen, NO_FOLDER, or None for any."""
        chosen = self.value()
        assert chosen is None or isinstance(chosen, int)
        return None if chosen is None else FolderId(chosen)

    def shown(self, words: str) -> str:
        """See ChoiceButton."""
        return words if len(words) <= _LONGEST else words[: _LONGEST - 1].rstrip() + "…"
