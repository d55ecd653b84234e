"""The use cases, one file each: what a person asks for, and where transactions begin and end."""
