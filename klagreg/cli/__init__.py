"""The command line. ``frame`` fits Typer to Swedish and to our errors; the commands stand in modules by audience."""
