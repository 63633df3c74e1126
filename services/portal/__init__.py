"""The portal: what residents, officers and agents see of the city in a browser."""
