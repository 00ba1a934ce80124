"""What the commands of the front door do: serve, migrate, show the demonstration, tell its story, examine the house."""
