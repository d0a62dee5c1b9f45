## Gallery

gallery-items = Images
gallery-loading = Loading images
gallery-refresh = Refresh
gallery-refresh-tip = Refresh (F5)
gallery-details = Details
gallery-upload = Upload
search-name = Search images
search-hint = Search by name, ID, creator or metadata
search-clear = Clear search
sort-name = Order
sort-newest = Newest first
sort-oldest = Oldest first
view-name = View
view-grid = Grid
view-list = List

## Filter

filter-all = { $count ->
    [one] { $count } of { $known } images matches
   *[other] { $count } of { $known } images match
}
filter-known = { $count ->
    [one] { $count } of { $known } known images matches
   *[other] { $count } of { $known } known images match
}
filter-search-all = Search all { $count }
filter-search-rest = Search all
filter-walking = { $known } of { $count } looked at
filter-walking-open = { $known } looked at
filter-stop = Stop

## States of the page

empty-title = No images yet
empty-text = Drop files or folders anywhere in this window, paste a picture, or choose files.
empty-add = Add files
empty-samples = Add sample pictures
none-title = Nothing matches “{ $filter }”
none-text-all = None of the { $count } images has it in its name, ID, creator or metadata.
none-text-known = None of the { $count } images known so far has it in its name, ID, creator or metadata.
none-clear = Clear the filter
none-search-all = Look through all { $count } images
none-search-rest = Look through all images
failed-page = Page { $page } could not be loaded: { $what }
failed-retry = Retry

## Cards

card-private = private
card-draft = draft
card-changing = being changed
card-selected = selected
card-position = { $number } of { $count }
badge-signed = Signed
badge-draft = Draft
badge-changing = Changing…

## List

list-name = Name
list-id = ID
list-uploaded = Uploaded
list-access = Access
list-creator = Creator
list-public = Public

## Pager

pager-previous = Previous page
pager-next = Next page
pager-page = Page { $number }
pager-loading = Loading the page
pager-range = { $from }–{ $to } of { $rows }
pager-range-open = { $from }–{ $to } of { $rows }+
pager-go-to = Go to page
pager-go-to-hint = Page
pager-size = Images per page
pager-per-page = { $count } per page

## Selection bar

selection-bar = Selection
selection-count = { $count } selected
selection-copy = Copy URLs
selection-metadata = Edit metadata
selection-signed = Signed URLs
selection-download = Download
selection-delete = Delete
selection-clear = Clear selection
selection-clear-tip = Clear selection (Esc)

## Menus

copy-plain = URL
copy-markdown = Markdown
copy-html = HTML
copy-signed-hour = Signed for 1 hour
copy-signed-day = Signed for 1 day
copy-signed-week = Signed for 7 days
copy-variant = Variant
download-original = Original
download-variant = Variant “{ $name }”
signed-on = Require signed URLs
signed-off = Open to everybody
signed-skipped = { $count ->
    [one] { $count } image has a custom ID: it cannot be private and is skipped
   *[other] { $count } images have custom IDs: they cannot be private and are skipped
}
menu-open = Open
menu-copy-url = Copy URL
menu-copy-markdown = Copy as Markdown
menu-copy-html = Copy as HTML
menu-download = Download original
menu-delete = Delete
key-enter = Enter
key-copy = Ctrl C
key-delete = Del

## Inspector

inspector-nothing = Select an image to see its details
inspector-open = Open { $name } in the viewer
inspector-copy = Copy URL
inspector-draft = There is no file yet, so there is no URL
inspector-signed = Require signed URLs
inspector-signed-hint = Only signed links will open this image
inspector-signed-custom = Not possible: this image has a custom ID
inspector-changing = Saving…
inspector-download = Download
inspector-delete = Delete
fact-id = ID
fact-copy-id = Copy ID
fact-uploaded = Uploaded
fact-reserved = Reserved
fact-original = Original
fact-no-file = No file yet
fact-unknown = Unknown
fact-creator = Creator
fact-no-creator = None
fact-edit-creator = Edit creator
fact-creator-field = Name of the creator
fact-save-creator = Save creator
fact-revert-creator = Keep the creator as it was
metadata-title = Metadata
metadata-same-name = There are two fields called “{ $name }”
metadata-save = Save
metadata-save-name = Save metadata
metadata-revert = Revert
metadata-revert-name = Revert metadata
unsaved-title = Unsaved changes of { $name }
unsaved-save = Save
unsaved-save-name = Save changes of { $name }
unsaved-discard = Discard
unsaved-discard-name = Discard changes of { $name }
variants-copy = Copy URL of { $name }
variants-copy-signed = This image is private: the copied URL is signed and opens it for one hour
variants-width = { $width } wide
variants-height = { $height } high
variants-any = any size
several-title = { $count ->
    [one] { $count } image selected
   *[other] { $count } images selected
}
several-more = and { $count } more
several-public = Public
several-private = Private
several-drafts = Drafts
several-elsewhere = Some of them are on other pages
several-copy = { $count ->
    [one] Copy { $count } URL
   *[other] Copy { $count } URLs
}
several-metadata = { $count ->
    [one] Edit metadata of { $count } image
   *[other] Edit metadata of { $count } images
}
several-signed = { $count ->
    [one] Access to { $count } image
   *[other] Access to { $count } images
}
several-download = { $count ->
    [one] Download { $count } image
   *[other] Download { $count } images
}
several-delete = { $count ->
    [one] Delete { $count } image
   *[other] Delete { $count } images
}

## Viewer

viewer-close = Close viewer
viewer-close-tip = Back to the images (Esc)
viewer-smaller = Smaller
viewer-larger = Larger
viewer-fit = Fit into the window
viewer-actual = 100 %
viewer-actual-name = Actual size
viewer-copy = Copy URL
viewer-download = Download
viewer-delete = Delete image
viewer-picture = Picture
viewer-loading = Loading the picture
viewer-draft = No file has been uploaded for this image yet
viewer-previous = Previous image
viewer-next = Next image
