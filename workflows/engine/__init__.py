"""What enrols contacts and takes them from step to step."""
