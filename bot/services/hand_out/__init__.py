"""What an agent holds and gets next: cards, claims, leases, and how leases end."""
