#pragma once
// The workbench server as one call: what `prova serve` does.

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace prova::web {

struct ServeOptions {
  std::vector<std::string> cases;        ///< Directories.
  std::string address = "127.0.0.1";
  int port = 0;                          ///< 0: any free one.
  std::string index;                     ///< As `--index`, for jobs.
  std::string user;                      ///< For the custody log.
  std::string version;                   ///< "prova 0.1.0 (1a2b3c4d5e6f)".
  std::string program;                   ///< Path of prova itself, for jobs.
};

/// What the server tells the person who started it.
struct ServeEvents {
  /// Once, when requests are answered: the address to open, and the session secret for scripts.
  std::function<void(const std::string& invitation, const std::string& secret)> ready;
  std::function<void(std::string_view)> log;   ///< One line, unescaped; called from any thread.
};

/// Serves until `stop` becomes true, then ends jobs and connections. Errors: as ServedCases::open, Listening::open, Session::create.
[[nodiscard]] Status serve(const ServeOptions& options, const ServeEvents& events, const std::atomic<bool>& stop);

}  // namespace prova::web
