-- What is being written in place of a chat's messages and was not sent.
CREATE TABLE edit (
    conversation_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    text TEXT NOT NULL,
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)), -- 0: put aside
    PRIMARY KEY (conversation_id, message_id),
    FOREIGN KEY (conversation_id, message_id) REFERENCES conversation_message (conversation_id, message_id) ON DELETE CASCADE
) WITHOUT ROWID;
