#pragma once
// The answer: every question of a case as it stood on one day, with each term that led there. Plain data; the report
// renders it, nothing in it needs the case again. All text that comes from the case is untrusted when printed.

#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "evidence/kinds.h"

namespace prova {

/// Probability with its 80 % interval. 0 <= low <= mid <= high <= 1.
struct ProbabilityInterval {
  double low = 0, mid = 0, high = 0;
  friend bool operator==(const ProbabilityInterval&, const ProbabilityInterval&) = default;
};

/// Words for a probability. The term comes from `mid`. Empty strings where no term is given (not assessed, or the
/// evidence does not separate the hypotheses); `why_none` then says why.
struct Terms {
  std::string phia;              ///< UK PHIA probability yardstick.
  bool phia_in_gap = false;      ///< The value lies between two ranges of the yardstick; the nearer one was taken.
  std::string phia_low;          ///< Term of the interval's lower bound ...
  std::string phia_high;         ///< ... and of its upper one.
  std::string phia_range;        ///< "realistic possibility to likely" when those two differ; else equal to `phia`.
  std::string icd203;            ///< US ICD 203.
  std::string icd203_low, icd203_high, icd203_range;
  std::string why_none;
  friend bool operator==(const Terms&, const Terms&) = default;
};

/// One hypothesis of a question, "unknown" included (always the last).
struct HypothesisResult {
  std::string id, label;
  ProbabilityInterval probability;     ///< Of the hypothesis together with everything it is asked given.
  ProbabilityInterval conditional;     ///< Given the rung above; equal to `probability` where there is none.
  double prior = 0;                    ///< Given the rung above.
  Terms terms;                         ///< For `probability`.
  bool imitable = true;
  double posing = 0;                   ///< P(someone else poses as it), given the rung above; 0 when not imitable.
  double imitated_by_unknown = 0;      ///< P(unknown, posing as it): the part of `unknown` that closes the list.
};

enum class ConfidenceLevel : std::uint8_t { kLow, kModerate, kHigh };
[[nodiscard]] std::string_view name_of(ConfidenceLevel level);

/// What a criterion of the confidence rules looks at; docs/methods/inference.md, "Confidence".
enum class ConfidenceCriterion : std::uint8_t { kHard, kOwn, kDisclosed, kAspects, kSupport, kAbove, kCarried, kNothing, kSoft };

/// One criterion of the confidence rules, met or not.
struct ConfidenceReason {
  ConfidenceLevel level{};   ///< Of which level it is a condition.
  bool met = false;
  std::string text;          ///< "2 independent roots that are hard to fake, 3 needed for high".
  ConfidenceCriterion criterion{};   ///< The same for writers of other languages ...
  double found = 0, needed = 0;      ///< ... counts, or shares in 0 .. 1; `needed` is a maximum for shares.
  std::string source;                ///< kCarried: the pool.
};

/// Analytic confidence: about the evidence, never about how likely the answer is.
struct Confidence {
  ConfidenceLevel level = ConfidenceLevel::kLow;
  std::vector<std::string> reasons;          ///< What decided: the conditions not met for the next level, or why high.
  std::vector<ConfidenceReason> criteria;    ///< Every condition that was checked.
  bool only_soft = false;                    ///< All of the support for the leader is easy to fake.
  /// The criteria behind `reasons`, in the same order.
  [[nodiscard]] std::vector<const ConfidenceReason*> deciding() const;
};

/// What one item adds for or against one hypothesis of the question.
struct ItemContribution {
  std::string item;            ///< Evidence id.
  std::string pool;            ///< In which pool it was counted.
  std::string root;            ///< Its home root.
  EvidenceKind kind{};
  std::string hypothesis;
  double log10_weight = 0;     ///< Effective weight after reliability, alone; negative: against.
  bool implied = false;        ///< Said on a lower rung, which speaks for this one too.
  bool absorbed = false;       ///< A stronger or equal item of the same cell already says this: adds nothing.
  std::string written;         ///< The word or number in the case.
  double reliability = 0;      ///< rho: P(root sound) x P(claim holds).
  double log10_stated = 0;     ///< Before reliability: the word's share of the cap, or the ratio measured.
  std::string note;            ///< For measured items: how, and how far it was limited.
};

/// What one independent pool (a root, or roots that share intelligence) adds for one hypothesis.
struct PoolContribution {
  std::string pool;
  std::vector<std::string> roots;
  std::string label;
  std::string hypothesis;
  double log10_for = 0;        ///< >= 0
  double log10_against = 0;    ///< >= 0
  bool withheld = false;       ///< All its items for this hypothesis are assessments whose evidence is not disclosed.
};

struct QuestionResult {
  std::string id, ask;
  std::string given_question, given_hypothesis;  ///< Empty when the question stands alone.
  std::optional<double> given_probability;       ///< P(given hypothesis), along the chain.
  bool assessed = false;                         ///< False: nobody has spoken; every number below is then unset.
  std::string why_not;                           ///< Why it was not assessed, or why the answer is thin.
  std::vector<HypothesisResult> hypotheses;      ///< As in the case, then "unknown".
  std::optional<std::string> leading;            ///< Most probable hypothesis; unset when not assessed or not separable.
  bool separable = false;                        ///< The evidence moves the leader clearly above its prior.
  /// Lower bound of the leader is at least one half, and not all of its support is easy to fake.
  bool resolved = false;
  Confidence confidence;                         ///< In the leader.
  std::vector<ItemContribution> items;           ///< By hypothesis, then strongest first, then id.
  std::vector<PoolContribution> pools;           ///< By hypothesis, then strongest first, then id.
};

/// How the answer moves when one thing is taken away or moved.
struct SensitivityEntry {
  enum class Of : std::uint8_t { kItem, kPool, kAssumption };
  std::string question, hypothesis;     ///< The leader (or most probable) of the question.
  Of of{};
  std::string id;                       ///< Item, pool, or assumption ("prior of iran", "deception rate").
  std::string label;
  double log10_odds = 0;                ///< Change of the leader's log10 odds: removed (items, pools), or half the
                                        ///< spread over plus and minus one standard deviation (assumptions).
  double probability_without = 0;       ///< Of that hypothesis after the change.
  std::string leader_without;           ///< Who leads then.
  /// Another hypothesis leads, or the question is resolved no longer (or only now): the interval of the leader no longer begins at
  /// one half, or what is left of its support is all easy to fake.
  bool decisive = false;
};
[[nodiscard]] std::string_view name_of(SensitivityEntry::Of of);

/// Two statements that cannot both be right. Kept and shown, never averaged away.
struct Contradiction {
  std::string question;
  std::string item_a, item_b;
  std::string text;                      ///< One sentence.
};

struct NextEvidence {
  std::string question;
  std::string action;
  EvidenceKind kind{};
  double bits = 0;                       ///< Expected information about the question; never negative.
  double entropy_bits = 0;               ///< What is open now.
  double find = 0;                       ///< Assumed chance that there is something to find.
  bool confirms = false;                 ///< It settles a doubtful item instead of looking for a new one.
  std::string item;                      ///< That item.
};

/// What somebody else has said about the case, beside ours.
struct OtherAssessment {
  std::string item;
  std::string issuer;
  Day known_from{};
  EvidenceKind kind{};
  std::string wording;                   ///< Their words, untouched.
  std::string yardstick;                 ///< Their scale; "none" when they named none.
  std::string likelihood, confidence;    ///< As they stated them; empty when they did not.
  std::string yardstick_range;           ///< "95-100 %" on the issuer's own yardstick; empty when it maps to none.
  std::vector<std::string> says;         ///< "nexus: iran ++".
  std::vector<std::string> roots;
  std::vector<std::string> echo_of;      ///< Items that it only repeats.
  bool withheld = false;                 ///< Its evidence is not disclosed.
  bool counted = false;                  ///< Whether it weighs anything in ours.
  std::string why_not;
  std::string source;
  std::vector<std::string> urls;
};

/// An item that weighs nothing, and why.
struct SilentItem {
  enum class Reason : std::uint8_t { kNotYetKnown, kEcho, kDisproved, kCovered, kNotMeasured, kReplaced, kSaysNothing };
  std::string item;
  Reason reason{};
  std::string text;                      ///< "not known before 2022-09-08", "repeats A07, A08, A09".
};
[[nodiscard]] std::string_view name_of(SilentItem::Reason reason);

struct Assessment {
  std::string case_name, summary, notice;
  Day as_of{};
  std::vector<QuestionResult> questions;      ///< As in the case.
  std::vector<SensitivityEntry> sensitivity;  ///< By question as in the case, then largest move first.
  std::vector<Contradiction> contradictions;
  std::vector<NextEvidence> next_evidence;    ///< By question as in the case, then most bits first.
  std::vector<OtherAssessment> others;        ///< By date, then id.
  std::vector<SilentItem> silent;             ///< In the order of the case.
  std::vector<std::string> warnings;          ///< Traps noticed in the encoding.
  std::size_t items_known = 0, items_counted = 0;
};

}  // namespace prova
