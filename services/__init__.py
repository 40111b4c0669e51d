"""The programs that own Anydoor's records; they talk by events and calls with a deadline."""
