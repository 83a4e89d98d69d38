"""Presets, and how chats are set up, in the database."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date

from desktop.conversations import transcript
from desktop.conversations.database import Connection, DatabaseThread, storable
from desktop.conversations.message import Conversation, ConversationId
from desktop.conversations.preset import Preset, PresetId, PresetNameTakenError, UnknownPresetError
from desktop.conversations.setup import NOTHING, SAMPLING_COLUMNS, Sampling, Setup
from desktop.conversations.temporary import TemporaryDatabase


class PresetStore:
    """Keep presets, on the database's thread.

    Coroutines raise as those of ConversationStore do, and UnknownPresetError and PresetNameTakenError.
    """

    def __init__(self, database: DatabaseThread, of: TemporaryDatabase) -> None:
        self._database, self._of = database, of

    async def presets(self) -> list[Preset]:
        """Return all presets by their names."""
        return await self._database.run(_presets)

    async def add(self, name: str, setup: Setup) -> Preset:
        """Make a preset."""
        return await self._database.run(lambda connection: _add(connection, name, setup))

    async def change(self, preset_id: PresetId, name: str, setup: Setup) -> Preset:
        """Give a preset another name and setup. With another prompt, what was prepared of it is its own no longer."""
        return await self._database.run(lambda connection: _change(connection, preset_id, name, setup))

    async def set_default(self, preset_id: PresetId | None) -> None:
        """Let new chats begin with a preset; None: with none."""
        await self._database.run(lambda connection: _set_default(connection, preset_id))

    async def delete(self, preset_id: PresetId) -> None:
        """Delete a preset; chats keep what they were given."""
        await self._database.run(lambda connection: _delete(connection, preset_id))

    async def put_back(self, preset: Preset) -> None:
        """Bring a preset back that was deleted."""
        await self._database.run(lambda connection: _put_back(connection, preset))

    def save_node(self, preset_id: PresetId, context_key: bytes, end_key: bytes) -> None:
        """Note where a preset's system prompt ends in a context; does nothing where the preset was deleted. From any thread."""
        self._database.post(lambda connection: _write_node(connection, preset_id, context_key, end_key))

    async def ends(self) -> dict[bytes, set[bytes]]:
        """Return the end keys of presets by context."""
        return await self._database.run(preset_ends)

    async def set_up(self, conversation_id: ConversationId, setup: Setup, preset_id: PresetId | None = None) -> Conversation:
        """Change how a chat's replies are asked for and written; preset_id: all of it is that preset's."""
        return await self._update(conversation_id, {**_columns(setup), "preset_id": preset_id})

    async def set_system_prompt(self, conversation_id: ConversationId, system_prompt: str) -> Conversation:
        """Change a chat's system prompt by hand."""
        return await self._update(conversation_id, {"system_prompt": storable(system_prompt), "preset_id": None})

    async def set_sampling(self, conversation_id: ConversationId, sampling: Sampling) -> Conversation:
        """Change by hand how a chat's replies are written."""
        return await self._update(conversation_id, {**asdict(sampling), "preset_id": None})

    async def begin_anew(self, conversation_id: ConversationId, began_on: date, preset: Preset | None) -> Conversation:
        """Let an empty chat begin on another day, with a preset or with nothing."""
        setup = preset.setup if preset is not None else NOTHING
        values = {**_columns(setup), "preset_id": preset.id if preset is not None else None, "began_on": began_on.isoformat()}
        return await self._update(conversation_id, values)

    async def _update(self, conversation_id: ConversationId, values: Mapping[str, object]) -> Conversation:
        database, preset_id = self._of(conversation_id), values["preset_id"]

        def update(connection: Connection) -> Conversation:
            if database is not self._database and preset_id is not None:
                _stand_in(connection, preset_id)
            return transcript.update(connection, conversation_id, **values)

        return await database.run(update)


def preset_ends(connection: Connection) -> dict[bytes, set[bytes]]:
    """Return the end keys that presets own, by context."""
    ends: dict[bytes, set[bytes]] = {}
    for context_key, end_key in connection.execute("SELECT DISTINCT context_key, end_key FROM preset_node"):
        ends.setdefault(context_key, set()).add(end_key)
    return ends


def _presets(connection: Connection) -> list[Preset]:
    rows = connection.execute(f"SELECT id, name, is_default, system_prompt, thinking, {SAMPLING_COLUMNS} FROM preset ORDER BY folded_name")
    return [
        Preset(
            preset_id,
            name,
            Setup(system_prompt, Sampling(*sampling), None if thinking is None else bool(thinking)),
            bool(is_default),
        )
        for preset_id, name, is_default, system_prompt, thinking, *sampling in rows
    ]


def _add(connection: Connection, name: str, setup: Setup) -> Preset:
    return _preset(connection, _insert(connection, {**_named(connection, name), **_columns(setup)}))


def _change(connection: Connection, preset_id: PresetId, name: str, setup: Setup) -> Preset:
    before = _preset(connection, preset_id)
    values = {**_named(connection, name, preset_id), **_columns(setup)}
    columns = ", ".join(f"{column} = ?" for column in values)
    connection.execute(f"UPDATE preset SET {columns} WHERE id = ?", [*values.values(), preset_id])
    if (before.setup.system_prompt, before.setup.thinking) != (setup.system_prompt, setup.thinking):
        connection.execute("DELETE FROM preset_node WHERE preset_id = ?", [preset_id])
    return _preset(connection, preset_id)


def _set_default(connection: Connection, preset_id: PresetId | None) -> None:
    if preset_id is not None:
        _preset(connection, preset_id)
    connection.execute("UPDATE preset SET is_default = 0 WHERE is_default")
    connection.execute("UPDATE preset SET is_default = 1 WHERE id = ?", [preset_id])


def _delete(connection: Connection, preset_id: PresetId) -> None:
    _preset(connection, preset_id)
    connection.execute("DELETE FROM preset WHERE id = ?", [preset_id])


def _put_back(connection: Connection, preset: Preset) -> None:
    _insert(connection, {"id": preset.id, **_named(connection, preset.name), **_columns(preset.setup)})
    others_are_default = connection.execute("SELECT 1 FROM preset WHERE is_default").fetchone() is not None
    if preset.is_default and not others_are_default:
        _set_default(connection, preset.id)


def _insert(connection: Connection, values: Mapping[str, object]) -> PresetId:
    columns, marks = ", ".join(values), ", ".join("?" * len(values))
    row_id = connection.execute(f"INSERT INTO preset ({columns}) VALUES ({marks})", list(values.values())).lastrowid
    assert row_id is not None
    return PresetId(row_id)


def _preset(connection: Connection, preset_id: PresetId) -> Preset:
    found = next((preset for preset in _presets(connection) if preset.id == preset_id), None)
    if found is None:
        raise UnknownPresetError
    return found


def _named(connection: Connection, name: str, own: PresetId | None = None) -> dict[str, str]:
    folded = storable(name).casefold()
    taken = connection.execute("SELECT id, name FROM preset WHERE folded_name = ?", [folded]).fetchone()
    if taken is not None and taken[0] != own:
        raise PresetNameTakenError(taken[1])
    return {"name": storable(name), "folded_name": folded}


def _columns(setup: Setup) -> dict[str, object]:
    return {"system_prompt": storable(setup.system_prompt), "thinking": setup.thinking, **asdict(setup.sampling)}


def _stand_in(connection: Connection, preset_id: object) -> None:
    """Let chats of a database without presets refer to one."""
    connection.execute("INSERT OR IGNORE INTO preset (id, name, folded_name) VALUES (?1, ?1, ?1)", [preset_id])


def _write_node(connection: Connection, preset_id: PresetId, context_key: bytes, end_key: bytes) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO preset_node (preset_id, context_key, end_key) SELECT id, ?, ? FROM preset WHERE id = ?",
        [context_key, end_key, preset_id],
    )
