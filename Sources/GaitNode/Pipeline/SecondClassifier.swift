import Gait
import GaitModels
import Messaging

/// A second classifier on its own thread, which takes half of each batch from the pipeline's thread.
///
/// That thread builds its networks after the start. Until they are there, the pipeline does without.
final class SecondClassifier: Sendable {
    /// Bytes of stack, as the pipeline's thread has.
    private static let stackSize = 2 << 20

    private let file: ModelFile
    private let work: BoundedQueue<[Gait]>
    private let results: BoundedQueue<[EmotionClassifier.Classification]>
    private let ready = SharedState(false)

    /// - Parameter file: the model, as the first classifier has it.
    /// - Throws: `MessagingError.system` if the process has no file descriptors left.
    init(_ file: ModelFile) throws(MessagingError) {
        self.file = file
        work = try BoundedQueue(capacity: 1)
        results = try BoundedQueue(capacity: 1)
    }

    deinit { work.close() }

    /// Starts the thread, which ends with the last reference to this.
    ///
    /// - Throws: `MessagingError.system` if there can be no more threads.
    func start() throws(MessagingError) {
        try SystemThread.start(name: "classifier", stackSize: Self.stackSize) {
            [file, work, results, ready] in
            // The first classifier was built from the same file, so a failure here is not the file's fault.
            guard let classifier = try? EmotionClassifier(file.model, path: file.path, sha256: file.sha256)
            else { return }
            ready.withLock { $0 = true }
            while let gaits = work.pop() { results.push(classifier.classify(gaits)) }
        }
    }

    /// Whether it can take work.
    var isReady: Bool { ready.withLock { $0 } }

    /// Classifies a batch, the second half of it on the other thread.
    ///
    /// - Parameter first: belongs to the calling thread, which must always be the same.
    func classify(
        _ gaits: [Gait], with first: EmotionClassifier
    ) -> [EmotionClassifier.Classification] {
        let half = (gaits.count + 1) / 2
        guard isReady, half < gaits.count else { return first.classify(gaits) }
        work.push(Array(gaits[half...]))
        let own = first.classify(Array(gaits[..<half]))
        // Not begun yet, perhaps because another program has the core: do it here.
        if let rest = work.popIfPresent() { return own + first.classify(rest) }
        return own + (results.pop() ?? [])
    }
}

extension ServedModel {
    /// Classifies a batch, on two threads if there is a second classifier.
    func classify(_ gaits: [Gait]) -> [EmotionClassifier.Classification] {
        second?.classify(gaits, with: classifier) ?? classifier.classify(gaits)
    }
}
