-- From which of a chat's messages on the model reads it; NULL: from the first. It counts only while it is on the way to the head.
ALTER TABLE conversation ADD COLUMN context_start_id INTEGER REFERENCES message (id) ON DELETE SET NULL;
CREATE INDEX conversation_context_start ON conversation (context_start_id);

-- The same way read from another message on is another one for the KV cache, with nodes of its own.
-- (The key's columns stand first: SQLite 3.40 takes tables without rowid for damaged where another stands between them.)
CREATE TABLE message_node_by_start (
    message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    context_key BLOB NOT NULL,
    form TEXT NOT NULL CHECK (form IN ('generated', 'settled')),
    start_id INTEGER NOT NULL DEFAULT 0, -- the message that the way begins with; 0: the first
    end_key BLOB NOT NULL,
    PRIMARY KEY (message_id, context_key, form, start_id)
) WITHOUT ROWID;
INSERT INTO message_node_by_start (message_id, context_key, form, end_key) SELECT message_id, context_key, form, end_key FROM message_node;
DROP TABLE message_node;
ALTER TABLE message_node_by_start RENAME TO message_node;
CREATE INDEX message_node_end_key ON message_node (context_key, end_key);
