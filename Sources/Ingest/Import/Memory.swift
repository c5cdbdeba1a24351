import CMalloc

/// How the C library gives memory to an import, whose batches take megabytes and are soon done
/// with; https://man7.org/linux/man-pages/man3/mallopt.3.html.
enum Memory {
    /// Keeps what was freed for what comes next, in one heap for both threads.
    ///
    /// Else each large block is given back to the system and its pages are asked for again, and
    /// cleared, for the next batch: that takes a tenth of an import's time.
    static func keepWhatIsFreed() {
        mallopt(M_MMAP_THRESHOLD, 64 << 20)
        mallopt(M_TRIM_THRESHOLD, 128 << 20)
        mallopt(M_ARENA_MAX, 1)
    }
}
