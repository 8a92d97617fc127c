"""A1 and A2: reminders as they fall due, sent once each whatever stops."""
