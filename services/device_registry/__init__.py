"""What the city has: directorates, kinds, areas, sites, points, devices, groups; told to every service by revisions."""
