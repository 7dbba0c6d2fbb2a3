#include "knowledge/join_groups.h"

#include <algorithm>
#include <map>
#include <set>

#include "knowledge/names.h"

namespace prova::knowledge {
namespace {

bool has_alias(const Group& group, std::string_view folded_name) {
  return std::any_of(group.aliases.begin(), group.aliases.end(), [&](const Alias& one) { return folded(one.name) == folded_name; });
}

/// Why a group may join another, weakest first. Several reasons for one pair count by the strongest.
enum class Reason : std::uint8_t { kMutualAlias, kSameName, kEquated, kEquatedAndSameName, kSameId };

constexpr std::string_view text_of(Reason reason) {
  switch (reason) {
    case Reason::kMutualAlias: return "each counts the other's name among its aliases";
    case Reason::kSameName: return "the same name";
    case Reason::kEquated: return "its source equates the two";
    case Reason::kEquatedAndSameName: return "its source equates the two, and the same name";
    case Reason::kSameId: return "the same id";
  }
  return "";
}

/// A group that would join a known one.
struct Wish {
  const Group* group = nullptr;
  Reason reason = Reason::kMutualAlias;
};

/// Joins the groups of one source after the other.
class Joiner {
 public:
  void add(const Source& source) {
    std::map<std::string, std::vector<Wish>> wishes;  // id of the known group -> those that would join it
    std::vector<const Group*> alone;
    for (const Group& group : source.groups) {
      const auto [target, reason] = target_of(group);
      if (target.empty()) alone.push_back(&group);
      else wishes[target].push_back({&group, reason});
    }
    for (auto& [target, list] : wishes) {
      std::stable_sort(list.begin(), list.end(), [](const Wish& a, const Wish& b) { return a.reason > b.reason; });
      const bool one_is_strongest = list.size() == 1 || list[0].reason > list[1].reason;
      if (one_is_strongest) known_.at(target).parts.push_back({&source, list[0].group, std::string(text_of(list[0].reason))});
      for (std::size_t i = one_is_strongest ? 1 : 0; i < list.size(); ++i) alone.push_back(list[i].group);
    }
    for (const Group* one : alone) known_[free_id(one->id)] = {"", one->name, {{&source, one, {}}}, {}, {}};
    index_names();
  }

  std::vector<KnownGroup> take() && {
    std::vector<KnownGroup> out;
    for (auto& [id, group] : known_) {
      group.id = id;
      settle(group);
      out.push_back(std::move(group));
    }
    return out;
  }

 private:
  /// An id that another group has already is left to it: the newcomer keeps its own with a mark.
  std::string free_id(std::string id) const {
    while (known_.contains(id)) id += "'";
    return id;
  }

  /// The known group that `group` would join; empty when none or several fit equally.
  std::pair<std::string, Reason> target_of(const Group& group) const {
    if (known_.contains(group.id)) return {group.id, Reason::kSameId};
    const std::string name = folded(group.name);
    const auto same = by_name_.find(name);
    std::vector<std::string> equated;
    for (const std::string& id : group.known_as) {
      if (!known_.contains(id)) continue;
      if (same != by_name_.end() && same->second.contains(id)) return {id, Reason::kEquatedAndSameName};
      equated.push_back(id);
    }
    if (equated.size() == 1) return {equated.front(), Reason::kEquated};
    if (same != by_name_.end()) {
      return same->second.size() == 1 ? std::pair{*same->second.begin(), Reason::kSameName} : std::pair{std::string(), Reason::kSameName};
    }
    std::set<std::string> mutual;
    if (const auto found = by_alias_.find(name); found != by_alias_.end()) {
      for (const std::string& id : found->second) {
        if (has_alias(group, folded(known_.at(id).name))) mutual.insert(id);
      }
    }
    return {mutual.size() == 1 ? *mutual.begin() : std::string(), Reason::kMutualAlias};
  }

  void index_names() {
    by_name_.clear();
    by_alias_.clear();
    for (const auto& [id, group] : known_) {
      for (const GroupPart& part : group.parts) {
        by_name_[folded(part.group->name)].insert(id);
        for (const Alias& alias : part.group->aliases) by_alias_[folded(alias.name)].insert(id);
      }
    }
  }

  static void settle(KnownGroup& group) {
    const auto first_nation = [&](bool prose) {
      for (const GroupPart& part : group.parts) {
        const bool from_prose = part.source->kind == SourceKind::kAttack;
        if (from_prose == prose && group.nation.empty() && !part.group->nations.empty()) group.nation = part.group->nations.front().value;
      }
    };
    first_nation(false);
    first_nation(true);
    for (const GroupPart& part : group.parts) {
      for (const Claim& victim : part.group->victims) group.victims.push_back(victim.value);
    }
    std::sort(group.victims.begin(), group.victims.end());
    group.victims.erase(std::unique(group.victims.begin(), group.victims.end()), group.victims.end());
  }

  std::map<std::string, KnownGroup> known_;
  std::map<std::string, std::set<std::string>> by_name_, by_alias_;
};

}  // namespace

std::vector<KnownGroup> join_all(const std::vector<Source>& sources) {
  Joiner joiner;
  for (const Source& source : sources) joiner.add(source);
  return std::move(joiner).take();
}

}  // namespace prova::knowledge
