#pragma once
// Clocks, memory and the machine, for the benchmarks of the store.

#include <chrono>
#include <string>
#include <vector>

namespace prova {

[[nodiscard]] double seconds_since(std::chrono::steady_clock::time_point start);
/// Processor time of all threads: does not count what else the machine is doing. Seconds.
[[nodiscard]] double processor_seconds();
/// Resident, mapped pages included. MB.
[[nodiscard]] double peak_megabytes();
/// "AMD EPYC, 2 threads, 23 GiB, Linux 6.1".
[[nodiscard]] std::string machine();
/// The value below which the share `part` of the values lies (nearest rank). REQUIRES: not empty.
[[nodiscard]] double percentile(std::vector<double> values, double part);
/// "p50 0.100 p99 0.200", in seconds.
[[nodiscard]] std::string p50_and_p99(const std::vector<double>& seconds);

}  // namespace prova
