#include "content/damage/verdict.h"

namespace prova {

std::string_view name_of(Survival verdict) {
  switch (verdict) {
    case Survival::kIntact: return "intact";
    case Survival::kMoved: return "moved";
    case Survival::kOnDisk: return "survives_on_disk";
    case Survival::kInBackup: return "survives_in_backup";
    case Survival::kInCopy: return "survives_in_copy";
    case Survival::kPartial: return "partial";
    case Survival::kNotFound: return "not_found";
  }
  return "unknown";
}

std::string_view name_of(ExtentKind kind) {
  switch (kind) {
    case ExtentKind::kStored: return "stored";
    case ExtentKind::kConstant: return "constant";
    case ExtentKind::kMftRecord: return "mft_record";
  }
  return "unknown";
}

}  // namespace prova
