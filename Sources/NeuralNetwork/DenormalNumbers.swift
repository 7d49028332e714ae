import CFloatingPoint

/// How the calling thread computes with denormal numbers, those below 1.2e-38 in magnitude: on x86 every operation on
/// one takes a hundred times as long, and trained weights, decayed for many epochs, are full of them.
package enum DenormalNumbers {
    /// Runs the work with denormals taken for zero, as operands and as results, and restores the thread's mode after.
    ///
    /// The mode is the thread's, never the process's: a pose network unpacks half-precision weights by way of
    /// denormals, and would lose them. A thread that the work starts inherits the mode.
    @inline(never)
    package static func flushed<Value, Failure: Error>(
        _ work: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let mode = cfloatingpoint_flush_denormals()
        defer { cfloatingpoint_restore(mode) }
        return try work()
    }
}
