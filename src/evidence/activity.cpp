#include "evidence/activity.h"

#include <algorithm>
#include <array>

namespace prova {
namespace {

constexpr auto kRoles = std::to_array<std::string_view>({"access", "theft", "probing", "destruction", "leak", "persona"});
constexpr auto kRelations =
    std::to_array<std::string_view>({"hands_over", "supports", "same_as", "claims_for", "poses_as"});

template <typename Enum, std::size_t N>
std::optional<Enum> position_of(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view name_of(ActivityRole role) { return kRoles[static_cast<std::size_t>(role)]; }
std::optional<ActivityRole> role_from_name(std::string_view name) { return position_of<ActivityRole>(kRoles, name); }
std::span<const std::string_view> activity_role_names() { return kRoles; }

std::string_view name_of(ActivityRelation relation) { return kRelations[static_cast<std::size_t>(relation)]; }
std::optional<ActivityRelation> relation_from_name(std::string_view name) {
  return position_of<ActivityRelation>(kRelations, name);
}
std::span<const std::string_view> activity_relation_names() { return kRelations; }

}  // namespace prova
