"""What the admin pages of every app share: buttons that ask first, and refusals as sentences."""
