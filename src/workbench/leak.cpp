#include "workbench/leak.h"

#include <algorithm>
#include <memory>
#include <set>

#include "base/file.h"
#include "content/leak/scan_dump.h"
#include "workbench/inventory.h"

namespace prova {
namespace {

void flag_canaries(LeakReport& report, const std::set<std::string>& planted) {
  for (LeakDocument& document : report.documents) {
    for (LeakMatch& match : document.matches) {
      for (LeakSource& source : match.sources) {
        const std::string file = source.path.substr(0, source.path.find('!'));
        source.canary = source.canary || planted.contains(source.path) || planted.contains(file);
      }
    }
  }
}

}  // namespace

Result<std::vector<std::string>> read_path_list(const std::string& path) {
  constexpr std::uint64_t kLongestList = 64 << 20;
  PROVA_TRY(text, read_file(path, kLongestList));
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty() && line.front() != '#') lines.push_back(std::move(line));
    at = end + 1;
  }
  return lines;
}

Result<LeakReport> find_leak(const LeakRequest& request, const Progress& progress) {
  PROVA_TRY(key, open_inventory_key(request.key, false));
  std::vector<std::string> planted;
  if (!request.canaries.empty()) {
    PROVA_TRY(lines, read_path_list(request.canaries));
    planted = std::move(lines);
  }
  std::vector<std::unique_ptr<Inventory>> inventories;
  std::vector<std::unique_ptr<KnownContent>> known;
  std::vector<const KnownContent*> views;
  for (const std::string& path : request.inventories) {
    PROVA_TRY(inventory, Inventory::open(path, &key.key));
    inventories.push_back(std::make_unique<Inventory>(std::move(inventory)));
    known.push_back(std::make_unique<KnownContent>(*inventories.back()));
    views.push_back(known.back().get());
  }
  LeakOptions options;
  options.threads = request.threads;
  options.keep_no_trace = !request.only_matches;
  PROVA_TRY(keys, DkimKeys::load(request.dkim_keys));
  options.dkim_keys = std::move(keys);
  const std::vector<std::filesystem::path> dumps(request.dumps.begin(), request.dumps.end());
  PROVA_TRY(report, scan_dump(dumps, views, options, content_progress(progress)));
  flag_canaries(report, {planted.begin(), planted.end()});
  count_systems(report);
  return report;
}

}  // namespace prova
