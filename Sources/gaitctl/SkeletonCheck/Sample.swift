/// Numbers of a sample.
enum Sample {
    /// The value at a share of 0...1 of the sorted values; 0 of none.
    static func quantile(_ share: Double, _ values: [Double]) -> Double {
        Stopwatch.percentile(share * 100, ofSorted: values.sorted())
    }

    static func median(_ values: [Double]) -> Double { quantile(0.5, values) }

    /// The median distance from the median, times 1.48: the standard deviation of a normal sample, whatever a few
    /// outliers do.
    static func spread(_ values: [Double]) -> Double {
        let middle = median(values)
        return 1.4826 * median(values.map { abs($0 - middle) })
    }

    static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }
}
