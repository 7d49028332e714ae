import Foundation
import Gait
import Messaging
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("Retraining with a program that stands in")
struct RetrainTests {
    private static let running =
        #"echo '{"state":"running","stage":"classifier","progress":0.5,"epoch":1,"epochs":2}'"#

    @Test("progress and result of the child are seen on the training topic, and written down")
    func success() async throws {
        try await withTrainingNode(
            script: """
                \(Self.running)
                echo '{"note":"the store begins with 8 gaits"}'
                echo not json; head -c 200000 /dev/zero; echo
                echo '{"state":"rejected","reason":"not better","metrics":{"gain":0.1},"model":4}'
                """
        ) { node, client in
            let job = try await client.retrain()
            let end = try await client.training { $0.state == .rejected }
            #expect(end.job == job && end.reason == "not better" && end.model == 4 && end.fraction == 0.5)
            let states = client.messages.filter { $0.topic == "gaitd/n1/training" }
                .compactMap { try? TrainingMessage(decoding: $0.payload).state }
            #expect(node.lines.all.contains { $0.contains("the store begins with 8 gaits") })
            #expect(states.first == .queued && states.contains(.running) && states.last == .rejected)
            try await node.stop()
            let stored = try #require(try GaitStore(path: node.storePath).latestJob())
            #expect(stored.progress.model == 4 && stored.progress.metrics == ["gain": 0.1])
            let retained = try await withClient(port: client.port) { try await $0.training() }
            #expect(retained.state == .rejected)
        }
    }

    @Test(
        "a child that brings no result has failed, with the reason",
        arguments: [
            ("exit 3", "status 3"), ("echo no gaits here >&2; exit 1", "no gaits here"),
            ("kill -SEGV $$", "signal 11"),
            ("exit 0", "without a result"), (#"echo '{"state":"failed","reason":"disk"}'; exit 1"#, "disk"),
            (#"echo '{"state":"succeeded"}'; exit 1"#, "status 1"),
        ])
    func failure(script: String, reason: String) async throws {
        try await withTrainingNode(script: script) { _, client in
            try await client.retrain()
            let end = try await client.training { $0.state.isOver }
            #expect(end.state == .failed && end.reason?.contains(reason) == true, "\(end)")
        }
    }

    @Test(
        "a registry of another user's is one warning at the start, and retraining is refused with that reason",
        .enabled(if: geteuid() == 0, "only root may give files away"))
    func foreignRegistry() async throws {
        let folder = try TemporaryFolder()
        let registry = folder.path("registry")
        try FileManager.default.createDirectory(atPath: registry, withIntermediateDirectories: true)
        #expect(chown(registry, 54_321, 54_321) == 0)
        try await withTrainingNode(folder: folder) { node, client in
            let answer = try await client.ask("retrain")
            #expect(answer.error == "unwritable")
            #expect(answer.message?.contains("\(registry) belongs to user 54321") == true, "\(answer)")
            #expect(node.lines.all.count { $0.contains("'model.registry' cannot be used for training") } == 1)
            // Without a restart.
            #expect(chown(registry, 0, 0) == 0)
            #expect(try await client.ask("retrain").status == .ok)
        }
    }

    @Test("what a crash left in the registry is removed at the start")
    func remains() async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.path("registry"), withIntermediateDirectories: true)
        for name in ["step-0004.safetensors", "aliases.json.part"] {
            try folder.write("registry/" + name, "x")
        }
        try await withTrainingNode(folder: folder) { node, client in
            // The worker has begun once it serves a job.
            try await client.retrain()
            try await client.training { $0.state.isOver }
            #expect(node.lines.all.contains { $0.contains("step-0004.safetensors") })
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path("registry"))
            #expect(!left.contains { $0.hasPrefix("step-0004") || $0.hasSuffix(".part") })
        }
    }

    @Test("a program that is not there is reported")
    func noProgram() async throws {
        try await withTrainingNode {
            $0.retrain.program = "/nowhere/gaitctl"
        } test: { _, client in
            try await client.retrain()
            let end = try await client.training { $0.state.isOver }
            #expect(end.state == .failed && end.reason?.contains("could not be started") == true, "\(end)")
        }
    }

    @Test("a process that the system has no thread for fails in time, and ends at once if it begins later")
    func notStarted() throws {
        let changed = try WakeSignal()
        let command = TrainingCommand(
            job: 1, request: RetrainingRequest(), store: "store", registry: "registry",
            configuration: try NodeConfiguration(reader: TestConfiguration.reader()))
        var thread: Thread?
        let process = TrainingProcess(command, changed: changed) { thread = $0 }
        var monitor = ChildMonitor(process: process, timeout: 0.2)
        var outcome: RetrainingOutcome?
        while outcome == nil {
            outcome = monitor.step(
                stop: nil, changed: changed, until: Arrival.monotonicSeconds() + ChildMonitor.startPatience)
        }
        #expect(outcome?.state == .failed && outcome?.reason?.contains("could not be started") == true)
        thread?.start()
        #expect(Pause.until(within: 60) { process.status == .notStarted(ECANCELED) })
    }

    @Test("a second request meanwhile is busy; a canceled job and all that it started are gone")
    func cancel() async throws {
        try await withTrainingNode(
            script: """
                trap '' TERM
                sh -c "trap '' TERM; while true; do sleep 0.1; done" &
                echo $! > "$(dirname "$0")/grandchild"
                echo $$ > "$(dirname "$0")/child"
                \(Self.running)
                while true; do sleep 0.1; done
                """
        ) { node, client in
            let job = try await client.retrain()
            try await client.training { $0.stage == .classifier }
            let second = try await client.ask("retrain")
            #expect(second.error == "busy" && second.data?["job"]?.number == Double(job))
            let answer = try await client.ask("retrain/cancel")
            #expect(answer.data?["job"]?.number == Double(job))
            let end = try await client.training { $0.state == .cancelled }
            #expect(end.reason == "cancelled by request")
            for name in ["child", "grandchild"] {
                let process = try node.folder.processIdentifier(name)
                #expect(Pause.until(within: 2) { !Self.isAlive(process) }, "\(name)")
            }
            #expect(try await client.ask("retrain/cancel").error == "no_job")
            // The next one is accepted.
            try await client.retrain()
        }
    }

    @Test("the timeout ends it")
    func timeout() async throws {
        try await withTrainingNode(script: "\(Self.running)\nsleep 60") {
            $0.retrain.timeout = 0.5
        } test: {
            _, client in
            try await client.retrain()
            let end = try await client.training { $0.state.isOver }
            #expect(end.state == .timedOut && end.reason?.contains("0.5 s") == true)
        }
    }

    @Test("the child is given what was asked for, at idle priority, without the daemon's files and signals")
    func child() async throws {
        try await withTrainingNode(
            script: """
                echo "$@" > "$(dirname "$0")/arguments"
                cat /proc/self/stat > "$(dirname "$0")/stat"
                ionice -p $$ > "$(dirname "$0")/disk"
                ls /proc/self/fd | wc -l > "$(dirname "$0")/files"
                grep -E 'Sig(Blk|Ign)' /proc/self/status > "$(dirname "$0")/signals"
                echo '{"state":"succeeded"}'
                """
        ) { node, client in
            let job = try await client.retrain(
                #"{"epochs": 7, "augment": {"per_class": 9}, "budget_s": 33, "activate": "never"}"#)
            try await client.training { $0.state == .succeeded }
            func text(_ name: String) throws -> String {
                try String(contentsOfFile: node.folder.path(name), encoding: .utf8)
            }
            let arguments = try text("arguments")
            for part in [
                "retrain --store \(node.storePath) --registry \(node.folder.path("registry")) --job \(job) ",
                "--epochs 7 ", "--per-class 9 ", "--budget 33.0 ", "--activate never ", "--threads 1 ",
                "--packaged-generator /", "--lifter /",
            ] { #expect(arguments.contains(part), "\(arguments)") }
            // Fields of proc(5) after the name: nice is the 19th, the policy the 41st of all.
            let fields = try text("stat").split(separator: ")").last?.split(separator: " ") ?? []
            #expect(fields[16] == "19" && fields[38] == "5")
            #expect(try text("disk").hasPrefix("idle"))
            let (files, signals) = (try text("files"), try text("signals"))
            #expect(Int(files.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 99 <= 5, "\(files)")
            // Beyond the 31st are those that the C library keeps for itself.
            let masks = signals.split(separator: "\n").map {
                UInt64($0.suffix(16), radix: 16).map { $0 & 0x7FFF_FFFF }
            }
            #expect(masks == [0, 0], "\(signals)")
        }
    }

    @Test("the child of a node without a lifter has none either")
    func noLifter() async throws {
        let script = """
            printf '<%s>' "$@" > "$(dirname "$0")/arguments"
            echo '{"state":"succeeded"}'
            """
        try await withTrainingNode(script: script) {
            $0.modelLifter = "/none/lifter.safetensors"
        } test: { node, client in
            try await client.retrain()
            try await client.training { $0.state == .succeeded }
            let arguments = try String(contentsOfFile: node.folder.path("arguments"), encoding: .utf8)
            #expect(arguments.contains("<--lifter><>"), "\(arguments)")
        }
    }

    @Test("it is refused with too few labels (with the counts), without disk space, and when disabled")
    func refusals() async throws {
        try await withTrainingNode(gaits: 1) { _, client in
            let answer = try await client.ask("retrain", #"{"transaction": 1}"#)
            #expect(
                answer.error == "too_few_labels" && answer.data?["counts"]?["sad"]?.number == 1, "\(answer)")
        }
        let full = try await withTrainingNode {
            $0.store.minimumFreeMegabytes = 1 << 30
        } test: { _, client in
            try await client.ask("retrain")
        }
        #expect(full.error == "low_disk")
        let off = try await withTrainingNode {
            $0.retrain.isEnabled = false
        } test: { _, client in
            try await client.ask("retrain")
        }
        #expect(off.error == "disabled")
    }

    @Test("a chatty child is passed on at most once a second, its last word included")
    func chatty() async throws {
        try await withTrainingNode(
            script: """
                i=0; while [ $i -lt 400 ]; do i=$((i+1))
                echo "{\\"stage\\":\\"classifier\\",\\"epoch\\":$i,\\"epochs\\":400}"; sleep 0.005; done
                echo '{"state":"succeeded","stage":"evaluation","progress":1}'
                """
        ) { _, client in
            try await client.retrain()
            // At idle priority it may have to wait for all other tests.
            let end = try await client.training(within: 120) { $0.state == .succeeded }
            let stamps = try client.messages.filter { $0.topic == "gaitd/n1/training" }
                .map { try TrainingMessage(decoding: $0.payload).stamp }
            #expect(end.stage == .evaluation && end.fraction == 1)
            let span = end.stamp - (stamps.first ?? 0)
            #expect(stamps.count >= 3 && Double(stamps.count) <= span + 4, "\(stamps)")
        }
    }

    @Test("stopping the node ends the child and says so")
    func stop() async throws {
        try await withTrainingNode(
            script:
                "trap '' TERM\necho $$ > \"$(dirname \"$0\")/child\"\n\(Self.running)\nwhile true; do sleep 0.1; done"
        ) { node, client in
            try await client.retrain()
            try await client.training { $0.stage == .classifier }
            try await node.stop()
            let end = try await client.training { $0.state == .cancelled }
            #expect(end.reason == "the node stopped")
            #expect(try !Self.isAlive(node.folder.processIdentifier("child")))
        }
    }

    @Test("a job that an earlier run left unfinished is reported failed, and its process is ended")
    func leftBehind() async throws {
        let folder = try TemporaryFolder()
        let store = try GaitStore(path: folder.path("gaits.sqlite"), minimumFreeBytes: 0)
        let job = try store.startJob(RetrainingRequest())
        let script = try folder.write("orphan", "while true; do sleep 0.1; done\n")
        let orphan = try ChildProcess(
            "/usr/bin/setsid", ["/bin/sh", script, "retrain", "--store", store.path, "--job", "\(job.id)"])
        #expect(
            Pause.until(within: 5) {
                TrainingCommand.isRun(by: orphan.identifier, job: job.id, store: store.path)
            })
        try store.updateJob(job.id, process: orphan.identifier)
        try store.close()
        try await withTrainingNode(gaits: 0, folder: folder) { _, client in
            let end = try await client.training { $0.job == Int(job.id) }
            #expect(end.state == .failed && end.reason == "gaitd ended while it ran")
            #expect(orphan.exitCode(within: 60) == 128 + SIGKILL)
        }
    }

    @Test("a version that a killed child promoted is served, and the job is said to have succeeded")
    func promotedBeforeTheEnd() async throws {
        try await withTrainingNode(
            script: "echo $$ > \"$(dirname \"$0\")/child\"\n\(Self.running)\nwhile true; do sleep 0.1; done"
        ) { node, client in
            let job = try await client.retrain()
            try await client.training { $0.stage == .classifier }
            try node.register(version: 4, favorite: 3, job: Int64(job))
            _ = try node.registry().promote(4)
            kill(try node.folder.processIdentifier("child"), SIGKILL)
            let end = try await client.training { $0.state.isOver }
            #expect(end.state == .succeeded && end.model == 4 && end.reason == "better", "\(end)")
            try await client.info { $0.model["version"]?.number == 4 }
            try await node.stop()
            #expect(try GaitStore(path: node.storePath).latestJob()?.state == .succeeded)
        }
    }

    @Test("a job whose version was registered before its run was killed ends as the registry says")
    func reconciled() async throws {
        try await withTrainingNode { node, client in
            try await node.stop()
            let store = try GaitStore(path: node.storePath, minimumFreeBytes: 0)
            let job = try store.startJob(RetrainingRequest())
            try node.register(version: 4, favorite: 3, job: job.id)
            _ = try node.registry().promote(4)
            try await withTrainingNode(gaits: 0, folder: node.folder) { _, client in
                let end = try await client.training { $0.job == Int(job.id) }
                #expect(end.state == .succeeded && end.model == 4, "\(end)")
            }
            #expect(try store.job(job.id).state == .succeeded)
        }
    }

    @Test("new labels start it by schedule")
    func schedule() async throws {
        try await withTrainingNode(script: #"echo '{"state":"succeeded"}'"#) {
            $0.retrain.everyLabels = 1
        } test: { _, client in
            try await client.ask(
                "label", #"{"gait": [\#(WalkingFigure.gait(frames: 80))], "emotion": "sad"}"#)
            try await client.training { $0.state == .succeeded }
        }
    }

    @Test("forgetting ends the job that may train on the gaits, and another one begins without them")
    func forgetWhileTraining() async throws {
        try await withTrainingNode(script: "\(Self.running)\nsleep 60", gaits: 3) { _, client in
            let first = try await client.retrain()
            try await client.training { $0.stage == .classifier }
            let answer = try await client.ask("forget", #"{"person": "sad1", "retrain": true}"#)
            #expect(answer.status == .ok && answer.data?["job"]?.number == Double(first + 1), "\(answer)")
            let end = try await client.training { $0.job == first && $0.state.isOver }
            #expect(end.state == .cancelled && end.reason?.contains("deleted") == true)
            try await client.training { $0.job == first + 1 && $0.state == .running }
        }
    }

    private static func isAlive(_ process: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
            return false
        }
        // A zombie whose parent has not looked yet runs no more.
        return !text.contains(") Z")
    }
}
