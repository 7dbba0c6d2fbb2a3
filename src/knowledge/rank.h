#pragma once
// Which known group fits an activity, with "none of the known groups" as an answer: the use of everything else here.

#include <string>
#include <vector>

#include "base/date.h"
#include "knowledge/ranking_model.h"

namespace prova::knowledge {

/// The prior that the actor is among the known groups when the user says nothing: the share of queries of the fit.
constexpr double kDefaultPriorKnown = 0.40;

/// What was observed, as the user wrote it.
struct RankRequest {
  std::vector<std::string> techniques, software;  ///< ATT&CK ids or names.
  std::vector<std::string> new_software;          ///< Programs that no source knows, by any name.
  std::vector<std::string> victims;               ///< Countries, by code or name.
  std::optional<Day> as_of;                       ///< Only reports published before that day.
  double prior_known = kDefaultPriorKnown;        ///< In (0, 1).
};

/// One reason for or against a group. Reasons of a group sum, with what all groups share, to its score.
struct RankReason {
  std::string text;        ///< "uses ZeroCleare, which no other known group is known to use"
  double log10_weight = 0; ///< What it adds to the score beyond the average candidate, in powers of ten.
};

struct RankedGroup {
  std::string id, name, nation;
  double probability = 0;  ///< Of being the actor, "none" included in the whole.
  double log10_lr = 0;     ///< Fit of this group against the average of all candidates, in powers of ten.
  std::vector<RankReason> because;  ///< Largest weight first.
};

struct RankedNation {
  std::string nation;      ///< Code; empty for groups whose nation no source names.
  double probability = 0;
};

struct Ranking {
  std::vector<RankedGroup> groups;    ///< Every candidate, by falling probability; ties by id.
  std::vector<RankedNation> nations;  ///< By falling probability; ties by code.
  double unknown = 1;                 ///< P(none of the known groups).
  double prior_known = 0;
  std::vector<RankingFeature> techniques, software;  ///< What the names meant.
  std::vector<std::string> victims;   ///< Codes.
  std::size_t new_software = 0;
  std::vector<std::string> notes;     ///< What the reader has to know: nothing given, few techniques, nothing fits, …
  std::string weights_version;
};

/// Ranks. Deterministic; the order and repetition of names change nothing. O(groups x (query + reports)).
/// Errors: kUsage (a prior outside (0, 1), nothing to rank by); kNotFound (a name that is not in the knowledge, with the
/// nearest ones; all such names are in the message), kUsage (an ambiguous name, with what it may mean).
[[nodiscard]] Result<Ranking> rank_groups(const KnowledgeBase& base, const RankRequest& request,
                                          const RankingWeights& weights = shipped_weights());

/// Victim countries of the activity against the list of a group: a likelihood ratio in [1/2, 10]; 1 for a group without
/// list. `listing` is how many groups list each country, in the order of `countries`. docs/methods/ranking.md.
[[nodiscard]] double victim_ratio(const std::vector<std::string>& countries, const std::vector<std::size_t>& listing,
                                  const std::vector<std::string>& group_victims);

}  // namespace prova::knowledge
