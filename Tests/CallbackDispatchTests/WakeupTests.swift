import CallbackDispatch
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite struct WakeupTests {
    private let wakeup: Wakeup

    init() throws {
        wakeup = try Wakeup()
    }

    private func isSignalled(within milliseconds: Int32 = 0) -> Bool {
        var needed = pollfd(fd: wakeup.readable, events: Int16(POLLIN), revents: 0)
        return poll(&needed, 1, milliseconds) == 1
    }

    @Test func isSignalledUntilDrained() {
        #expect(!isSignalled())
        for _ in 1...3 {
            wakeup.signal()
            wakeup.signal()
            #expect(isSignalled() && isSignalled())
            wakeup.drain()
            #expect(!isSignalled())
        }
    }

    @Test func signalPublishesEarlierWrites() {
        let (count, last) = (Counter(), 1_000_000)
        _ = OwnThread { [wakeup] in
            for number in 1...last {
                count.value.store(number, ordering: .relaxed)
                wakeup.signal()
            }
        }
        while count.value.load(ordering: .relaxed) < last {
            let isSignalled = isSignalled(within: 5000)
            #expect(isSignalled)
            guard isSignalled else { break }
            wakeup.drain()
        }
    }

    private final class Counter: Sendable {
        let value = Atomic(0)
    }
}
