internal import CCurl

/// The library as a whole, which has to be made ready once in a process.
enum CurlLibrary {
    /// The result of the one call, which a lazy global makes safely from any thread.
    static let state = curl_global_init(Int(CURL_GLOBAL_DEFAULT))
}
