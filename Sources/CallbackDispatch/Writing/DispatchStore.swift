package import Storage

/// What a dispatcher works with on one connection, and therefore on one thread.
package struct DispatchStore {
    let queue: CallbackQueue
    let log: AttemptLog
    let builder: any RequestBuilder

    package init(_ queue: CallbackQueue, _ log: AttemptLog, _ builder: any RequestBuilder) {
        (self.queue, self.log, self.builder) = (queue, log, builder)
    }
}
