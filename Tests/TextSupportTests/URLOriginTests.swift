import Testing
import TextSupport

@Suite struct URLOriginTests {
    @Test(arguments: [
        ("https://monitor.example.com/ping/token", "https://monitor.example.com"),
        ("https://user:password@monitor.example.com:8443/a", "https://monitor.example.com:8443"),
        ("http://a.example?token=1", "http://a.example"),
        ("https://a.example\\token", "https://a.example"),
        ("token", "the URL"),
    ])
    func `only scheme, host and port of a URL are shown`(url: String, shown: String) {
        #expect(URLOrigin.of(url) == shown)
    }
}
