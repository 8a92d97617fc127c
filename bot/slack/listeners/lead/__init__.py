"""A team lead's commands, buttons and forms."""
