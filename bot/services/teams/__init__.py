"""What a team lead sees and does: status, holds, overrides, pauses, moves."""
