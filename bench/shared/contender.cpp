#include "contender.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "measure.h"

namespace prova {
namespace {

struct ProcessStat {
  pid_t parent = 0;
  double own = 0, ended_children = 0;  ///< Seconds.
};

/// The name in parentheses may hold anything, so what follows is read from the last one on.
std::optional<ProcessStat> read_stat(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string text;
  if (!std::getline(in, text)) return std::nullopt;
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string skipped;
  ProcessStat stat;
  fields >> skipped >> stat.parent;  // Fields 3 and 4.
  for (int field = 5; field < 14; ++field) fields >> skipped;
  double user = 0, system = 0, children_user = 0, children_system = 0;
  fields >> user >> system >> children_user >> children_system;
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  stat.own = (user + system) / ticks;
  stat.ended_children = (children_user + children_system) / ticks;
  return fields ? std::optional(stat) : std::nullopt;
}

}  // namespace

double server_seconds(const Contender& one) {
  double seconds = 0;
  for (const PostgresServer* server : one.servers) {
    const auto first = read_stat("/proc/" + std::to_string(server->pid()) + "/stat");
    if (first) seconds += first->own + first->ended_children;
  }
  if (one.servers.empty()) return seconds;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    if (entry.path().filename().string().find_first_not_of("0123456789") != std::string::npos) continue;
    const auto stat = read_stat(entry.path() / "stat");
    for (const PostgresServer* server : one.servers) {
      if (stat && stat->parent == server->pid()) seconds += stat->own;
    }
  }
  return seconds;
}

ProcessorTime ProcessorTime::now(const Contender& one) { return {processor_seconds(), server_seconds(one)}; }

}  // namespace prova
