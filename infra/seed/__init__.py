"""Loading: the sample network, an agency's directory files, guides and demo accounts."""
