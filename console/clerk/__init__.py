"""What the desk does by itself: steps of playbooks, messages, the link, reminders. A process beside the server."""
