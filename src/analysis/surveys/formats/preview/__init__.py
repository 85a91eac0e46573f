"""A web preview: one page that routes and checks answers as the real form does."""
