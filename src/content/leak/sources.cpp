#include "content/leak/sources.h"

#include <algorithm>

namespace prova {
namespace {

std::string owner_name(const Inventory& inventory, std::uint32_t id) {
  for (const auto& [known, name] : inventory.meta().owners) {
    if (known == id) return name;
  }
  return std::to_string(id);
}

void add(LeakMatch& match, const Inventory& inventory, std::uint32_t file, std::string_view name) {
  ++match.holders;
  LeakSource source = source_of(inventory, file, name);
  const std::pair place(source.system, source.owner);
  const auto at = std::lower_bound(match.places.begin(), match.places.end(), place);
  if (at == match.places.end() || *at != place) match.places.insert(at, place);
  if (match.sources.size() < kListedSources) {
    match.sources.push_back(std::move(source));
  } else if (source.canary) {
    match.sources.back() = std::move(source);  // A canary is worth more than the sixteenth copy.
  }
}

}  // namespace

bool LeakMatch::canary() const {
  return std::any_of(sources.begin(), sources.end(), [](const LeakSource& source) { return source.canary; });
}

LeakSource source_of(const Inventory& inventory, std::uint32_t file, std::string_view name) {
  LeakSource source;
  source.system = inventory.system(file);
  source.path = inventory.path(file);
  if (!name.empty()) (source.path += "!").append(name);
  source.owner = owner_name(inventory, inventory.files()[file].owner);
  source.canary = (inventory.files()[file].flags & kCanary) != 0;
  return source;
}

void add_file_sources(const Inventory& inventory, std::uint32_t file, LeakMatch& match) {
  for (const std::uint32_t same : inventory.with_digest(inventory.digest(file))) add(match, inventory, same, "");
}

void add_text_sources(const KnownContent& known, std::uint32_t group, LeakMatch& match) {
  for (const std::uint32_t text : known.group(group)) add(match, known.inventory(), known.texts()[text].file, known.texts()[text].name);
}

void add_member_sources(const Inventory& inventory, std::span<const MemberEntry> members, LeakMatch& match) {
  for (const MemberEntry& member : members) add(match, inventory, member.file, inventory.member_name(member));
}

}  // namespace prova
