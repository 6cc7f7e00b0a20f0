"""One file for each story; a file's story is the function decorated with ``@story``. ``medrelay story --list``."""
