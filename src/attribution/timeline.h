#pragma once
// How an assessment came to be: the same questions on every day on which something became known, what was new on that
// day, and by how much each new item moves the answer.

#include <span>
#include <string>
#include <vector>

#include "attribution/assess.h"

namespace prova {

/// What one new item does to the shown hypothesis of a question on the day on which it became known.
struct TimelineMove {
  std::string item;
  double log10_odds = 0;  ///< Log odds with everything known that day, less those without this item.
};

/// One question on one day.
struct TimelineAnswer {
  std::string question;
  bool assessed = false;
  std::string hypothesis;            ///< The leader; the most probable one where none is separable. Empty: not assessed.
  std::string label;
  bool separable = false, resolved = false;
  ProbabilityInterval probability;
  std::string phia;                  ///< Empty unless separable.
  ConfidenceLevel confidence{};
  double log10_change = 0;           ///< Of this hypothesis since the day before; 0 on its first day.
  std::vector<TimelineMove> moves;   ///< Largest first, then id. Items that move nothing visible are left out.
};

struct TimelineDay {
  Day day{};
  std::vector<std::string> new_items;    ///< In the order of the case.
  std::vector<TimelineAnswer> answers;   ///< As the questions in the case.
  std::vector<QuestionResult> questions; ///< The same with every hypothesis and every term that led there.
};

/// Moves below this many log10 units are not told: they change no whole per cent.
constexpr double kVisibleMove = 0.01;

/// Items whose move is computed: each costs one assessment, and a page tells no more of them. The oldest come first.
constexpr std::size_t kMaxMovedItems = 400;

/// One entry per day with something new, up to and including `last`; the most recent `limit` of them. Costs one
/// assessment without sensitivity per day and one per new item.
[[nodiscard]] std::vector<TimelineDay> timeline_of(const Case& input, std::span<const KinshipMeasurement> kinship, Day last,
                                                   std::size_t limit);

}  // namespace prova
