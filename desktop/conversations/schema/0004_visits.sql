-- 1: the chat did not make the message but went to it, where another chat of its family had it.
ALTER TABLE conversation_message ADD COLUMN is_visited INTEGER NOT NULL DEFAULT 0 CHECK (is_visited IN (0, 1));
