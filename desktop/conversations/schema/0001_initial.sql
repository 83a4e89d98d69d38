-- Times are ISO 8601 in UTC with microseconds, so that they sort as text; dates are ISO 8601.
-- AUTOINCREMENT: a number is never used again, so what is written late for a deleted message meets no other one.

CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    parent_id INTEGER REFERENCES message (id),
    role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
    text TEXT NOT NULL,
    reasoning TEXT NOT NULL DEFAULT '',
    model TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL CHECK (status IN ('complete', 'streaming', 'stopped', 'interrupted', 'cut', 'failed')),
    seed INTEGER,
    stats TEXT, -- JSON
    created_at TEXT NOT NULL,
    CHECK (parent_id < id),
    CHECK (role = 'assistant' OR status = 'complete')
);

CREATE INDEX message_parent ON message (parent_id);
CREATE INDEX message_streaming ON message (status) WHERE status = 'streaming';

CREATE TRIGGER message_is_immutable BEFORE UPDATE ON message
WHEN OLD.status <> 'streaming'
    OR NEW.id <> OLD.id
    OR NEW.parent_id IS NOT OLD.parent_id
    OR NEW.role <> OLD.role
    OR NEW.model <> OLD.model
    OR NEW.seed IS NOT OLD.seed
    OR NEW.created_at <> OLD.created_at
BEGIN
    SELECT RAISE(ABORT, 'a message changes only while it is streaming, and then only its content');
END;

CREATE TABLE conversation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    head_message_id INTEGER REFERENCES message (id),
    forked_from_id INTEGER REFERENCES conversation (id) ON DELETE SET NULL,
    forked_at_id INTEGER REFERENCES message (id) ON DELETE SET NULL,
    began_on TEXT NOT NULL,
    system_prompt TEXT NOT NULL DEFAULT '',
    draft TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE INDEX conversation_head ON conversation (head_message_id);
CREATE INDEX conversation_forked_from ON conversation (forked_from_id);
CREATE INDEX conversation_forked_at ON conversation (forked_at_id);

-- What a chat has made or visited. Whoever has a message has its ancestors; a message lives while any chat has it.
CREATE TABLE conversation_message (
    conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    PRIMARY KEY (conversation_id, message_id)
) WITHOUT ROWID;

CREATE INDEX conversation_message_message ON conversation_message (message_id);

-- The exact tokens of replies; a person's message is tokenised from its text each time.
CREATE TABLE message_tokens (
    message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    vocabulary TEXT NOT NULL,
    form TEXT NOT NULL CHECK (form IN ('generated', 'settled')),
    ids BLOB NOT NULL, -- little-endian int32
    PRIMARY KEY (message_id, vocabulary, form)
);

-- The newest saved node of the KV cache for the path to a message under a context.
CREATE TABLE message_node (
    message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    context_key BLOB NOT NULL,
    form TEXT NOT NULL CHECK (form IN ('generated', 'settled')),
    end_key BLOB NOT NULL,
    PRIMARY KEY (message_id, context_key, form)
) WITHOUT ROWID;

CREATE INDEX message_node_end_key ON message_node (context_key, end_key);

-- What a context key stands for, so that the application can say why a chat must be read again.
CREATE TABLE kv_context (
    context_key BLOB PRIMARY KEY,
    model_identity BLOB NOT NULL,
    model_name TEXT NOT NULL,
    settings TEXT NOT NULL -- JSON object
) WITHOUT ROWID;
