#include "workbench/package_database.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>

#include "base/file.h"

namespace prova {
namespace {

namespace fs = std::filesystem;

/// Calls visit(line) for each line, without its end.
template <typename Visit>
void for_each_line(std::string_view text, Visit&& visit) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    visit(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// The value of "Field: value", or nothing when the line is another field.
std::string_view value_of(std::string_view line, std::string_view field) {
  if (!line.starts_with(field) || line.size() < field.size() + 2 || line[field.size()] != ':') return {};
  line.remove_prefix(field.size() + 1);
  while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
  return line;
}

/// Names become parts of paths: what Policy 5.6.1 allows, and nothing else.
bool is_package_name(std::string_view name) {
  return !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+-.") == std::string_view::npos &&
         name.front() != '.';
}

/// dpkg qualifies the lists of packages that can be installed for several machines at once.
fs::path list_of(const fs::path& database, const Package& package) {
  std::error_code ignored;
  fs::path list = database / "info" / (package.name + ":" + package.architecture + ".list");
  if (fs::is_regular_file(list, ignored)) return list;
  list = database / "info" / (package.name + ".list");
  return fs::is_regular_file(list, ignored) ? list : fs::path();
}

}  // namespace

Result<std::vector<Package>> installed_packages(const fs::path& database) {
  std::error_code ignored;
  if (!fs::exists(database / "status", ignored)) {
    return fail(ErrorCode::kNotFound, "no package database at " + database.string());
  }
  PROVA_TRY(status, read_file(database / "status", kMaxPackageFileBytes));
  std::vector<Package> packages;
  Package current;
  bool installed = false;
  const auto finish = [&] {
    if (installed && is_package_name(current.name) && is_package_name(current.architecture) && !current.version.empty()) {
      current.list = list_of(database, current);
      if (!current.list.empty()) packages.push_back(std::move(current));
    }
    current = {};
    installed = false;
  };
  for_each_line(status, [&](std::string_view line) {
    if (line.empty()) return finish();
    if (const auto name = value_of(line, "Package"); !name.empty()) current.name = name;
    if (const auto machine = value_of(line, "Architecture"); !machine.empty()) current.architecture = machine;
    if (const auto version = value_of(line, "Version"); !version.empty()) current.version = version;
    if (value_of(line, "Status").ends_with(" installed")) installed = true;
  });
  finish();
  std::sort(packages.begin(), packages.end(), [](const Package& a, const Package& b) {
    return std::tie(a.name, a.architecture) < std::tie(b.name, b.architecture);
  });
  return packages;
}

Result<std::vector<fs::path>> files_of(const Package& package) {
  PROVA_TRY(list, read_file(package.list, kMaxPackageFileBytes));
  std::vector<fs::path> files;
  for_each_line(list, [&](std::string_view line) {
    if (line.starts_with('/')) files.emplace_back(line);
  });
  return files;
}

std::string upstream_version(std::string_view version) {
  if (const auto epoch = version.find(':'); epoch != std::string_view::npos) version.remove_prefix(epoch + 1);
  if (const auto revision = version.rfind('-'); revision != std::string_view::npos) version = version.substr(0, revision);
  constexpr auto kMarks = std::to_array<std::string_view>({"+dfsg", ".dfsg", "~dfsg", "+ds", "+repack", "+really"});
  for (const std::string_view mark : kMarks) version = version.substr(0, std::min(version.find(mark), version.size()));
  return std::string(version);
}

}  // namespace prova
