import Glibc

/// Waiting for what nobody tells of.
enum Polling {
    static func of(milliseconds: Int) {
        usleep(useconds_t(milliseconds) * 1000)
    }
}
