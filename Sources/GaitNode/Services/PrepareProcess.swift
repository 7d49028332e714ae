import NeuralNetwork

/// Sets up what holds for the whole process; to be called before anything else, since it may start the program again.
///
/// One thread per product: gaits are too small to gain from more, and a robot's cores are others'.
package func prepareProcess() {
    BLAS.useFittingKernels()
    BLAS.useThreads(1)
}
