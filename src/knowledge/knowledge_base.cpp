#include "knowledge/knowledge_base.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "knowledge/join_groups.h"
#include "knowledge/names.h"

namespace prova::knowledge {
namespace {

/// Suggestions for a name that fits nothing.
constexpr std::size_t kSuggestions = 5;

template <typename T>
const T* find_id(const std::vector<T>& list, std::string_view id) {
  const auto at = std::lower_bound(list.begin(), list.end(), id, [](const T& one, std::string_view wanted) { return one.id < wanted; });
  return at != list.end() && at->id == id ? &*at : nullptr;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : lower_case(text) + " ") {
    if (c != ' ') word += c;
    else if (!word.empty()) words.push_back(std::exchange(word, {}));
  }
  return words;
}

/// Sums how well `words` fit the texts of one entry; 0 unless every word is somewhere.
class Scorer {
 public:
  explicit Scorer(const std::vector<std::string>& words) : words_(words), best_(words.size(), 0.0) {}
  void text(std::string_view text, double weight) {
    const std::string lower = lower_case(text), fold = folded(text);
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const std::string word = folded(words_[i]);
      const double whole = fold == word ? 2.0 : 1.0;
      if (!word.empty() && (lower.find(words_[i]) != std::string::npos || fold.find(word) != std::string::npos)) {
        best_[i] = std::max(best_[i], weight * whole);
      }
    }
  }
  [[nodiscard]] double score() const {
    double sum = 0;
    for (const double one : best_) {
      if (one == 0) return 0;
      sum += one;
    }
    return sum;
  }

 private:
  const std::vector<std::string>& words_;
  std::vector<double> best_;
};

/// Weights of where a word was found; only their order matters.
constexpr double kInName = 8, kInAlias = 4, kInFacts = 2, kInText = 1;

double score_group(const KnownGroup& group, const std::vector<std::string>& words) {
  Scorer scorer(words);
  scorer.text(group.id, kInName);
  for (const GroupPart& part : group.parts) {
    scorer.text(part.group->name, kInName);
    for (const Alias& alias : part.group->aliases) scorer.text(alias.name, kInAlias);
    for (const Claim& sponsor : part.group->sponsors) scorer.text(sponsor.value, kInFacts);
    for (const Claim& nation : part.group->nations) scorer.text(nation.value, kInFacts);
    scorer.text(part.group->description, kInText);
  }
  return scorer.score();
}

}  // namespace

std::optional<std::size_t> NameLookup::only() const {
  std::set<std::size_t> best;
  for (const NameHit& hit : hits) {
    if (hit.how == hits.front().how) best.insert(hit.index);
  }
  return best.size() == 1 ? std::optional(*best.begin()) : std::nullopt;
}

KnowledgeBase::KnowledgeBase(std::vector<Source> sources) : sources_(std::move(sources)) {
  std::stable_sort(sources_.begin(), sources_.end(), [](const Source& a, const Source& b) { return std::tie(a.kind, a.id) < std::tie(b.kind, b.id); });
  groups_ = join_all(sources_);
  gather_software();
  gather_techniques();
  index_names();
}

void KnowledgeBase::gather_software() {
  std::map<std::string, KnownSoftware> known;
  for (const Source& source : sources_) {
    for (const Software& one : source.software) {
      KnownSoftware& program = known[one.id];
      if (program.id.empty()) program = {one.id, one.name, one.kind, {}, {}};
      if (program.name != one.name) program.aliases.push_back({one.name, {}, {}, {}});
      program.aliases.insert(program.aliases.end(), one.aliases.begin(), one.aliases.end());
      program.sources.push_back(&source);
    }
  }
  for (auto& [id, program] : known) {
    for (Alias& alias : program.aliases) alias.citations.clear();  // They count in their own source only.
    software_.push_back(std::move(program));
  }
}

void KnowledgeBase::gather_techniques() {
  std::map<std::string, KnownTechnique> known;
  for (const Source& source : sources_) {
    for (const Technique& one : source.techniques) known.try_emplace(one.id, KnownTechnique{one.id, one.name, one.tactics});
  }
  for (auto& [id, technique] : known) techniques_.push_back(std::move(technique));
}

void KnowledgeBase::index_names() {
  using How = NameHit::How;
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    group_names_.emplace(folded(groups_[i].id), NameHit{i, How::kId, {}, {}, {}});
    for (const GroupPart& part : groups_[i].parts) {
      if (part.group->id != groups_[i].id) group_names_.emplace(folded(part.group->id), NameHit{i, How::kId, {}, {}, {}});
      group_names_.emplace(folded(part.group->name), NameHit{i, How::kName, {}, {}, part.source->id});
      for (const Alias& alias : part.group->aliases) {
        group_names_.emplace(folded(alias.name), NameHit{i, How::kAlias, alias.name, alias.given_by, part.source->id});
      }
    }
  }
  for (std::size_t i = 0; i < software_.size(); ++i) {
    software_names_.emplace(folded(software_[i].id), NameHit{i, How::kId, {}, {}, {}});
    software_names_.emplace(folded(software_[i].name), NameHit{i, How::kName, {}, {}, {}});
    for (const Alias& alias : software_[i].aliases) software_names_.emplace(folded(alias.name), NameHit{i, How::kAlias, alias.name, {}, {}});
  }
  for (std::size_t i = 0; i < techniques_.size(); ++i) {
    technique_names_.emplace(folded(techniques_[i].id), NameHit{i, How::kId, {}, {}, {}});
    technique_names_.emplace(folded(techniques_[i].name), NameHit{i, How::kName, {}, {}, {}});
  }
}

NameLookup KnowledgeBase::look_up(const NameIndex& index, std::string_view name) {
  NameLookup out;
  const auto [begin, end] = index.equal_range(folded(name));
  for (auto at = begin; at != end; ++at) out.hits.push_back(at->second);
  std::stable_sort(out.hits.begin(), out.hits.end(), [](const NameHit& a, const NameHit& b) {
    return std::tie(a.how, a.index, a.source, a.alias) < std::tie(b.how, b.index, b.source, b.alias);
  });
  if (!out.hits.empty()) return out;
  std::vector<std::string_view> known;
  for (const auto& [key, hit] : index) {
    const std::string_view shown = hit.how == NameHit::How::kAlias ? std::string_view(hit.alias) : std::string_view(key);
    known.push_back(shown);
  }
  out.nearest = nearest_names(name, known, kSuggestions);
  return out;
}

NameLookup KnowledgeBase::find_group(std::string_view name) const {
  NameLookup out = look_up(group_names_, name);
  for (std::string& one : out.nearest) {
    if (const auto found = group_names_.find(one); found != group_names_.end() && found->second.how != NameHit::How::kAlias) {
      one = groups_[found->second.index].name;
    }
  }
  return out;
}

NameLookup KnowledgeBase::find_software(std::string_view name) const {
  NameLookup out = look_up(software_names_, name);
  for (std::string& one : out.nearest) {
    if (const auto found = software_names_.find(folded(one)); found != software_names_.end()) one = software_[found->second.index].name;
  }
  return out;
}

NameLookup KnowledgeBase::find_technique(std::string_view name) const {
  NameLookup out = look_up(technique_names_, name);
  for (std::string& one : out.nearest) {
    if (const auto found = technique_names_.find(folded(one)); found != technique_names_.end()) {
      const KnownTechnique& technique = techniques_[found->second.index];
      one = technique.id + " " + technique.name;
    }
  }
  return out;
}

const KnownGroup* KnowledgeBase::group(std::string_view id) const { return find_id(groups_, id); }
const KnownSoftware* KnowledgeBase::software(std::string_view id) const { return find_id(software_, id); }
const KnownTechnique* KnowledgeBase::technique(std::string_view id) const { return find_id(techniques_, id); }

std::vector<SearchHit> KnowledgeBase::search(std::string_view text, std::size_t limit) const {
  const std::vector<std::string> words = words_of(text);
  std::vector<SearchHit> hits;
  if (words.empty()) return hits;
  const auto keep = [&](SearchHit::What what, std::size_t index, double score) {
    if (score > 0) hits.push_back({what, index, score});
  };
  for (std::size_t i = 0; i < groups_.size(); ++i) keep(SearchHit::What::kGroup, i, score_group(groups_[i], words));
  for (std::size_t i = 0; i < software_.size(); ++i) {
    Scorer scorer(words);
    scorer.text(software_[i].id, kInName), scorer.text(software_[i].name, kInName);
    for (const Alias& alias : software_[i].aliases) scorer.text(alias.name, kInAlias);
    keep(SearchHit::What::kSoftware, i, scorer.score());
  }
  for (std::size_t i = 0; i < techniques_.size(); ++i) {
    Scorer scorer(words);
    scorer.text(techniques_[i].id, kInName), scorer.text(techniques_[i].name, kInName);
    keep(SearchHit::What::kTechnique, i, scorer.score());
  }
  std::stable_sort(hits.begin(), hits.end(), [](const SearchHit& a, const SearchHit& b) {
    return a.score != b.score ? a.score > b.score : std::tie(a.what, a.index) < std::tie(b.what, b.index);
  });
  if (hits.size() > limit) hits.resize(limit);
  return hits;
}

}  // namespace prova::knowledge
