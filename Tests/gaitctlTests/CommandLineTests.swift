import Foundation
import TestSupport
import Testing

struct CommandLineTests {
    private static let wrongUsage: [String] = [
        "no-such-command", "features", "features --cases a --dataset b", "simulate --fps 0",
        "simulate --emotions bored", "simulate --layout cube", "simulate --password-file x",
        "simulate --units ft", "simulate --up x", "simulate --tilt 91", "simulate --no-ids --watch",
        "benchmark inference --kernel 8", "benchmark inference --threads 0", "benchmark inference --calls 0",
        "benchmark inference --batch 0", "benchmark train-step --batch 1", "benchmark train-step --steps 0",
        "benchmark train-step --preset none", "benchmark latency --people 0",
        "benchmark latency --people 65", "benchmark latency --seconds 1", "benchmark latency --fps nan",
        "benchmark load --people 0", "benchmark load --people 513", "benchmark load --per-robot 65",
        "benchmark load --seconds 0", "benchmark camera --fps 0", "benchmark soak --minutes 4",
        "benchmark soak --minutes 8 --warm-up 6", "benchmark soak --people 0", "draw",
        "draw --simulate sad --recording a", "draw --gait a", "draw --dataset a",
        "draw --simulate sad --person 7", "draw --simulate bored", "draw --simulate sad --seconds 0",
        "draw --simulate sad --view top", "explain --simulate sad --simulate angry", "model show",
        "request label [1]", "request", "status --node a/b", "status --timeout -1", "top --interval 0",
        "top --seconds nan", "check-stream", "check-stream --robot +", "check-stream --robot r1 --seconds 0",
        "check-stream --robot r1 --camera #", "record", "record --out - --json",
        "record --out a --robot a/b", "record --out a --seconds 0", "record --out a --robots-prefix a//b",
        "replay", "replay a --dataset b", "replay a --rate -1", "replay a --rate fast", "replay - --loop",
        "replay a --gait k", "replay --dataset a --restamp", "replay --dataset a --concurrent 0",
        "replay a --topic-prefix /", "replay --dataset a --fps nan", "classify --model m",
        "classify --model m --dataset a --recording b", "classify --model m --recording b --every nan",
        "train --dataset d", "train --dataset d --out m --folds 1",
        "train --dataset d --folds 2 --set network.kernel=4",
        "train --dataset d --folds 2 --members 1000000",
        "train --dataset d --folds 2 --set network.blocks.0.width=0",
        "train --dataset d --folds 2 --set network.blocks.3.width=8",
        "train --dataset d --folds 2 --set options.epochs=0", "train --dataset d --folds 2 --seed -1",
        "train --dataset d --out m --validation 0.9", "train --dataset d --folds 2 --calibration-folds 2",
        "train --dataset d --out m --calibration-folds 1", "train --dataset d --folds 2 --recipe magic",
        "train --dataset d --folds 2 --set walkers=-1", "train --dataset d --out m --threads 0",
        "train --dataset d --folds 2 --method forest",
        "train --dataset d --folds 2 --method svm --recipe styles", "train --dataset d --folds 2 --start m",
        "train --dataset d --out m --method step-gen --set options.epochs=3",
        "train --dataset d --out m --method step-gen --members 2",
        "train --dataset d --folds 2 --set generator.options.epochs=3",
        "train --dataset d --folds 2 --repeats 3", "train --dataset d --folds 2 extra",
    ]

    @Test(
        "wrong usage ends with 64 and says why",
        arguments: [
            ["top", "--node", ""], ["request", "a b", "{}"], ["record", "--out", ""],
            ["replay", "a", "--robot", "x y"],
        ]
            + wrongUsage.map { $0.split(separator: " ").map(String.init) })
    func usage(arguments: [String]) async throws {
        let result = try await Tool.run(arguments)
        #expect(result.status == 64 && result.output == "" && result.errors.hasPrefix("Error: "), "\(result)")
    }

    @Test("a failure ends with 1 and one line, with --json too")
    func failure() async throws {
        for option in ["", "--json"] {
            let result = try await Tool.run("features --dataset /nowhere \(option)")
            #expect(result.status == 1 && result.output == "")
            #expect(result.errors == "gaitctl: /nowhere/features.h5: there is no such file\n")
        }
    }

    @Test("an unreadable password file is a configuration error, 78")
    func configuration() async throws {
        let result = try await Tool.run("simulate --username me --password-file /nowhere")
        #expect(result.status == 78)
        #expect(result.errors == "gaitctl: /nowhere: the password cannot be read\n")
    }

    @Test("axes and offsets may begin with a minus", .broker)
    func negativeValues() async throws {
        try await withBroker { broker in
            let result = try await Tool.run(
                "simulate --seconds 0.2 --up -y --tilt -20 --clock-offset -3600 --clock-drift -100",
                "--confidence --no-ids --no-stamps", at: broker)
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.hasPrefix("frames="))
        }
    }

    @Test("no broker is a failure that names the address")
    func noBroker() async throws {
        let port = try TestBroker.freePort()
        let result = try await Tool.run("simulate --host 127.0.0.1 --port \(port)")
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix("gaitctl: no connection to the broker at 127.0.0.1:\(port): "))
    }

    @Test("Ctrl-C ends a simulation with its summary and 0", .broker)
    func interrupted() async throws {
        try await withBroker { broker in
            let result = try await Tool.run(["simulate"] + broker.options, isInterrupted: true)
            #expect(result.status == 0)
            #expect(result.output.hasPrefix("frames="))
            #expect(result.output.split(separator: "\n").count == 1)
        }
    }

    @Test("with --json stdout is one object", .broker)
    func json() async throws {
        try await withBroker { broker in
            let result = try await Tool.run("simulate --seconds 0.5 --json", at: broker)
            let object = try result.object() as? [String: Double]
            #expect(object == ["frames": 15, "lost": 0, "messages": 30, "seconds": 0.5, "skipped": 0])
        }
    }
}
