import ArgumentParser

/// The option of benchmarks that start a daemon.
struct ServedModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The model that gaitd serves. Default: the configuration's beside the program's sources.",
            valueName: "file"))
    var model: String?
}
