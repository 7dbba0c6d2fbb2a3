#include "attribution/selection.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <unordered_map>

namespace prova {
namespace {

/// Everything that makes two items the same statement; ids, notes and sources do not.
std::string copy_key(const EvidenceItem& item) {
  std::string key = fmt::format("{}|{}|{}|{}|{}", static_cast<int>(item.kind), fmt::join(item.roots, ","), item.fact,
                                item.event_date ? item.event_date->text : "", fmt::join(item.disproves, ","));
  std::vector<std::string> words;
  for (const Statement& s : item.says) words.push_back(fmt::format("|{}:{}:{}", s.question, s.hypothesis, s.written));
  std::sort(words.begin(), words.end());
  return key + fmt::format("{}", fmt::join(words, ""));
}

class Selection {
 public:
  Selection(const Case& input, Day day, const EvidenceItem* without) : input_(input), known_(input.evidence.size()) {
    for (std::size_t i = 0; i < input.evidence.size(); ++i) {
      const EvidenceItem& item = input.evidence[i];
      known_[i] = &item != without && item.known_from.last <= day;
      index_.emplace(item.id, i);
      copies_[copy_key(item)].push_back(i);
      if (!item.fact.empty()) facts_[item.fact].push_back(i);
    }
    find_disproofs();
  }

  [[nodiscard]] bool known(std::size_t i) const { return known_[i]; }
  /// Ids of the known, undisproved items that disprove item `i`.
  [[nodiscard]] std::vector<std::string> disproved_by(std::size_t i) const {
    std::vector<std::string> ids;
    for (const std::size_t j : disprovers_[i]) {
      if (!disproved_[j]) ids.push_back(input_.evidence[j].id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }
  [[nodiscard]] bool disproved(std::size_t i) const { return disproved_[i]; }
  /// What item `j` exposes, among what is known: the named items, their copies, and items of the same fact.
  [[nodiscard]] std::vector<std::size_t> reach(std::size_t j) const {
    std::vector<std::size_t> reached;
    for (const std::string& id : input_.evidence[j].disproves) {
      const auto found = index_.find(id);
      if (found == index_.end()) continue;
      reached.push_back(found->second);
      add_alike(found->second, reached);
    }
    std::erase_if(reached, [&](std::size_t i) { return !known_[i]; });
    std::sort(reached.begin(), reached.end());
    reached.erase(std::unique(reached.begin(), reached.end()), reached.end());
    return reached;
  }

 private:
  /// Copies, and items of the same fact. A copy disproves what its original does, so no new circle can arise from it;
  /// among items of the same fact, those that disprove something are reached by name only, for the same reason.
  void add_alike(std::size_t i, std::vector<std::size_t>& reached) const {
    const std::vector<std::size_t>& copies = copies_.at(copy_key(input_.evidence[i]));
    reached.insert(reached.end(), copies.begin(), copies.end());
    if (input_.evidence[i].fact.empty()) return;
    for (const std::size_t k : facts_.at(input_.evidence[i].fact)) {
      if (input_.evidence[k].disproves.empty()) reached.push_back(k);
    }
  }

  void find_disproofs() {
    const std::size_t n = input_.evidence.size();
    disprovers_.resize(n);
    disproved_.assign(n, false);
    std::size_t proofs = 0;
    for (std::size_t j = 0; j < n; ++j) {
      if (!known_[j] || input_.evidence[j].disproves.empty()) continue;
      ++proofs;
      for (const std::size_t i : reach(j)) disprovers_[i].push_back(j);
    }
    // Circle-free in a valid case, so this settles in at most as many rounds as the longest chain of disproofs.
    bool changed = proofs > 0;
    for (std::size_t round = 0; changed && round <= proofs; ++round) {
      changed = false;
      for (std::size_t i = 0; i < n; ++i) {
        const bool now = std::any_of(disprovers_[i].begin(), disprovers_[i].end(), [&](std::size_t j) { return !disproved_[j]; });
        if (now == disproved_[i]) continue;
        disproved_[i] = now;
        changed = true;
      }
    }
  }

  const Case& input_;
  std::vector<bool> known_;
  std::unordered_map<std::string_view, std::size_t> index_;
  std::map<std::string, std::vector<std::size_t>> copies_, facts_;
  std::vector<std::vector<std::size_t>> disprovers_;
  std::vector<bool> disproved_;
};

void silence(ItemStatus& status, SilentItem::Reason reason, std::string text) {
  status.counts = false;
  status.reason = reason;
  status.text = std::move(text);
}

/// Marks the verbal items that a measurement stands in for.
void apply_replacements(const Case& input, std::vector<ItemStatus>& statuses) {
  std::map<std::string_view, std::string_view> replaced;  // item -> the smallest id that replaces it
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    if (!statuses[i].counts || (input.evidence[i].kinship && statuses[i].measurement == nullptr)) continue;
    for (const std::string& id : input.evidence[i].replaces) {
      const auto [entry, fresh] = replaced.emplace(id, input.evidence[i].id);
      if (!fresh) entry->second = std::min<std::string_view>(entry->second, input.evidence[i].id);
    }
  }
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    const auto found = replaced.find(input.evidence[i].id);
    if (found == replaced.end() || !statuses[i].counts) continue;
    silence(statuses[i], SilentItem::Reason::kReplaced, fmt::format("replaced by the measurement {}", found->second));
  }
}

}  // namespace

std::vector<ItemStatus> select_items(const Case& input, Day day, std::span<const KinshipMeasurement> kinship,
                                     const EvidenceItem* without) {
  const Selection selection(input, day, without);
  std::vector<ItemStatus> statuses(input.evidence.size());
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    const EvidenceItem& item = input.evidence[i];
    ItemStatus& status = statuses[i];
    status.counts = true;
    status.measurement = find_measurement(item, kinship);
    if (!selection.known(i)) {
      silence(status, SilentItem::Reason::kNotYetKnown, fmt::format("not known before {}", to_string(item.known_from.last)));
    } else if (selection.disproved(i)) {
      silence(status, SilentItem::Reason::kDisproved,
              fmt::format("disproved by {}", fmt::join(selection.disproved_by(i), ", ")));
    } else {
      if (item.kind == EvidenceKind::kForgeryProof) status.forged = selection.reach(i);
      if (!item.derived_from.empty()) {
        status.forged.clear();
        silence(status, SilentItem::Reason::kEcho, fmt::format("repeats {}", fmt::join(item.derived_from, ", ")));
      } else if (item.kinship && status.measurement == nullptr) {
        silence(status, SilentItem::Reason::kNotMeasured,
                fmt::format("not measured: no comparison of {} found kinship with {}", item.kinship->artifact, item.kinship->family));
      } else if (item.says.empty() && status.forged.empty()) {
        silence(status, SilentItem::Reason::kSaysNothing, "says nothing about any question");
      }
    }
  }
  apply_replacements(input, statuses);
  return statuses;
}

}  // namespace prova
