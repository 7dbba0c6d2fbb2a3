#include "store/postgres/find_candidates.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/postgres/key_postings.h"
#include "store/probe_rule.h"

namespace prova {
namespace {

/// Functions with one exact hash that are held before only the first kMaxExact are kept: the code that every program contains has
/// millions of copies.
constexpr std::size_t kExactHeld = 1 << 16;

bool by_function(const ScoredFunction& a, const ScoredFunction& b) { return a.function < b.function; }

void keep_first(std::vector<ScoredFunction>& exact) {
  if (exact.size() <= kMaxExact) return;
  std::nth_element(exact.begin(), exact.begin() + kMaxExact, exact.end(), by_function);
  exact.resize(kMaxExact);
}

/// Answers a batch of probes: first what all of them need is read, then each is weighed.
class PostgresSearch {
 public:
  PostgresSearch(PostgresConnection& connection, const Placement& placement, const Directory& directory, KeyPostings& postings,
                 std::span<const Probe> probes, std::size_t limit)
      : connection_(connection), placement_(placement), directory_(directory), postings_(postings), probes_(probes), limit_(limit) {}

  Result<std::vector<std::vector<Candidate>>> answer() {
    for (const Probe& probe : probes_) {
      terms_.push_back(probe_terms(probe, [&](FeatureKey key) { return postings_.index_of(key); }));
    }
    PROVA_TRY(read_lists());
    // From here on the lists that find functions are at hand.
    found_.resize(probes_.size());
    for (std::size_t i = 0; i < probes_.size(); ++i) PROVA_TRY(find(i));
    PROVA_TRY(read_prints());
    // From here on the functions that were found are at hand.
    std::vector<std::vector<Candidate>> answers;
    for (std::size_t i = 0; i < probes_.size(); ++i) {
      PROVA_TRY(answer, weigh_found(i));
      answers.push_back(std::move(answer));
    }
    return answers;
  }

 private:
  [[nodiscard]] std::vector<const ProbeTerm*> finding(std::size_t i) const {
    return finding_terms(terms_[i], [&](const ProbeTerm& term) { return postings_.holders(term.index); });
  }

  Status read_lists() {
    std::vector<const RunPostings*> lists;
    for (std::size_t i = 0; i < probes_.size(); ++i) {
      for (const ProbeTerm* term : finding(i)) {
        for (const RunPostings& one : postings_.postings(term->index)) lists.push_back(&one);
      }
      if (probes_[i].exact == 0) continue;
      for (const RunPostings& one : postings_.exact(probes_[i].exact)) lists.push_back(&one);
    }
    return postings_.read_long(lists);
  }

  /// Fills found_[i]: the heaviest by the finding features, and the first exact ones.
  Status find(std::size_t i) {
    for (const ProbeTerm* term : finding(i)) {
      for (const RunPostings& one : postings_.postings(term->index)) {
        PROVA_TRY(postings_.walk(one, [&](std::uint32_t number, std::uint32_t lists) {
          sums_.add(number, term->weights[lists], (lists & term->asked) != 0);
        }));
      }
    }
    auto& found = found_[i];
    sums_.take(found);
    keep_best(found, limit_);
    if (probes_[i].exact != 0) {
      std::vector<ScoredFunction> exact;
      for (const RunPostings& one : postings_.exact(probes_[i].exact)) {
        PROVA_TRY(postings_.walk(one, [&](std::uint32_t number, std::uint32_t) {
          exact.push_back({0, number});
          if (exact.size() == kExactHeld) keep_first(exact);
        }));
      }
      keep_first(exact);
      std::sort(exact.begin(), exact.end(), by_function);
      found.insert(found.end(), exact.begin(), exact.end());
    }
    std::sort(found.begin(), found.end(), by_function);
    const auto same = [](const ScoredFunction& a, const ScoredFunction& b) { return a.function == b.function; };
    found.erase(std::unique(found.begin(), found.end(), same), found.end());
    return {};
  }

  Status read_prints() {
    std::vector<std::uint32_t> numbers;
    for (const auto& found : found_) {
      for (const ScoredFunction& one : found) numbers.push_back(one.function);
    }
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    for (const std::uint32_t number : numbers) places_.emplace_back(address_of(number), number);
    std::sort(places_.begin(), places_.end());
    std::vector<std::int64_t> addresses;
    for (const auto& [address, number] : places_) addresses.push_back(address);
    PROVA_TRY(prints, fetch_rows(connection_, placement_, StoredTable::kPrints, addresses));
    prints_ = std::move(prints);
    return {};
  }

  [[nodiscard]] std::int64_t address_of(std::uint32_t number) const {
    const DirectorySample& sample = directory_.sample_of(number);
    return row_address(directory_.runs[sample.run].id, sample.first_function + (number - sample.number));
  }

  /// What was found, with its whole weight, in the order of the answer.
  Result<std::vector<Candidate>> weigh_found(std::size_t i) {
    std::vector<ScoredFunction> exact, others;
    for (const ScoredFunction& one : found_[i]) {
      PROVA_TRY(weight, weigh(one.function, terms_[i]));
      (probes_[i].exact != 0 && print_.exact == probes_[i].exact ? exact : others).push_back({weight, one.function});
    }
    keep_best(exact, limit_);
    keep_best(others, limit_);
    std::vector<Candidate> answer;
    for (const ScoredFunction& one : exact) answer.push_back({ref(one.function), one.weight, true});
    for (const ScoredFunction& one : others) {
      if (answer.size() == limit_) break;
      answer.push_back({ref(one.function), one.weight, false});
    }
    return answer;
  }

  /// The whole weight of a function, from its print, which is left in print_.
  Result<std::uint64_t> weigh(std::uint32_t number, const std::vector<ProbeTerm>& terms) {
    const std::int64_t address = address_of(number);
    const auto place = std::lower_bound(places_.begin(), places_.end(), std::pair(address, number));
    if (!unpack_print(prints_.packed(static_cast<std::size_t>(place - places_.begin())), print_)) {
      return tl::unexpected<Error>(Error{ErrorCode::kStore, fmt::format("print {} of run {} is damaged; learn its sample again",
                                         prova::number_of(address), run_of(address)), std::nullopt, connection_.server()});
    }
    std::uint64_t weight = 0;
    auto term = terms.begin();
    for (std::size_t k = 0; k < print_.keys.size() && term != terms.end(); ++k) {
      while (term != terms.end() && term->key < print_.keys[k]) ++term;
      if (term != terms.end() && term->key == print_.keys[k]) weight += term->weights[print_.lists[k]];
    }
    return weight;
  }

  [[nodiscard]] FunctionRef ref(std::uint32_t number) const {
    const DirectorySample& sample = directory_.sample_of(number);
    return {SampleId{sample.id}, number - sample.number};
  }

  PostgresConnection& connection_;
  const Placement& placement_;
  const Directory& directory_;
  KeyPostings& postings_;
  std::span<const Probe> probes_;
  std::size_t limit_;
  std::vector<std::vector<ProbeTerm>> terms_;        ///< Per probe.
  std::vector<std::vector<ScoredFunction>> found_;   ///< Per probe, ascending by function.
  std::vector<std::pair<std::int64_t, std::uint32_t>> places_;  ///< Address and number of what was found; ascending.
  FetchedRows prints_;                               ///< Parallel to places_.
  SparseSums sums_;
  UnpackedPrint print_;
};

}  // namespace

Result<std::vector<std::vector<Candidate>>> find_in_postgres(PostgresConnection& connection, const Placement& placement,
                                                             const Directory& directory, std::span<const Probe> probes,
                                                             std::size_t limit) {
  std::vector<std::vector<Candidate>> answers;
  if (limit == 0) {
    answers.resize(probes.size());
    return answers;
  }
  for (std::size_t begin = 0; begin < probes.size(); begin += kProbesPerLookup) {
    const auto some = probes.subspan(begin, std::min(kProbesPerLookup, probes.size() - begin));
    PROVA_TRY(postings, KeyPostings::look_up(connection, placement, directory, some));
    PostgresSearch search(connection, placement, directory, postings, some, limit);
    PROVA_TRY(some_answers, search.answer());
    std::move(some_answers.begin(), some_answers.end(), std::back_inserter(answers));
  }
  return answers;
}

}  // namespace prova
