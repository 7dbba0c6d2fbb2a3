#include "evidence/severity.h"

#include <algorithm>

namespace prova {
namespace {

using I = SeverityInput;
using Options = std::span<const SeverityOption>;

// CISA, National Cyber Incident Scoring System: categories and weights of the published scoring model; option lists as
// in CERT/CC's SSVC. docs/methods/severity.md quotes them in full.
constexpr auto kFunctional = std::to_array<SeverityOption>(
    {{"none", 0}, {"no_impact_to_services", 20}, {"minimal_non_critical", 35}, {"minimal_critical", 40},
     {"significant_non_critical", 50}, {"denial_non_critical", 60}, {"significant_critical", 70}, {"denial_critical", 100}});
constexpr auto kActivity = std::to_array<SeverityOption>(
    {{"none", 0}, {"prepare", 40}, {"engage", 70}, {"presence", 80}, {"effect", 100}});
constexpr auto kLocation = std::to_array<SeverityOption>(
    {{"business_dmz", 30}, {"business_network", 40}, {"unknown", 50}, {"business_management", 60}, {"critical_dmz", 70},
     {"critical_management", 80}, {"critical_systems", 90}, {"safety_systems", 100}});
constexpr auto kActor = std::to_array<SeverityOption>(
    {{"hacktivist", 20}, {"unwitting_insider", 30}, {"criminal", 40}, {"unknown", 50}, {"witting_insider", 65},
     {"apt", 80}, {"apt_targeted", 100}});
constexpr auto kInformation = std::to_array<SeverityOption>(
    {{"none", 0}, {"suspected", 10}, {"privacy", 20}, {"proprietary", 50}, {"destruction_non_critical", 60},
     {"critical_breach", 70}, {"core_credentials", 80}, {"destruction_critical", 100}});
constexpr auto kRecoverability =
    std::to_array<SeverityOption>({{"regular", 20}, {"supplemented", 40}, {"extended", 60}, {"not_recoverable", 100}});
constexpr auto kDependency = std::to_array<SeverityOption>(
    {{"nuclear", 15}, {"food", 20}, {"chemical", 20}, {"dams", 25}, {"emergency", 25}, {"health", 30}, {"commercial", 30},
     {"finance", 35}, {"defence", 35}, {"government", 40}, {"manufacturing", 50}, {"water", 60}, {"communications", 75},
     {"transport", 75}, {"information_technology", 80}, {"energy", 100}});
constexpr auto kPotential = std::to_array<SeverityOption>(
    {{"minimal", 0}, {"low", 25}, {"moderate", 50}, {"high", 75}, {"severe", 100}});

constexpr auto kInputs = std::to_array<SeverityInputRow>({{I::kFunctionalImpact, "functional_impact", 6, kFunctional},
                                                          {I::kObservedActivity, "observed_activity", 5, kActivity},
                                                          {I::kLocation, "location", 4, kLocation},
                                                          {I::kActor, "actor", 4, kActor},
                                                          {I::kInformationImpact, "information_impact", 2, kInformation},
                                                          {I::kRecoverability, "recoverability", 4, kRecoverability},
                                                          {I::kDependency, "dependency", 3, kDependency},
                                                          {I::kPotentialImpact, "potential_impact", 6, kPotential}});
static_assert(kInputs.size() == kSeverityInputs);

struct LevelRow {
  double below;
  NcissLevel level;
  std::string_view name;
};
/// Upper bounds of the published levels. Emergency is a score of 100: nothing lies above "severe" otherwise.
constexpr auto kLevels = std::to_array<LevelRow>({{20, NcissLevel::kNegligible, "baseline - negligible"},
                                                  {35, NcissLevel::kMinor, "baseline - minor"},
                                                  {50, NcissLevel::kLow, "low"},
                                                  {65, NcissLevel::kMedium, "medium"},
                                                  {80, NcissLevel::kHigh, "high"},
                                                  {100, NcissLevel::kSevere, "severe"},
                                                  {1e9, NcissLevel::kEmergency, "emergency"}});

constexpr auto kVictims = std::to_array<std::string_view>(
    {"national", "essential_services", "central_government", "population", "large_organisation", "local_government",
     "medium_organisation", "small_organisation", "individual"});
constexpr auto kImpacts = std::to_array<std::string_view>({"severe", "serious", "risk", "early_signs"});

/// UK NCSC, cyber incident categories (2018): the category for each victim (rows) and impact (columns: severe, serious,
/// considerable risk, early signs). Where a definition names no such pair, the next less severe column that does.
constexpr int kCategory[][4] = {
    {1, 2, 3, 5},  // national: security of the nation
    {1, 2, 3, 5},  // essential services
    {2, 2, 3, 5},  // central government
    {1, 2, 3, 5},  // a large part of the population or economy
    {3, 3, 4, 5},  // large organisation
    {3, 3, 4, 5},  // wider or local government
    {4, 4, 5, 6},  // medium-sized organisation
    {5, 5, 6, 6},  // small organisation
    {6, 6, 6, 6},  // individual
};

int lowest(const SeverityInputRow& row) { return row.options.front().score; }
int highest(const SeverityInputRow& row) { return row.options.back().score; }

double score_of(const SeverityInputs& inputs, std::optional<std::string_view> actor) {
  double sum = 0, least = 0, most = 0;
  for (const SeverityInputRow& row : kInputs) {
    const bool replaced = row.input == I::kActor && actor;
    const auto chosen = replaced ? *actor : inputs.chosen[static_cast<std::size_t>(row.input)];
    sum += row.weight * option_score(row, chosen).value_or(lowest(row));
    least += row.weight * lowest(row);
    most += row.weight * highest(row);
  }
  return std::clamp(100 * (sum - least) / (most - least), 0.0, 100.0);
}

NcissLevel level_of(double score) {
  for (const LevelRow& row : kLevels) {
    if (score < row.below) return row.level;
  }
  return NcissLevel::kEmergency;
}

}  // namespace

std::span<const SeverityInputRow> severity_inputs() { return kInputs; }
std::span<const std::string_view> ncsc_victim_names() { return kVictims; }
std::span<const std::string_view> ncsc_impact_names() { return kImpacts; }
std::string_view name_of(NcissLevel level) { return kLevels[static_cast<std::size_t>(level)].name; }

std::optional<int> option_score(const SeverityInputRow& row, std::string_view option) {
  for (const SeverityOption& known : row.options) {
    if (known.name == option) return known.score;
  }
  return std::nullopt;
}

int ncsc_category(NcscImpact impact, std::span<const NcscVictim> victims) {
  int worst = 6;
  for (const NcscVictim victim : victims) {
    worst = std::min(worst, kCategory[static_cast<std::size_t>(victim)][static_cast<std::size_t>(impact)]);
  }
  return worst;
}

Severity severity_of(const SeverityInputs& inputs) {
  Severity severity;
  severity.score = score_of(inputs, std::nullopt);
  severity.score_without_actor = score_of(inputs, "unknown");
  severity.level = level_of(severity.score);
  severity.level_without_actor = level_of(severity.score_without_actor);
  if (inputs.ncsc_impact && !inputs.ncsc_victims.empty()) {
    severity.ncsc_category = ncsc_category(*inputs.ncsc_impact, inputs.ncsc_victims);
  }
  return severity;
}

}  // namespace prova
