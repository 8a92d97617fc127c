"""What an admin sets up and sees (organisation, teams, people, campaigns), and each person's own working day."""
