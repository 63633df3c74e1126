"""What the city has: directorates, kinds, areas, points, devices, groups; told to every service by revisions."""
