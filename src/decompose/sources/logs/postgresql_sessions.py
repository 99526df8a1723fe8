"""Session keys where the text log names no session id: process ids are used again, so a key counts their lives."""

from __future__ import annotations

from dataclasses import dataclass, field

from decompose.evidence.log_entry import Event

_ARRIVES = "connection received: "


@dataclass(slots=True)
class ProcessSessions:
    """Turns a process id into a key unique within the log: `4711`, then `4711.1` for the next session of that id."""

    keys: dict[str, str] = field(default_factory=dict)
    lives: dict[str, int] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    arriving: set[str] = field(default_factory=set)

    def key(self, pid: str, event: Event, message: str) -> str:
        """The key of the session that this record belongs to."""
        key = self.keys.get(pid)
        if key is None:
            key = self.keys[pid] = pid
        elif self._begins_anew(pid, event, message):
            key = self._next(pid)
        if event is Event.END:
            self.ended.add(pid)
        elif event is Event.CONNECT:
            self.arriving.discard(pid)
        elif message.startswith(_ARRIVES):
            self.arriving.add(pid)
        return key

    def _begins_anew(self, pid: str, event: Event, message: str) -> bool:
        if pid in self.ended:
            return event is not Event.END
        return message.startswith(_ARRIVES) or (event is Event.CONNECT and pid not in self.arriving)

    def _next(self, pid: str) -> str:
        self.ended.discard(pid)
        self.lives[pid] = life = self.lives.get(pid, 0) + 1
        key = self.keys[pid] = f"{pid}.{life}"
        return key
