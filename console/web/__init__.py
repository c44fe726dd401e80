"""What all pages share: the frame, the scope, the live channel."""
