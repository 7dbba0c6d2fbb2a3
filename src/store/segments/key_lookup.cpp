#include "store/segments/key_lookup.h"

#include <algorithm>

namespace prova {
namespace {

/// Live functions that hold the key, counted up to just past kMaxPostings.
Result<std::uint64_t> count_live(const Snapshot& snapshot, const std::vector<std::vector<KeyPlace>>& places, std::uint32_t key) {
  std::uint64_t live = 0;
  for (std::size_t s = 0; s < snapshot.segments.size() && live <= kMaxPostings; ++s) {
    const SnapshotSegment& part = snapshot.segments[s];
    if (part.dead_functions == 0 || places[s][key].count == 0) {
      live += places[s][key].count;
      continue;
    }
    PROVA_TRY(part.segment->for_each_posting(places[s][key], [&](std::uint32_t function, std::uint32_t) {
      live += part.is_dead(function) ? 0 : 1;
      return live <= kMaxPostings;
    }));
  }
  return live;
}

}  // namespace

Result<KeyLookup> KeyLookup::look_up(const Snapshot& snapshot, std::span<const Probe> probes) {
  KeyLookup lookup;
  for (const Probe& probe : probes) {
    for (const auto& [key, weight] : probe.own) lookup.keys_.push_back(key);
    for (const auto& [key, weight] : probe.with_callees) lookup.keys_.push_back(key);
  }
  std::sort(lookup.keys_.begin(), lookup.keys_.end());
  lookup.keys_.erase(std::unique(lookup.keys_.begin(), lookup.keys_.end()), lookup.keys_.end());
  lookup.places_.resize(snapshot.segments.size());
  for (std::size_t s = 0; s < snapshot.segments.size(); ++s) {
    PROVA_TRY(snapshot.segments[s].segment->locate(lookup.keys_, lookup.places_[s]));
  }
  PROVA_TRY(lookup.count(snapshot));
  return lookup;
}

Status KeyLookup::count(const Snapshot& snapshot) {
  std::uint64_t dead = 0;
  for (const SnapshotSegment& part : snapshot.segments) dead += part.dead_functions;
  holders_.assign(keys_.size(), 0);
  for (const auto& places : places_) {
    for (std::size_t k = 0; k < keys_.size(); ++k) holders_[k] += places[k].count;
  }
  if (dead == 0) return {};
  for (std::uint32_t k = 0; k < keys_.size(); ++k) {
    if (holders_[k] == 0 || holders_[k] > kMaxPostings + dead) continue;
    PROVA_TRY(live, count_live(snapshot, places_, k));
    holders_[k] = live;
  }
  return {};
}

std::uint32_t KeyLookup::index_of(FeatureKey key) const {
  return static_cast<std::uint32_t>(std::lower_bound(keys_.begin(), keys_.end(), key) - keys_.begin());
}

}  // namespace prova
