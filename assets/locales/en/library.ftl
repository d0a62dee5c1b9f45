# The words of the local library as a server: its facts, its requests and its faults.

## The page

nav-library = Local library
status-faults = Faults are on
local-title = Local library
local-refresh = Look again
local-loading = Looking what is in the library
local-parts = Part of the page
local-part-library = Library
local-folder = Folder
local-images = Images
local-disk = On disk
local-disk-bytes = { $originals } originals, { $renditions } renditions
local-address = Address
local-account = Account ID
local-hash = Account hash
local-token = Token
local-token-hidden = The token is hidden
local-show-token = Show the token
local-hide-token = Hide the token
local-copy-folder = Copy the folder
local-copy-address = Copy the address
local-copy-account = Copy the account ID
local-copy-hash = Copy the account hash
local-copy-token = Copy the token

## Other programs

connect-program = For other programs
connect-program-form = Written as
connect-program-env = Variables
connect-program-curl = curl
connect-program-json = JSON
connect-program-copy = Copy what other programs need
connect-program-hint = Address and token hold until the library is closed. “lenticular serve” keeps them.

## Faults

faults-title = Faults
faults-on = On
faults-kind = What goes wrong
faults-off = Off
faults-slow = Slow
faults-failing = Failing
faults-cutting = Cutting
faults-mixed = Mixed
faults-off-text = The library can be slow, fail or cut connections, to see how a program takes it.
faults-slow-text = Every request waits before anything is done.
faults-failing-text = Some requests are refused, and nothing changes.
faults-cutting-text = Some connections are closed in place of an answer.
faults-mixed-text = Several things go wrong at once.
faults-wait = Wait
faults-wait-min = Shortest wait
faults-wait-max = Longest wait
faults-millis = ms
faults-to = to
faults-error = Refuse
faults-error-share = Requests to refuse
faults-error-codes = with 429, 500, 502 or 503
faults-cut = Cut
faults-cut-share = Connections to cut
faults-cut-when = When to cut
faults-cut-either = before or after the effect
faults-cut-before = before the effect
faults-cut-after = after the effect
faults-plain = As text
faults-plain-share = Failures as text
faults-plain-hint = of failures, not as JSON
faults-seed = Seed
faults-again = Begin anew
faults-again-hint = The same seed is the same run, from its first request
faults-error-backwards = The shortest wait is longer than the longest
faults-error-slow = A wait is 10 minutes at most
faults-error-many = Shares are 100% at most; refused and cut together, too
faults-copy = Copy for the command line
faults-hint = This window uses the library by the same door: it meets the faults, too.

## Requests

traffic-title = Requests
traffic-paused = Paused
traffic-show = Requests to show
traffic-all = All
traffic-failed = Failed
traffic-pause = Pause
traffic-resume = Go on
traffic-clear = Clear the list
traffic-none = No requests yet
traffic-none-text = What this window and other programs ask of the library appears here.
traffic-none-failed = No failed requests
traffic-none-failed-text = Every request in the list was answered with a success.
traffic-time = Time
traffic-method = Method
traffic-path = Path
traffic-status = Status
traffic-took = Took
traffic-injected = On request
traffic-no-answer = no answer
traffic-millis = { $millis } ms
traffic-bytes = { $received } bytes in, { $sent } bytes out
injected-cut-before = cut before
injected-cut-after = cut after
injected-stalled = not answered
injected-refused = refused
injected-plain = as text
injected-delay = waited { $millis } ms
