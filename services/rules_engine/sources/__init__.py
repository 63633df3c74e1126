"""Where rules come from: files of a folder."""
