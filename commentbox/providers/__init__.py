"""What people log in with: each provider turns one walk through it into a profile."""
