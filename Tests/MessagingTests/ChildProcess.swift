import Foundation

/// A process without input and output. Spawned directly and not by Foundation's `Process`: that one hands our
/// threads' blocked signals on, so that SIGTERM never arrives, and waits on run loops that may miss the end.
final class ChildProcess {
    let identifier: pid_t
    private var status: Int32?

    /// Nil where it could not be started.
    init?(_ path: String, _ arguments: [String]) {
        var attributes = posix_spawnattr_t()
        var actions = posix_spawn_file_actions_t()
        posix_spawnattr_init(&attributes)
        posix_spawn_file_actions_init(&actions)
        defer {
            posix_spawnattr_destroy(&attributes)
            posix_spawn_file_actions_destroy(&actions)
        }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        for descriptor: Int32 in 0...2 {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        // Sockets of other tests would stay open in the child.
        for descriptor: Int32 in 3..<512 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var identifier: pid_t = 0
        var pointers = ([path] + arguments).map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        guard posix_spawn(&identifier, path, &actions, &attributes, pointers, environ) == 0 else {
            return nil
        }
        self.identifier = identifier
    }

    func send(_ signal: Int32) {
        if status == nil { kill(identifier, signal) }
    }

    /// Waits for the end; the status as `waitpid` gives it, 0 after a clean exit.
    @discardableResult
    func wait() -> Int32 {
        if let status { return status }
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        self.status = status
        return status
    }
}
