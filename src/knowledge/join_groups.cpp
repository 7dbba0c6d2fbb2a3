#include "knowledge/join_groups.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

#include "knowledge/names.h"

namespace prova::knowledge {
namespace {

bool has_alias(const Group& group, std::string_view folded_name) {
  return std::any_of(group.aliases.begin(), group.aliases.end(), [&](const Alias& one) { return folded(one.name) == folded_name; });
}

/// Joins the groups of one source after the other.
class Joiner {
 public:
  void add(const Source& source) {
    std::map<std::string, std::vector<const Group*>> wanted;  // id of the known group -> those that would join it
    std::map<const Group*, std::string> because;
    for (const Group& group : source.groups) {
      const auto [target, reason] = target_of(group);
      wanted[target].push_back(&group);
      because[&group] = reason;
    }
    std::vector<const Group*> alone;
    for (const auto& [target, list] : wanted) {
      if (target.empty() || list.size() > 1) {
        for (const Group* one : list) alone.push_back(one);
      } else {
        known_.at(target).parts.push_back({&source, list.front(), because[list.front()]});
      }
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

  std::pair<std::string, std::string> target_of(const Group& group) const {
    if (known_.contains(group.id)) return {group.id, "the same id"};
    if (!group.known_as.empty() && known_.contains(group.known_as)) {
      return {group.known_as, fmt::format("its source equates it with {}", group.known_as)};
    }
    const std::string name = folded(group.name);
    if (const auto same = by_name_.find(name); same != by_name_.end()) {
      return same->second.size() == 1 ? std::pair{*same->second.begin(), std::string("the same name")} : std::pair<std::string, std::string>{};
    }
    std::set<std::string> mutual;
    if (const auto found = by_alias_.find(name); found != by_alias_.end()) {
      for (const std::string& id : found->second) {
        if (has_alias(group, folded(known_.at(id).name))) mutual.insert(id);
      }
    }
    if (mutual.size() == 1) return {*mutual.begin(), "each counts the other's name among its aliases"};
    return {};
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
