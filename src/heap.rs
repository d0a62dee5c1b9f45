//! What the allocator keeps of the memory that was given back to it.
//!
//! glibc raises by itself, once large buffers come and go, from which size on it asks the system for
//! each one alone, and how much it keeps: then pictures and small things that live long share one
//! heap, and after 5,000 renditions a quarter of a gigabyte lay in it unused. Fixed limits, and it is
//! 10 MB, for 5 % more time of the renderer (`tests/hostile/run --only "that nobody needs"`).
//! mimalloc kept 110 MB there, and 760 MB instead of 470 after ten large pictures at once.

/// To be called before there are other threads. Elsewhere than on glibc it does nothing.
pub(crate) fn give_back_what_is_unused() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        const KEPT_BYTES: libc::c_int = 16 << 20;
        // SAFETY: `mallopt` takes two numbers by value and may be called at any time; what it does not
        // accept it ignores. Its answer tells only that, and then all stays as it was.
        #[expect(
            unsafe_code,
            reason = "the allocator of the system has no safe interface"
        )]
        let _ = unsafe { libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT_BYTES) };
    }
}
