#pragma once
// Why a group stands where it stands. Private to rank.cpp.

#include "knowledge/rank.h"

namespace prova::knowledge {

/// Writes the reasons of each candidate: every feature's weight times its value, less the mean over the candidates; the
/// terms of BM25 and of the multinomial are given technique by technique and program by program.
class ReasonWriter {
 public:
  /// `victims`: ln of the victim ratio of each candidate.
  ReasonWriter(const RankingView& view, const RankingQuery& query, const std::vector<Candidate>& list,
               const std::vector<double>& victims, const RankingWeights& weights);

  /// The strongest reasons, at most kMaxReasons, largest weight first; those that round to nothing are left out.
  [[nodiscard]] std::vector<RankReason> because(std::size_t candidate) const;

 private:
  [[nodiscard]] double excess(std::size_t candidate, RankingFeatureName feature) const;
  void add_features(std::size_t candidate, std::vector<RankReason>& out) const;
  void add_parts(std::size_t candidate, std::vector<RankReason>& out) const;

  const RankingView& view_;
  const RankingQuery& query_;
  const std::vector<Candidate>& list_;
  const std::vector<double>& victims_;
  const RankingWeights& weights_;
  FeatureVector mean_{};
  double victim_mean_ = 0;
  std::vector<FeaturePart> mean_parts_;
};

/// Reasons kept per group.
constexpr std::size_t kMaxReasons = 12;

}  // namespace prova::knowledge
