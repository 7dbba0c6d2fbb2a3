#include "attribution/assessment.h"

namespace prova {

std::vector<const ConfidenceReason*> Confidence::deciding() const {
  const bool high = level == ConfidenceLevel::kHigh;
  std::vector<const ConfidenceReason*> out;
  for (const ConfidenceReason& reason : criteria) {
    const bool of_this = (reason.level == ConfidenceLevel::kModerate) == (level == ConfidenceLevel::kLow);
    if (of_this && reason.met == high) out.push_back(&reason);
  }
  return out;
}

std::string_view name_of(ConfidenceLevel level) {
  switch (level) {
    case ConfidenceLevel::kLow: return "low";
    case ConfidenceLevel::kModerate: return "moderate";
    case ConfidenceLevel::kHigh: return "high";
  }
  return "low";
}

std::string_view name_of(SensitivityEntry::Of of) {
  switch (of) {
    case SensitivityEntry::Of::kItem: return "item";
    case SensitivityEntry::Of::kPool: return "pool";
    case SensitivityEntry::Of::kAssumption: return "assumption";
  }
  return "item";
}

std::string_view name_of(SilentItem::Reason reason) {
  switch (reason) {
    case SilentItem::Reason::kNotYetKnown: return "not_yet_known";
    case SilentItem::Reason::kEcho: return "echo";
    case SilentItem::Reason::kDisproved: return "disproved";
    case SilentItem::Reason::kCovered: return "covered";
    case SilentItem::Reason::kNotMeasured: return "not_measured";
    case SilentItem::Reason::kReplaced: return "replaced";
    case SilentItem::Reason::kSaysNothing: return "says_nothing";
  }
  return "says_nothing";
}

}  // namespace prova
