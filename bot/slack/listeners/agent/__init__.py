"""An agent's commands, buttons and forms."""
