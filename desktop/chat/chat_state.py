"""What is known of a chat while the application runs: what it does, and what its line and its meter say."""

import asyncio
from dataclasses import dataclass, field

from desktop.chat.event_buffer import EventBuffer
from desktop.chat.events import Activity, ActivityChanged, ContextChanged, Readiness, ReadinessChanged, RereadReason
from desktop.conversations.message import ConversationId
from desktop.inference.job import JobId, Purpose


@dataclass(slots=True, eq=False)
class ChatState:
    """One chat's state. The setters tell the window, and may be called from any thread."""

    id: ConversationId
    events: EventBuffer
    is_open: bool = False  # it has a session
    is_shown: bool = False  # and the window shows it
    continues_from: int = 0  # number of the last shared message, while a fork has no message of its own
    activity: Activity = Activity.IDLE
    readiness: Readiness = None
    used: int = 0  # tokens of the context
    held: int = 0  # tokens that its session has restored or decoded
    was_damaged: bool = False  # a stored segment had to be set aside, and what it held was not read again yet
    changed: RereadReason | None = None  # a setting of its prompts was, and what that costs was not read yet
    is_writing: bool = False  # the person is; so what must be read again is read
    job_id: JobId | None = None
    purpose: Purpose | None = None  # of the job
    is_in_background: bool = False  # the last reading began in idle time, and nobody waits for it
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)  # one command a chat

    def set_activity(self, activity: Activity) -> None:
        """Say what the chat does."""
        if activity is not self.activity:
            self.activity = activity
            self.events.put(ActivityChanged(self.id, activity))

    def set_readiness(self, readiness: Readiness) -> None:
        """Say what the line above the composer tells."""
        if readiness != self.readiness:
            self.readiness = readiness
            self.events.put(ReadinessChanged(self.id, readiness))

    def set_used(self, used: int, total: int) -> None:
        """Say how many tokens of the context the chat takes."""
        if used != self.used:
            self.used = used
            self.events.put(ContextChanged(self.id, used, total))
