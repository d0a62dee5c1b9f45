# The words of the welcome page, upload links, signing keys and settings.

## Welcome

welcome-tagline = Your Cloudflare Images, at your fingertips
welcome-starting = Starting…
welcome-opening = Opening { $name }…
welcome-saved = Saved profiles
welcome-open = Open { $name }
connect-title = Connect Cloudflare
connect-account = Account ID
connect-account-hint = 32 digits and letters from a to f
connect-account-error = An account ID has 32 digits and letters from a to f
connect-token = API token
connect-token-label = API token with “Cloudflare Images: Edit”
connect-token-create = Create a token
connect-token-kept = Kept in your system keyring, never in a file
connect-more = Another endpoint
connect-name = Name (optional)
connect-api-base = API base URL
connect-api-base-error = A base URL starts with https:// or http://
connect-button = Connect
connect-incomplete = The account ID and a token are needed
connect-connecting = Connecting…
library-title = Open the local library
library-text = A complete Images service on this computer: upload, variants, signed URLs and delivery work the same way, and nothing leaves your disk. Good for trying things out and for development.
library-samples = Add sample pictures
library-open = Open local library
library-opening = Opening the library…
library-other = Choose another folder…

## Upload links

links-title = Upload links
links-text = An upload link takes one file from somebody who has no access to your account. Whoever has the link can use it, once, until it runs out.
links-refresh = Check the links again
links-loading = Checking the links
links-again = Check again
links-empty-title = No upload links
links-empty-text = Make one with the form and send it to whoever has the picture. What became of it is shown here.
links-for = For
links-link = Link
links-state = State
links-left = Time left
links-until = Until { $moment }
links-waiting = Waiting
links-used = Used
links-expired = Expired
links-gone = Gone
links-unknown = Unknown
links-copy = Copy link { $name }
links-remove = Remove link { $name }
links-new = New upload link
links-note = Note
links-note-hint = Who it is for
links-life = Works for
links-make = Make upload link
links-making = Making the link…

## Signing keys

keys-title = Signing keys
keys-text = Images that require signed URLs open only through links that one of these keys has signed. Whoever has a key can sign links, so its value stays hidden.
keys-refresh = Ask for the keys again
keys-loading = Asking for the keys
keys-empty-title = No signing keys
keys-empty-text = Make the first one to share private images.
keys-show = Show the value of { $name }
keys-hide = Hide the value of { $name }
keys-hidden = The value of { $name } is hidden
keys-copy = Copy the value of { $name }
keys-delete = Delete key { $name }
keys-name = Key name
keys-new = New key
keys-taken = There is a key with this name already
keys-limit = An account has at most two keys
key-name-error = A key name has 1 to 20 letters, digits, “_” or “-”
sign-title = Make a signed URL
sign-text = The URL opens the image for everybody who has it, until it runs out.
sign-image = Image
sign-selected = { $name } (selected)
sign-other = Another image…
sign-variant = Variant
sign-key = Key
sign-life = Works for
sign-copy = Copy signed URL
sign-no-key = A signing key is needed first
sign-no-image = Select an image in the gallery, or type its ID

## Settings

settings-title = Settings
settings-appearance = Appearance
settings-theme = Theme
settings-theme-system = System
settings-theme-light = Light
settings-theme-dark = Dark
settings-zoom = Interface size
settings-zoom-hint = Also with Ctrl + and Ctrl -
settings-percent = { $percent }%
settings-motion = Reduce motion
settings-motion-hint = Spinners stand still and nothing fades
settings-gallery = Gallery
settings-page-size = Images per page
settings-count = { $count }
settings-cards = Thumbnail size
settings-cards-small = Small
settings-cards-medium = Medium
settings-cards-large = Large
settings-cache = Thumbnails on disk
settings-cache-hint = At most this much; the oldest are dropped first
settings-profiles = Profiles
settings-is-open = Open
settings-open = Open
settings-open-name = Open { $name }
settings-rename = Rename { $name }
settings-rename-field = Name of the profile
settings-rename-save = Rename
settings-remove = Remove { $name }
settings-about = About
settings-version = Lenticular { $version }
settings-license = { $license } license
settings-docs = Cloudflare Images documentation
