"""What conditions read: values now, windows, history, calendars, other points. One file for each family."""
