import Glibc

/// Waiting for what nobody tells of.
enum Pause {
    static func of(milliseconds: Int) {
        usleep(useconds_t(milliseconds) * 1000)
    }
}
