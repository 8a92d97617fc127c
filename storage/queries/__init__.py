"""Questions to the database: functions of a session, which never commit and never change anything by asking."""
