# The words on screen. Ids start with the view they belong to.
# Numbers are given thousands separators by themselves: write { $count }.

## Widgets

chip-remove = Remove { $name }
dialog-close = Close
toast-dismiss = Dismiss

## Units

unit-bytes = { $size } { $count ->
    [one] byte
   *[other] bytes
}
unit-kilobytes = { $size } KB
unit-megabytes = { $size } MB
unit-gigabytes = { $size } GB
unit-terabytes = { $size } TB
duration-seconds = { $seconds } s
duration-minutes = { $minutes } min
duration-minutes-seconds = { $minutes } min { $seconds } s
duration-hours = { $hours } h
duration-hours-minutes = { $hours } h { $minutes } min
duration-days = { $days ->
    [one] { $days } day
   *[other] { $days } days
}

## Shell

nav-images = Images
nav-uploads = Uploads
nav-variants = Variants
nav-links = Upload links
nav-keys = Signing keys
nav-settings = Settings
nav-label = Places
profile-on-computer = on this computer
profile-account = Cloudflare account
profile-menu = Switch profile: { $name }
profile-open-other = Open another…
profile-remove = Remove “{ $name }”…
profile-close = Close
capacity = { $current } of { $allowed } images
capacity-count = { $current ->
    [one] { $current } image
   *[other] { $current } images
}
status-connected = Connected
status-opening = Opening…
status-library = Local library
status-uploads = { $count ->
    [one] { $count } upload
   *[other] { $count } uploads
}
status-uploads-left = { $count ->
    [one] { $count } upload, { $time } left
   *[other] { $count } uploads, { $time } left
}
status-uploads-paused = { $count ->
    [one] { $count } upload paused
   *[other] { $count } uploads paused
}
status-checking = { $count ->
    [one] Looking at { $count } item…
   *[other] Looking at { $count } items…
}
status-downloading = Saving { $done } of { $total }
status-stop-download = Stop
status-shortcuts = F1 Shortcuts
status-changing = { $count ->
    [one] Changing { $count } image…
   *[other] Changing { $count } images…
}
hover-drop = { $count ->
    [one] Drop { $count } item to upload it
   *[other] Drop { $count } items to upload them
}
hover-drop-options = The options of the Uploads panel apply
hover-drop-staged = You can look at the options before anything is sent

## Shortcuts

shortcuts-title = Keyboard shortcuts
shortcut-places = Go to a place
shortcut-search = Search
shortcut-refresh = Refresh
shortcut-add-files = Add files
shortcut-add-urls = Add from URLs
shortcut-paste = Upload what is on the clipboard
shortcut-settings = Settings
shortcut-zoom = Larger, smaller, usual size
shortcut-move = Move in the grid
shortcut-extend = Extend the selection
shortcut-page = Previous and next page, at the ends of the grid
shortcut-toggle = Select or unselect
shortcut-select-all = Select the page
shortcut-clear = Select nothing, close
shortcut-open = Open in the viewer
shortcut-copy = Copy URLs
shortcut-delete = Delete
shortcut-help = This list

## Typed paths

path-title-files = Type the path of a file or folder
path-title-folder = Type the path of a folder
path-why = No file dialog answered on this computer. A typed path does the same.
path-name = Path
path-hint = /home/you/pictures
path-use = Use this path
path-cancel = Cancel

## Notices

notice-copied = { $count ->
    [one] Copied
   *[other] Copied { $count } lines
}
notice-uploaded = { $count ->
    [one] { $count } image uploaded
   *[other] { $count } images uploaded
}
notice-resumed = { $count ->
    [one] { $count } upload of the last time goes on
   *[other] { $count } uploads of the last time go on
}
notice-deleted = { $count ->
    [one] { $count } image deleted
   *[other] { $count } images deleted
}
notice-edited = { $count ->
    [one] { $count } image changed
   *[other] { $count } images changed
}
notice-saved = { $count ->
    [one] { $count } file saved
   *[other] { $count } files saved
}
notice-variant-created = Variant “{ $name }” created
notice-variant-saved = Variant “{ $name }” saved
notice-variant-deleted = Variant “{ $name }” deleted
notice-flexible-on = Flexible variants are on
notice-flexible-off = Flexible variants are off
notice-link-created = Upload link made
notice-key-created = Signing key “{ $name }” made
notice-key-deleted = Signing key “{ $name }” deleted
notice-problem-many = { $what } ({ $count } times)
