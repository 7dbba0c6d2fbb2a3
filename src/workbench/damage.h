#pragma once
// The use case after the attack: what of an inventory survives, and where.

#include <string>
#include <vector>

#include "content/damage/damage.h"
#include "workbench/inventory.h"
#include "workbench/progress.h"

namespace prova {

struct DamageRequest {
  std::string inventory, key;
  std::vector<std::string> sources;                       ///< Role by what they are: directory, archive (a copy), image.
  std::vector<std::string> images, directories, backups, copies;
  bool every_sector = false, raw_only = false;
  unsigned threads = 1;
  std::string tool;
};

struct DamageOutcome {
  Inventory inventory;
  OpenedKey key;
  DamageReport report;
  std::string when;              ///< RFC 3339: when it was scanned.
  std::string tool;              ///< "prova 0.1.0 (...)".
  std::int64_t age_s = 0;        ///< Of the inventory then.
  double seconds = 0;
};

/// All sources of a request with their roles. Archives among `sources` count as copies.
[[nodiscard]] std::vector<SourceRequest> source_requests(const DamageRequest& request);

/// Errors: those of Inventory::open and assess_damage.
[[nodiscard]] Result<DamageOutcome> find_damage(const DamageRequest& request, const Progress& progress, const OnFirstAnswer& on_first_answer = {});

/// `prova/damage/1` (docs/formats/damage.md). Deterministic but for `inventory.age_s`, which SOURCE_DATE_EPOCH fixes.
[[nodiscard]] std::string damage_document(const DamageOutcome& outcome);
/// The same for people: the sentence, a bar per verdict, a table of systems, structures, patterns.
[[nodiscard]] std::string damage_text(const DamageOutcome& outcome, unsigned width);

}  // namespace prova
