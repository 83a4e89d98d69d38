"""What takes chats along in the window's own tests: notes what it was asked, and returns what a test arranged."""

from pathlib import Path
from typing import Any

from desktop.chat.course import Course
from desktop.chat.imported import Imported
from desktop.conversations.message import ConversationId
from desktop.system.errors import RivuletError


class FakeArchives:
    """Fulfils desktop.chat.api.Archives without a file."""

    def __init__(self, calls: list[tuple[Any, ...]]) -> None:
        self._calls = calls
        self.written = 1
        self.imported = Imported(1)
        self.left_out: list[str] = []
        self.failure: RivuletError | None = None  # raised by every command

    async def export_json(self, path: Path, course: Course, chat_id: ConversationId | None = None) -> int:
        course.left_out += self.left_out
        return self._note("export_json", path, chat_id) or self.written

    async def export_markdown(
        self, path: Path, course: Course, chat_id: ConversationId | None = None, *, with_thoughts: bool = False
    ) -> int:
        return self._note("export_markdown", path, chat_id, with_thoughts) or self.written

    async def import_file(self, path: Path, course: Course) -> Imported:
        self._note("import_file", path)
        return self.imported

    def _note(self, *call: Any) -> int:
        self._calls.append(call)
        if self.failure is not None:
            raise self.failure
        return 0
