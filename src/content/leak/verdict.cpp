#include "content/leak/verdict.h"

#include <algorithm>
#include <array>

namespace prova {
namespace {

/// A document that is a copy with changes still holds this share of ours ...
constexpr double kAlteredContains = 0.6;
/// ... differs in at most this share of its stretch, and in at most this many places. Above, it is another version.
constexpr double kAlteredChanged = 0.35;
constexpr std::size_t kAlteredPlaces = 24;
/// Two versions share at least this of each other.
constexpr double kVersionShares = 0.25;

}  // namespace

std::string_view name_of(LeakVerdict verdict) {
  constexpr auto kNames = std::to_array<std::string_view>({"identical", "repackaged", "headers-differ", "altered", "other-version", "contains", "no-trace"});
  return kNames[static_cast<std::size_t>(verdict)];
}

std::string_view label_of(LeakVerdict verdict) {
  constexpr auto kLabels = std::to_array<std::string_view>({"identical", "same content, repackaged", "our message, headers differ", "altered",
                                                            "other version", "contains a part of ours", "no trace in the inventory"});
  return kLabels[static_cast<std::size_t>(verdict)];
}

LeakVerdict verdict_of(const Coverage& coverage) {
  const double extent = static_cast<double>(std::max<std::uint64_t>(coverage.extent.size(), 1));
  const double changed = static_cast<double>(coverage.changed) / extent;
  if (coverage.gaps == 0) return LeakVerdict::kContains;
  if (coverage.contained() >= kAlteredContains && changed <= kAlteredChanged && coverage.gaps <= kAlteredPlaces) return LeakVerdict::kAltered;
  const double extent_share = static_cast<double>(coverage.dump_covered) / extent;
  return coverage.contained() >= kVersionShares && extent_share >= kVersionShares ? LeakVerdict::kOtherVersion : LeakVerdict::kContains;
}

}  // namespace prova
