"""Response: notifications."""
