package import Storage

/// What a dispatcher works on, by one connection to the file, and so for one thread.
package struct DispatchStore {
    let queue: CallbackQueue
    let log: AttemptLog
    let maker: any RequestBuilder

    package init(_ queue: CallbackQueue, _ log: AttemptLog, _ maker: any RequestBuilder) {
        (self.queue, self.log, self.maker) = (queue, log, maker)
    }
}
