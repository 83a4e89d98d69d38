-- Where a chat stood before turns were taken back; the message is one of its own, and so lives as long as the chat.
ALTER TABLE conversation ADD COLUMN redo_message_id INTEGER REFERENCES message (id) ON DELETE SET NULL;
CREATE INDEX conversation_redo ON conversation (redo_message_id);

-- How prompts are made of it.
ALTER TABLE conversation ADD COLUMN thinking INTEGER CHECK (thinking IN (0, 1)); -- NULL: as the template does by itself
ALTER TABLE conversation ADD COLUMN keeps_reasoning INTEGER NOT NULL DEFAULT 0 CHECK (keeps_reasoning IN (0, 1));
ALTER TABLE conversation ADD COLUMN is_plain INTEGER NOT NULL DEFAULT 0 CHECK (is_plain IN (0, 1));

-- How long its saved states are kept.
ALTER TABLE conversation ADD COLUMN is_kept_ready INTEGER NOT NULL DEFAULT 0 CHECK (is_kept_ready IN (0, 1));
ALTER TABLE conversation ADD COLUMN used_at TEXT; -- opened or answered; NULL: not since its last message
ALTER TABLE conversation ADD COLUMN trashed_at TEXT;
