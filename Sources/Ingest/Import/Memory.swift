import CMalloc

/// The settings of the C allocator during an import, whose batches take megabytes and are
/// short-lived (https://man7.org/linux/man-pages/man3/mallopt.3.html).
enum Memory {
    /// Keeps freed memory for reuse, in one heap for both threads.
    ///
    /// Otherwise each large block is returned to the system, and its pages are requested and
    /// cleared again for the next batch. That takes a tenth of an import's time.
    static func reuseFreedMemory() {
        mallopt(M_MMAP_THRESHOLD, 64 << 20)
        mallopt(M_TRIM_THRESHOLD, 128 << 20)
        mallopt(M_ARENA_MAX, 1)
    }
}
