"""Words and glue that every service of Vigie shares; it never imports a service."""
