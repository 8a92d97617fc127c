"""What a rule may ask and say. Its kinds are in `kinds`, one file each."""
