import CMalloc

/// The settings of the C allocator in a gateway that serves, whose requests can take megabytes.
///
/// By default, glibc keeps most of what large requests used, in a heap for each thread: 400 MB of
/// which 50 are in use (https://man7.org/linux/man-pages/man3/mallopt.3.html).
enum HeapMemory {
    /// The time between two releases of free pages.
    static let interval = Duration.seconds(10)

    /// Returns large blocks to the system as soon as they are freed. Must be called before other
    /// threads start.
    static func returnLargeBlocks() {
        // This also keeps glibc from raising the threshold up to 32 MB.
        mallopt(M_MMAP_THRESHOLD, 256 << 10)
        mallopt(M_ARENA_MAX, 4)
    }

    /// Returns the free pages between the blocks in use.
    static func releaseFreePages() {
        malloc_trim(0)
    }
}
