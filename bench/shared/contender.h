#pragma once
// One of the indexes that are compared, and what its servers cost.

#include <string>
#include <vector>

#include "postgres_server.h"

namespace prova {

struct Contender {
  std::string name, url;
  std::vector<PostgresServer*> servers;  ///< None: the embedded index.
};

/// Processor time that the contender's servers have used since they were started, ended sessions included. Seconds; the kernel counts
/// in ticks of 10 ms per process (proc_pid_stat(5): utime, stime, cutime, cstime).
[[nodiscard]] double server_seconds(const Contender& one);

/// Processor time of this process and of the contender's servers, in seconds.
struct ProcessorTime {
  double client = 0, server = 0;
  [[nodiscard]] static ProcessorTime now(const Contender& one);
  [[nodiscard]] ProcessorTime since(const ProcessorTime& before) const { return {client - before.client, server - before.server}; }
};

}  // namespace prova
