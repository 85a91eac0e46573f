"""Claims, and in how many of the declared ways of analysis they hold."""
