"""What a session remembers, and what the server makes once for all sessions."""
