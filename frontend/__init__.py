"""What the build hook makes of the front-end packages; needed while building only, never at run time."""
