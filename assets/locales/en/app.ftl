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
