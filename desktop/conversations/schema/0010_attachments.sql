-- The files that go with what stands in a chat's composer.
CREATE TABLE attachment (
    conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    position INTEGER NOT NULL, -- from 0
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (conversation_id, position)
);
