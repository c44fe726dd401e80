"""Where sensors hand their segments over."""
