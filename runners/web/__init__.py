"""The web page: the same requests and results as the commands, for people who do not use a terminal."""
