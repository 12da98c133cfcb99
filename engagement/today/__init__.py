"""What waits for the municipality today, gathered from all features, and the reminders that it can send on."""
