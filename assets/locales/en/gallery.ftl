# The words of the window's part that this file is named after.
