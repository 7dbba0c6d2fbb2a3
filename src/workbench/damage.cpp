#include "workbench/damage.h"

#include <chrono>

#include "content/inventory/meta_json.h"
#include "workbench/home.h"

namespace prova {

std::vector<SourceRequest> source_requests(const DamageRequest& request) {
  std::vector<SourceRequest> all;
  for (const std::string& path : request.images) all.push_back({SourceRole::kImage, path});
  for (const std::string& path : request.directories) all.push_back({SourceRole::kDirectory, path});
  for (const std::string& path : request.sources) all.push_back({is_archive(path) ? SourceRole::kCopy : SourceRole::kImage, path});
  for (const std::string& path : request.backups) all.push_back({SourceRole::kBackup, path});
  for (const std::string& path : request.copies) all.push_back({SourceRole::kCopy, path});
  return all;
}

Result<DamageOutcome> find_damage(const DamageRequest& request, const Progress& progress, const OnFirstAnswer& on_first_answer) {
  const auto start = std::chrono::steady_clock::now();
  PROVA_TRY(key, open_inventory_key(request.key, false));
  PROVA_TRY(inventory, Inventory::open(request.inventory, &key.key));
  DamageOptions options;
  options.sources = source_requests(request);
  options.threads = request.threads;
  options.every_sector = request.every_sector;
  options.raw_only = request.raw_only;
  PROVA_TRY(report, assess_damage(inventory, options, content_progress(progress), on_first_answer));
  const std::string when = utc_now();
  PROVA_TRY(now, unix_time(when));
  const std::int64_t age = now - inventory.meta().created_unix;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  return DamageOutcome{std::move(inventory), std::move(key), std::move(report), when, request.tool, age, took.count()};
}

}  // namespace prova
