"""The agency workspace in a real browser, on the services' own rules without their stores."""
