"""What a sweep keeps: rows of every scenario, on disk as they come, once each, whatever stops the machine."""
