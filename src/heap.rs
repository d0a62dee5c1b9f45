//! What the allocator keeps of the memory that was given back to it.
//!
//! glibc raises by itself, once large buffers come and go, from which size on it asks the system for
//! each one alone, and how much it keeps. Neither a program that runs for days nor one that only
//! renders is served by that.

/// For what runs for days. To be called before there are other threads. Elsewhere than on glibc it
/// does nothing.
///
/// Left alone, pictures and small things that live long share one heap, and after 5,000 renditions a
/// quarter of a gigabyte lay in it unused. With a fixed limit it is 10 MB (`tests/hostile/run --only
/// "that nobody needs"`). mimalloc kept 110 MB there, and 760 MB instead of 470 after ten large
/// pictures at once.
pub(crate) fn give_back_what_is_unused() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    set(libc::M_TRIM_THRESHOLD, 16 << 20);
}

/// For what renders one picture after another and ends. To be called before there are other threads.
/// Elsewhere than on glibc it does nothing.
///
/// The next picture gets the memory of the one before: with each new page that the system has to
/// clear, a rendition took 5 to 15 % longer. What is the most at any time does not change.
pub(crate) fn keep_for_the_next_picture() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        set(libc::M_TRIM_THRESHOLD, 256 << 20);
        // The most that it takes.
        set(libc::M_MMAP_THRESHOLD, 32 << 20);
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn set(what: libc::c_int, bytes: libc::c_int) {
    // SAFETY: `mallopt` takes two numbers by value and may be called at any time; what it does not
    // accept it ignores. Its answer tells only that, and then all stays as it was.
    #[expect(
        unsafe_code,
        reason = "the allocator of the system has no safe interface"
    )]
    let _ = unsafe { libc::mallopt(what, bytes) };
}
