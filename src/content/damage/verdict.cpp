#include "content/damage/verdict.h"

namespace prova {

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kIntact: return "intact";
    case Verdict::kMoved: return "moved";
    case Verdict::kOnDisk: return "survives_on_disk";
    case Verdict::kInBackup: return "survives_in_backup";
    case Verdict::kInCopy: return "survives_in_copy";
    case Verdict::kPartial: return "partial";
    case Verdict::kNotFound: return "not_found";
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
