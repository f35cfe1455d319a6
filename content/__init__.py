"""What the bot says, and the programme it serves. Sees `storage.model` only."""
