# The words of the window's part that this file is named after.

## Variants

variants-title = Variants
variants-count = { $count } of { $allowed }
variants-new = New variant
variants-new-full = An account has at most 100 variants. Delete one first
variants-flexible = Flexible variants
variants-flexible-effect = While on, anybody can put sizes and other options into a URL instead of the name of a variant. It works for public images only, and each new combination counts as a transformation
variants-flexible-unknown = The account does not tell whether flexible variants are on
variants-loading = Reading the variants…
variants-loading-images = Reading the images…
variants-retry = Retry
variants-choose = Variant
variants-edited-entry = { $name } (edited)
variants-no-signature = no signature
variants-not-created = not created yet
variants-unnamed = New variant
variants-auto = auto
variants-code = Code { $code }

## Preview

variants-no-images = Upload a first image to try variants on it
variants-no-images-hint = Variants can be made all the same; the preview needs a picture
variants-add-files = Add files
variants-filtered = No image matches the filter of the gallery
variants-filtered-hint = Samples come from the page that the gallery shows
variants-clear-filter = Clear the filter
variants-original = Original { $size }, { $bytes }
variants-result = { $name } { $size }, { $format } { $bytes }
variants-shown-at = Shown at { $percent } %
variants-result-pixels = { $name } { $size }
variants-took = Preview rendered here in { $millis } ms
variants-took-account = Rendered on this computer in { $millis } ms; Cloudflare’s bytes may differ
variants-rendering = Rendering…
variants-no-preview = No preview of these options
variants-no-preview-private = The image is private: check that the account still has a signing key
variants-preview-broken = The preview broke unexpectedly
variants-choose-sample = Choose a sample image
variants-try-on = Try on { $name }
variants-sample-filter = Find by name
variants-sample-none = No image of this page is called like that
variants-sample-page = These are the images of the gallery’s page

## Editor

variant-edited = Edited
variant-name = Variant name
variant-name-hint = thumbnail
variant-name-empty = A variant needs a name
variant-name-long = A name has at most { $most } characters
variant-name-character = A name holds letters and digits only, no “{ $character }”
variant-name-taken = There is a variant of this name already
variant-fit = Fit
variant-fit-name = Fit { $fit }
variant-fit-scale-down = As large as { $size } allows; never enlarged
variant-fit-contain = As large as { $size } allows; enlarged if need be
variant-fit-cover = Fills { $size } exactly; trims what does not fit
variant-fit-crop = Trims to { $size }; never enlarged
variant-fit-pad = Fits into { $size }; fills up what is left
variant-fit-flexible-only = This fit exists for flexible variants only; choose another
variant-size = Size
variant-size-wide = { $px } px width
variant-size-high = { $px } px height
variant-size-original = the original size
variant-width = Width
variant-height = Height
variant-px-wide = px wide
variant-px-high = px high
variant-width-range = The width must be 1 to { $most } pixels
variant-height-range = The height must be 1 to { $most } pixels
variant-metadata = Image metadata (EXIF)
variant-metadata-hint = Matters for JPEG output only; other formats drop it
variant-blur = Blur
variant-blur-radius = Blur radius
variant-blur-none = none
variant-blur-range = The blur must be 0 to { $most }
variant-ttl = Browser cache
variant-ttl-default = Default
variant-ttl-hour = 1 hour
variant-ttl-day = 1 day
variant-ttl-week = 1 week
variant-ttl-year = 1 year
variant-ttl-custom = Custom
variant-ttl-seconds = Browser cache in seconds
variant-ttl-unit = seconds
variant-ttl-range = Browsers may keep a picture { $least } to { $most } seconds
variant-public = Always public
variant-public-hint = Never ask for a signature, even on private images
variant-url = Delivery URL
variant-url-new = Its own URL works once the variant is created
variant-url-private = This image is private: the copied URL is signed for an hour
variant-url-flexible-private = Flexible variants do not open private images
variant-copy-url = Copy URL
variant-copy-flexible = Copy flexible URL
variant-delete = Delete variant
variant-delete-public = Every account has the variant “public”; it cannot be deleted
variant-duplicate = Duplicate variant
variant-duplicate-not-now = Create or discard the new variant first
variant-revert = Revert
variant-discard = Discard
variant-save = Save variant
variant-create = Create variant
variant-saving = Saving…
variant-unchanged = Nothing has changed
variant-invalid = Something above needs to be put right first
