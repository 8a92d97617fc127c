"""Files that a team lead drops into the app's messages: lists, registers, call records."""
