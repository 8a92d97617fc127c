"""An organisation's own limits: proposed with what they mean, approved by a second admin, in force from a day on."""
