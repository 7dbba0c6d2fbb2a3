#pragma once
// The case as numbers: one small exact engine per question ("rung"). Private to this folder.
//
// Everything inside is held in an order that depends on ids only, never on the order of the case, and weights that
// repeat each other meet in a maximum. That is what makes the answers independent of order, duplicates and echoes, bit
// for bit.

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "attribution/selection.h"
#include "evidence/case.h"

namespace prova {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// One state of the world as far as a rung cares: who did it, and whom they pose as. Positions are into
/// Rung::hypotheses; `posing` is kNone for someone under their own flag; `who` is Rung::unknown() for the unknown.
struct State {
  std::size_t who = 0;
  std::size_t posing = kNone;
};

/// Effective weight, in nats, of one voice for the hypothesis itself, and for a state that poses as it (0 when against).
struct VoiceWeight {
  double own = 0;
  double posing = 0;
};

/// One statement of one item as it counts on one rung.
struct Voice {
  std::size_t item = 0;        ///< Index into Case::evidence.
  std::size_t statement = 0;   ///< Index into its `says`: the words it comes from, maybe said on a lower rung.
  std::size_t hypothesis = 0;
  double log_ratio = 0;        ///< |ln L|
  bool against = false;
  double rho = 0;              ///< Reliability.
  double planted = 0;          ///< P(an imitator can plant it).
  int spoofability = 5;
  bool implied = false;        ///< Said on a lower rung.
  VoiceWeight weight;          ///< With nothing moved.
  std::size_t word_number = kNone, rho_number = kNone;  ///< Which elicited numbers it depends on (Model::numbers).
};

/// Proof that evidence pointing at `targets` was forged: every state that poses as none of them pays `penalty`.
struct Exposure {
  std::size_t item = 0;
  std::vector<std::size_t> targets;  ///< Ascending.
  double penalty = 0;                ///< Nats, >= 0.
};

/// What one root says in one way about one fact: statements here repeat each other, only the strongest counts.
struct Cell {
  std::string root;
  EvidenceKind kind{};
  std::string fact;
  std::vector<Voice> voices;
  std::vector<Exposure> exposures;
};

/// Cells whose mistakes may have a common cause. Their weights add with diminishing returns.
struct Pool {
  std::string id;
  std::vector<Cell> cells;    ///< By (root, kind, fact).
  std::vector<double> net;    ///< Per state: weight for minus weight against, nats. Nothing moved, nothing dropped.
  std::vector<std::size_t> items, numbers;  ///< What its weight depends on. Ascending.
};

struct Rung {
  const Question* question = nullptr;
  std::vector<const Hypothesis*> hypotheses;  ///< By id.
  std::vector<double> prior;                  ///< Parallel, then the unknown.
  std::vector<State> states;
  std::vector<std::vector<std::size_t>> reach;  ///< Per hypothesis: the states that a voice about it weighs on.
  std::vector<double> log_prior;              ///< Per state.
  std::vector<Pool> pools;                    ///< By id.
  std::vector<double> net;                    ///< Per state: sum over pools.
  std::size_t above = kNone;                  ///< Rung that this one is asked given ...
  std::size_t above_hypothesis = kNone;       ///< ... and which of its hypotheses.
  std::vector<std::size_t> covered;           ///< Items: assessments whose root shows its evidence here. Ascending.
  std::vector<std::size_t> keystones;         ///< Items whose absence would move others to another root or uncover them.
  [[nodiscard]] std::size_t unknown() const { return hypotheses.size(); }
  /// Index of a state; kNone if there is none (nobody poses as themselves or as someone who cannot be imitated).
  [[nodiscard]] std::size_t state_at(std::size_t who, std::size_t posing) const {
    return index_[who * (hypotheses.size() + 1) + (posing == kNone ? hypotheses.size() : posing)];
  }
  void index_states();  ///< Fills `reach` and the index behind state_at, from `states`.
  [[nodiscard]] std::size_t position(std::string_view hypothesis) const;  ///< kNone if there is none.
  [[nodiscard]] bool spoken() const { return !pools.empty(); }

 private:
  std::vector<std::size_t> index_;
};

/// A number that somebody judged: a word, or a reliability. Moved by one standard deviation for the intervals.
struct Number {
  enum class Kind : std::uint8_t { kWord, kReliability };
  Kind kind{};
  std::string key;                          ///< Equal for statements that repeat each other.
  std::vector<std::size_t> rungs;           ///< Where it counts. Ascending.
};

struct Model {
  const Case* input = nullptr;
  std::vector<ItemStatus> status;   ///< Parallel to input->evidence.
  std::vector<Rung> rungs;          ///< By question id.
  std::vector<Number> numbers;      ///< By key.
  double deception = 0;             ///< delta
  [[nodiscard]] std::size_t rung_of(std::string_view question) const;  ///< kNone if there is none.
  /// The rung and those above it, nearest first.
  [[nodiscard]] std::vector<std::size_t> chain(std::size_t rung) const;
};

/// P(posing as someone else). False flags proven in public are a few in a hundred; docs/methods/inference.md.
constexpr double kDeceptionRate = .05;

/// Builds the model of the case as of `day`. `without`, if set, is an item to leave out entirely.
[[nodiscard]] Model build_model(const Case& input, Day day, std::span<const KinshipMeasurement> kinship,
                                const EvidenceItem* without = nullptr);

/// ln prior of every state of the rung, from its priors and the deception rate.
[[nodiscard]] std::vector<double> log_priors(const Rung& rung, std::span<const double> prior, double deception);

}  // namespace prova
