#pragma once
// How bad an incident is, on two published scales: the US NCISS score (CISA) and the UK NCSC category. The inputs are
// the analyst's, in case.yaml; the tables and the formula are in docs/methods/severity.md. One input of NCISS is the
// actor, so attribution changes the score: it is always given with and without the actor.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prova {

/// The inputs of NCISS, in the order of the published scoring model.
enum class SeverityInput : std::uint8_t {
  kFunctionalImpact, kObservedActivity, kLocation, kActor, kInformationImpact, kRecoverability, kDependency,
  kPotentialImpact, kCount,
};
constexpr std::size_t kSeverityInputs = static_cast<std::size_t>(SeverityInput::kCount);

/// One option of an input.
struct SeverityOption {
  std::string_view name;  ///< As written in case.yaml.
  int score = 0;          ///< 0 .. 100
};
struct SeverityInputRow {
  SeverityInput input{};
  std::string_view name;  ///< As written in case.yaml.
  int weight = 0;
  std::span<const SeverityOption> options;
};
[[nodiscard]] std::span<const SeverityInputRow> severity_inputs();

/// Levels of NCISS, from the lowest.
enum class NcissLevel : std::uint8_t { kNegligible, kMinor, kLow, kMedium, kHigh, kSevere, kEmergency };
[[nodiscard]] std::string_view name_of(NcissLevel level);

/// Who was hit, and how: what the published definitions of the UK categories tell apart.
enum class NcscVictim : std::uint8_t {
  kNational, kEssentialServices, kCentralGovernment, kPopulation, kLargeOrganisation, kLocalGovernment,
  kMediumOrganisation, kSmallOrganisation, kIndividual,
};
enum class NcscImpact : std::uint8_t { kSevere, kSerious, kRisk, kEarlySigns };
[[nodiscard]] std::span<const std::string_view> ncsc_victim_names();
[[nodiscard]] std::span<const std::string_view> ncsc_impact_names();

/// What the analyst put in.
struct SeverityInputs {
  std::array<std::string_view, kSeverityInputs> chosen{};           ///< Option names; all set once read.
  std::array<std::vector<std::string>, kSeverityInputs> evidence;   ///< Item ids per input.
  std::optional<NcscImpact> ncsc_impact;
  std::vector<NcscVictim> ncsc_victims;
  int line = 0;
};

struct Severity {
  double score = 0, score_without_actor = 0;  ///< 0 .. 100
  NcissLevel level{}, level_without_actor{};
  std::optional<int> ncsc_category;           ///< 1 .. 6
};

/// score = 100 (sum of weight x option - min) / (max - min), where min and max are the sums over the lowest and the
/// highest options. Without the actor: the same with actor `unknown`. REQUIRES every input chosen.
[[nodiscard]] Severity severity_of(const SeverityInputs& inputs);
/// The option's score, or nothing when the input has no such option.
[[nodiscard]] std::optional<int> option_score(const SeverityInputRow& row, std::string_view option);
/// The most severe UK category (1 is worst) that the published definitions give for these victims and this impact.
[[nodiscard]] int ncsc_category(NcscImpact impact, std::span<const NcscVictim> victims);

}  // namespace prova
