import Glibc

/// Starts threads of the operating system. Foundation's `Thread` does not tell when the system refuses one: its body then
/// never runs.
package enum SystemThread {
    /// What the new thread takes over.
    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) { (self.name, self.body) = (name, body) }
    }

    /// Starts a detached thread, with all signals blocked: those of the process go to the main thread.
    ///
    /// - Parameters:
    ///   - name: As tools show it; at most 15 bytes.
    ///   - stackSize: Bytes.
    /// - Throws: `MessagingError.system` if the process, its user or its control group may have no more threads.
    package static func start(
        name: String, stackSize: Int, _ body: @escaping @Sendable () -> Void
    ) throws(MessagingError) {
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        let code = create(stackSize: stackSize, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw .system(call: "pthread_create", code: code)
        }
    }

    /// The thread's life. A closure, as the system's function takes no method.
    private static let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
        argument in
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        if descriptor >= 0 {
            _ = write(descriptor, start.name, start.name.utf8.count)
            close(descriptor)
        }
        start.body()
        return nil
    }

    /// - Returns: The system's error number; 0 if the thread runs and has taken over the start.
    private static func create(stackSize: Int, _ start: UnsafeMutableRawPointer) -> Int32 {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, stackSize)
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        var thread = pthread_t()
        let code = pthread_create(&thread, &attributes, run, start)
        pthread_sigmask(SIG_SETMASK, &before, nil)
        pthread_attr_destroy(&attributes)
        return code
    }
}
