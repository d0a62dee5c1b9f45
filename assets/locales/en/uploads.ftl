# The words of the upload panel, its options and its dialogs.

## Panel

uploads-title = Uploads
uploads-add-files = Add files
uploads-add-urls = Add from URLs
uploads-add-folder = Add folder
uploads-options = Options for new uploads
uploads-zone-title = Drop images or folders here
uploads-zone-hint-library = or paste with Ctrl V. JPEG, PNG, GIF, WebP and SVG, up to 10 MB
uploads-zone-hint = or paste with Ctrl V. JPEG, PNG, GIF, WebP, AVIF, HEIC and SVG, up to 10 MB
uploads-zone-no-drop = Paste images with Ctrl V, or click to choose files
uploads-zone-no-drop-hint = This desktop lets no files be dropped here. JPEG, PNG, GIF, WebP and SVG, up to 10 MB

## Queue

queue-empty-title = Nothing to upload
queue-empty-text = Drop files anywhere in the window, paste a picture or addresses, or add a folder. The queue survives closing the window.
queue-done = { $done } of { $files } uploaded
queue-progress = Progress of all uploads
queue-bytes = { $part } of { $whole }
queue-speed = { $bytes }/s
queue-left = { $time } left
queue-is-paused = paused
queue-checking = looking at { $count } more
queue-failed = { $count } failed
queue-pause = Pause
queue-resume = Resume
queue-cancel-all = Cancel all
queue-retry-failed = Retry failed
queue-clear = Clear finished
queue-file = File
queue-id = Image ID
queue-size = Size
queue-state = State
queue-progress-of = Progress of { $name }
queue-cancel = Cancel { $name }
queue-remove = Remove { $name }
state-waiting = Waiting
state-sending = { $percent }%
state-sending-left = { $percent }%, { $time } left
state-fetching = The service fetches it
state-finishing = Finishing
state-checking = Checking with the server
state-done = Uploaded
state-retry = { $what }, retrying in { $seconds } s ({ $attempt } of { $of })
state-try-again = Retry
state-try-again-name = Retry { $name }
state-paused = Paused
state-duplicate = Already uploaded on { $day }
state-upload-anyway = Upload anyway
state-upload-anyway-name = Upload { $name } anyway
state-cancelled = Cancelled

## Waiting for a look at the options

staged-title = { $count ->
    [one] { $count } item ready
   *[other] { $count } items ready
}
staged-upload = { $count ->
    [one] Upload { $count } item
   *[other] Upload { $count } items
}
staged-discard = Discard
staged-picture = picture from the clipboard, { $size }
staged-invalid = The options need a change first: { $reason }
and-more = and { $count } more

## Addresses

urls-title = Add from URLs
urls-text = One address a line. The service fetches the pictures by itself, so they have to be public.
urls-name = Addresses
urls-wrong = Line { $number } is no web address: { $line }
urls-add = { $count ->
    [0] Add URLs
    [one] Add { $count } URL
   *[other] Add { $count } URLs
}

## Options

options-title = For new uploads
options-signed = Require signed URLs
options-signed-hint = Private images cannot keep a custom ID
options-id = Image ID
options-id-hint = {"{"}folder{"}"}/{"{"}name{"}"}
options-id-help = Words for the image ID
options-id-words = {"{"}name{"}"} is the name of the file without its ending, {"{"}file{"}"} the whole name, {"{"}ext{"}"} the ending. {"{"}folder{"}"} is the folder that was dropped with those inside it, {"{"}path{"}"} folder and file. The same words work in metadata.
options-id-example = { $id } · leave empty for a generated ID
options-id-empty = Leave empty for a generated ID
options-id-signed = Not used while signed URLs are required: the service generates the ID
options-metadata = Metadata
options-creator = Creator
options-creator-hint = Who the images belong to
spec-error-signed = Private images cannot keep a custom ID
id-error-empty = An image ID cannot be empty
id-error-long = An image ID has at most 1,024 characters, this one has { $chars }
id-error-slash = An image ID cannot start or end with a slash
id-error-uuid = An image ID cannot be a UUID: those are for generated IDs
id-error-control = An image ID cannot hold control characters
id-error-dots = An image ID cannot have “.” or “..” as a part of its path
id-error-reserved = “{ $word }” is a word of the API and cannot be an image ID

## Metadata

metadata-meter = { $used } of { $limit } bytes
metadata-key = Name of field { $number }
metadata-key-hint = Name
metadata-value = Value of field { $number }
metadata-value-hint = Value
metadata-remove = Remove field { $name }
metadata-remove-number = Remove field { $number }
metadata-add = Add field
metadata-as-json = Edit as JSON
metadata-as-rows = Edit as fields
metadata-json = Metadata as JSON
metadata-no-name = A field has a value, but no name
metadata-twice = Two fields are named “{ $name }”: the last one counts
metadata-error-json = This is not valid JSON: { $detail }
metadata-error-object = Metadata is a JSON object, in braces
metadata-error-long = Metadata has { $bytes } bytes, the limit is 1,024

## Questions

dialog-cancel = Cancel
ask-phrase = Type “{ $phrase }” to confirm
ask-delete-title = { $count ->
    [one] Delete { $count } image?
   *[other] Delete { $count } images?
}
ask-delete-text = This cannot be undone. { $count ->
    [one] URLs of this image stop working.
   *[other] URLs of these images stop working.
}
ask-delete-confirm = { $count ->
    [one] Delete { $count } image
   *[other] Delete { $count } images
}
ask-variant-title = Delete the variant “{ $name }”?
ask-variant-text = This cannot be undone. Every page that uses this variant will miss its pictures. The images themselves stay.
ask-variant-confirm = Delete variant
ask-key-title = Delete the key “{ $name }”?
ask-key-text = This cannot be undone. Every URL that was signed with this key stops working.
ask-key-confirm = Delete key
ask-profile-title = Remove “{ $name }” from this program?
ask-profile-library = Its folder with all pictures stays on this computer. Uploads that have not been sent yet are forgotten.
ask-profile-account = Its token is removed from the keyring, and uploads that have not been sent yet are forgotten. The images in the account stay.
ask-profile-confirm = Remove profile
ask-keyring-title = The token cannot be kept
ask-keyring-text = Without a keyring, the account can be opened for this run only. Next time the token has to be pasted again; it is never written to a file.
ask-keyring-confirm = Use for this run only
ask-uploads-title = { $count ->
    [one] Cancel { $count } upload?
   *[other] Cancel { $count } uploads?
}
ask-uploads-text = What is uploaded already stays. Files on this computer are not touched.
ask-uploads-confirm = { $count ->
    [one] Cancel { $count } upload
   *[other] Cancel { $count } uploads
}
ask-uploads-cancel = Keep uploading
ask-close-title = Uploads are under way
ask-close-text = { $count ->
    [one] { $count } file is not uploaded yet. It is remembered and goes on the next time.
   *[other] { $count } files are not uploaded yet. They are remembered and go on the next time.
}
ask-close-confirm = Close and go on next time
ask-close-cancel = Stay
ask-metadata-title = { $count ->
    [one] Edit metadata of { $count } image
   *[other] Edit metadata of { $count } images
}
ask-metadata-text = Fields are added to each image; a field of the same name is replaced
ask-metadata-fields = Fields
ask-metadata-confirm = { $count ->
    [one] Add to { $count } image
   *[other] Add to { $count } images
}
