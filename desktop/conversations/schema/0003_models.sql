-- The name of the model that wrote last in a chat, or that the person chose to go on with; empty: none yet.
ALTER TABLE conversation ADD COLUMN model TEXT NOT NULL DEFAULT '';
UPDATE conversation SET model = coalesce((
    SELECT model FROM conversation_message JOIN message ON message.id = message_id
    WHERE conversation_id = conversation.id AND message.model <> '' ORDER BY message.id DESC LIMIT 1
), '');

ALTER TABLE conversation ADD COLUMN temperature REAL CHECK (temperature >= 0); -- of its replies; NULL: as usual
