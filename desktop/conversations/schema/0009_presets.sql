-- How a chat's replies are written, besides the temperature; NULL: as usual.
ALTER TABLE conversation ADD COLUMN top_p REAL CHECK (top_p BETWEEN 0 AND 1);
ALTER TABLE conversation ADD COLUMN top_k INTEGER CHECK (top_k >= 0);
ALTER TABLE conversation ADD COLUMN min_p REAL CHECK (min_p BETWEEN 0 AND 1);
ALTER TABLE conversation ADD COLUMN repeat_penalty REAL CHECK (repeat_penalty > 0);
ALTER TABLE conversation ADD COLUMN seed INTEGER CHECK (seed >= 0); -- of every reply; NULL: each has another
ALTER TABLE conversation ADD COLUMN most_tokens INTEGER CHECK (most_tokens > 0); -- of a reply; NULL: as many as fit

-- A system prompt and a way of writing that have a name. Chats keep copies.
CREATE TABLE preset (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    folded_name TEXT NOT NULL UNIQUE, -- without case
    is_default INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1)), -- new chats begin with it
    system_prompt TEXT NOT NULL DEFAULT '',
    thinking INTEGER CHECK (thinking IN (0, 1)),
    temperature REAL CHECK (temperature >= 0),
    top_p REAL CHECK (top_p BETWEEN 0 AND 1),
    top_k INTEGER CHECK (top_k >= 0),
    min_p REAL CHECK (min_p BETWEEN 0 AND 1),
    repeat_penalty REAL CHECK (repeat_penalty > 0),
    seed INTEGER CHECK (seed >= 0),
    most_tokens INTEGER CHECK (most_tokens > 0)
);
CREATE UNIQUE INDEX preset_default ON preset (is_default) WHERE is_default;

-- The preset that a chat was given, as long as nothing of it was changed by hand.
ALTER TABLE conversation ADD COLUMN preset_id INTEGER REFERENCES preset (id) ON DELETE SET NULL;
CREATE INDEX conversation_preset ON conversation (preset_id);

-- The node of the KV cache at which a preset's system prompt ends, as it was prepared last.
CREATE TABLE preset_node (
    preset_id INTEGER NOT NULL REFERENCES preset (id) ON DELETE CASCADE,
    context_key BLOB NOT NULL,
    end_key BLOB NOT NULL,
    PRIMARY KEY (preset_id, context_key)
) WITHOUT ROWID;
