"""Documents that belong to files: papers encrypted on disk, slips and forms to be printed."""
