"""The public directory as files that anybody may take along: HSDS 3.1 and a sheet."""
