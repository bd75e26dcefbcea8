"""People who sign in: who they are, their links and their sessions."""
