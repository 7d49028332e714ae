import Foundation

/// The program that trains and what it is given.
struct TrainingCommand {
    let program: String
    let arguments: [String]
    /// `name=value`, all there is.
    let environment: [String]

    /// - Parameters:
    ///   - store: The path of the gait store.
    ///   - registry: The folder of the models.
    init(
        job: Int64, request: RetrainRequest, store: String, registry: String, configuration: NodeConfiguration
    ) {
        let retrain = configuration.retrain
        program = retrain.program ?? Self.besideThisProgram
        arguments = [
            "retrain", "--store", store, "--registry", registry, "--job", "\(job)", "--packaged",
            configuration.modelPath, "--packaged-generator", configuration.modelGenerator, "--json-progress",
            "--epochs", "\(request.epochs)", "--per-class",
            "\(request.augmentPerClass)", "--budget", "\(request.budget)", "--activate",
            request.activate == .ifBetter ? "if-better" : "never", "--min-balanced-accuracy",
            "\(retrain.minimumBalancedAccuracy)",
            "--max-recall-drop", "\(retrain.maximumRecallDrop)", "--keep-versions", "\(retrain.keepVersions)",
            "--threads", "\(retrain.threads)", "--seed", "\(job)",
        ]
        // Not the coordinator's own: its socket and its configuration are no business of the child's.
        let kept = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "OPENBLAS_CORETYPE"]
        let variables = ProcessInfo.processInfo.environment.filter { kept.contains($0.key) }
            .merging(["SWIFT_BACKTRACE": "enable=no", "OPENBLAS_NUM_THREADS": "\(retrain.threads)"]) { $1 }
        environment = variables.map { "\($0.key)=\($0.value)" }.sorted()
    }

    /// The gaitctl in the folder of the program that runs.
    private static var besideThisProgram: String {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "gaitctl").path(percentEncoded: false)
    }

    /// Whether a process that runs is a job's: its number may have been given to somebody else since.
    static func isRun(by process: pid_t, job: Int64, store: String) -> Bool {
        guard let data = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else {
            return false
        }
        let words = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        // Jobs' numbers are never given again in one store.
        return zip(words, words.dropFirst()).contains { $0 == ("--job", "\(job)") } && words.contains(store)
    }
}
