#include "workbench/home.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

namespace prova {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::string home_directory() {
  if (const std::string home = environment("PROVA_HOME"); !home.empty()) return home;
  if (const std::string data = environment("XDG_DATA_HOME"); !data.empty() && data.front() == '/') return data + "/prova";
  if (const std::string home = environment("HOME"); !home.empty()) return home + "/.local/share/prova";
  return "/var/tmp/prova-" + std::to_string(::getuid());
}

std::string index_location(const std::string& given) {
  if (!given.empty()) return given;
  if (const std::string index = environment("PROVA_INDEX"); !index.empty()) return index;
  return home_directory() + "/index";
}

std::string knowledge_location(const std::string& given) {
  if (!given.empty()) return given;
  if (const std::string knowledge = environment("PROVA_KNOWLEDGE"); !knowledge.empty()) return knowledge;
  return home_directory() + "/knowledge";
}

std::string user_name() {
  if (const std::string name = environment("PROVA_USER"); !name.empty()) return name;
  char buffer[4096];
  struct passwd entry {};
  struct passwd* found = nullptr;
  if (::getpwuid_r(::getuid(), &entry, buffer, sizeof buffer, &found) == 0 && found != nullptr) return found->pw_name;
  return "unknown";
}

std::string utc_now() {
  std::time_t now = std::time(nullptr);
  if (const std::string fixed = environment("SOURCE_DATE_EPOCH"); !fixed.empty()) {
    char* end = nullptr;
    const long long seconds = std::strtoll(fixed.c_str(), &end, 10);
    if (end != nullptr && *end == '\0') now = static_cast<std::time_t>(seconds);
  }
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace prova
