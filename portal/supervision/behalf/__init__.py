"""代录: what happened on paper is entered by one person and takes effect once a second person has checked it."""
