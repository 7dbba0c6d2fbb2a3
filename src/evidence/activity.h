#pragma once
// What was done, apart from who did it: the clusters of activity of a case, what they wanted, and what others say was
// lost. An attack on a state is seldom one actor: someone opens the door, someone takes the mail, someone wipes, someone
// publishes. Each cluster has a ladder of questions of its own, and links to the others.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prova {

/// What a cluster did in the case. The phases that incident reports tell apart.
enum class ActivityRole : std::uint8_t { kAccess, kTheft, kProbing, kDestruction, kLeak, kPersona };
[[nodiscard]] std::string_view name_of(ActivityRole role);
[[nodiscard]] std::optional<ActivityRole> role_from_name(std::string_view name);
[[nodiscard]] std::span<const std::string_view> activity_role_names();

/// How one cluster relates to another.
enum class ActivityRelation : std::uint8_t { kHandsOver, kSupports, kSameAs, kClaimsFor, kPosesAs };
[[nodiscard]] std::string_view name_of(ActivityRelation relation);
[[nodiscard]] std::optional<ActivityRelation> relation_from_name(std::string_view name);
[[nodiscard]] std::span<const std::string_view> activity_relation_names();

struct ActivityLink {
  std::string to;                     ///< Cluster id.
  ActivityRelation relation{};
  std::vector<std::string> evidence;  ///< Item ids.
};

/// Activity that hangs together, whoever it belongs to. Counted from the day on which any of its evidence is known.
struct ActivityCluster {
  std::string id;
  std::string name;                   ///< "DEV-0861"
  std::vector<std::string> also;      ///< Names that others give it. An alias is not an identity: see docs/formats/case.md.
  ActivityRole role{};
  std::string did;                    ///< A verb phrase: "gained access in May 2021 and took mail".
  std::vector<std::string> evidence;  ///< Item ids.
  std::vector<std::string> questions; ///< Its ladder: questions of the case.
  std::vector<std::string> earlier_victims;   ///< Whom it had hit before, as written.
  std::vector<std::string> earlier_evidence;  ///< Item ids for that.
  std::vector<ActivityLink> links;
  int line = 0;
};

/// A text that rests on evidence: an aim, or what somebody says was lost.
struct SourcedText {
  std::string id;
  std::string text;
  std::vector<std::string> evidence;
  int line = 0;
};

}  // namespace prova
