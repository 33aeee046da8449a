"""Where the packages come from: pins, their hashes, a bill of materials, known weaknesses."""
