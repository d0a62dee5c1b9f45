//! Room for pixels: how many pictures may be in memory at a time.

use std::sync::{Condvar, Mutex, PoisonError};

/// What all jobs together may take for pixels, in bytes. A picture that needs more than is left
/// waits for the others; what needs more than all of it is worked on alone.
const ROOM_BYTES: u64 = 512 * 1024 * 1024;

/// The room that is left.
#[derive(Debug)]
pub(super) struct Room {
    left: Mutex<u64>,
    freed: Condvar,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            left: Mutex::new(ROOM_BYTES),
            freed: Condvar::new(),
        }
    }
}

/// Room that was taken; dropping gives it back.
#[derive(Debug)]
pub(super) struct Taken<'a> {
    room: &'a Room,
    bytes: u64,
}

impl Room {
    /// Waits until there is that much room.
    pub(super) fn take(&self, bytes: u64) -> Taken<'_> {
        let bytes = bytes.min(ROOM_BYTES);
        let left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let mut left = self
            .freed
            .wait_while(left, |left| *left < bytes)
            .unwrap_or_else(PoisonError::into_inner);
        *left -= bytes;
        Taken { room: self, bytes }
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        *self
            .room
            .left
            .lock()
            .unwrap_or_else(PoisonError::into_inner) += self.bytes;
        self.room.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn two_large_pictures_are_never_in_memory_together() {
        let room = Room::default();
        let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        // More than all the room: alone, but not never.
                        let _taken = room.take(ROOM_BYTES * 3);
                        let now = inside.fetch_add(1, Ordering::SeqCst) + 1;
                        most.fetch_max(now, Ordering::SeqCst);
                        inside.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(most.into_inner(), 1);
    }
}
