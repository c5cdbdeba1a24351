package import DeliveryLog

/// What a dispatcher works on, by one connection to the file, and so for one thread.
package struct DispatchStore {
    let queue: CallbackQueue
    let log: DeliveryLog
    let maker: any RequestMaker

    package init(_ queue: CallbackQueue, _ log: DeliveryLog, _ maker: any RequestMaker) {
        (self.queue, self.log, self.maker) = (queue, log, maker)
    }
}
