// What can only be seen with the whole case in hand: references, cycles, dates against each other, priors.

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <set>
#include <unordered_map>

#include "evidence/case.h"
#include "evidence/case_sections.h"
#include "evidence/corroboration.h"

namespace prova {
namespace {

using Errors = std::vector<CaseError>;

/// Three channels that anyone can fake may still be three channels; more are usually one actor's.
constexpr std::size_t kManySoftRoots = 3;
/// From this spoofability on, evidence counts as easy to fake.
constexpr int kSoft = 4;

/// Ids of a list, each with its position; repeats are reported.
template <typename List>
std::unordered_map<std::string_view, std::size_t> index_ids(const List& list, std::string_view what, Errors& errors) {
  std::unordered_map<std::string_view, std::size_t> index;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i].id.empty()) continue;  // reported where it was read
    const auto [known, fresh] = index.emplace(list[i].id, i);
    if (fresh) continue;
    errors.push_back({list[i].line, fmt::format("{} '{}' was already defined in line {}", what, list[i].id,
                                                list[known->second].line)});
  }
  return index;
}

/// Reports the first cycle that a walk from each node runs into. `next` lists the nodes that a node points at.
/// Depth-first with three colours, iterative: a chain may be as long as the case. O(nodes + edges).
void report_cycles(std::size_t count, const std::function<std::vector<std::size_t>(std::size_t)>& next,
                   const std::function<void(const std::vector<std::size_t>&)>& report) {
  enum class Colour : std::uint8_t { kWhite, kGrey, kBlack };
  struct Frame {
    std::size_t node;
    std::vector<std::size_t> todo;
  };
  std::vector<Colour> colour(count, Colour::kWhite);
  for (std::size_t start = 0; start < count; ++start) {
    if (colour[start] != Colour::kWhite) continue;
    std::vector<Frame> stack;
    stack.push_back({start, next(start)});
    colour[start] = Colour::kGrey;
    while (!stack.empty()) {
      if (stack.back().todo.empty()) {
        colour[stack.back().node] = Colour::kBlack;
        stack.pop_back();
        continue;
      }
      const std::size_t to = stack.back().todo.back();
      stack.back().todo.pop_back();
      if (colour[to] == Colour::kGrey) {
        std::vector<std::size_t> cycle;
        for (std::size_t i = stack.size(); i-- > 0;) {
          cycle.insert(cycle.begin(), stack[i].node);
          if (stack[i].node == to) break;
        }
        report(cycle);
      } else if (colour[to] == Colour::kWhite) {
        colour[to] = Colour::kGrey;
        stack.push_back({to, next(to)});
      }
    }
  }
}

void check_priors(const Question& question, Errors& errors) {
  double given = question.prior_unknown;
  std::size_t open = 0;
  for (const Hypothesis& h : question.hypotheses) {
    if (h.prior) given += *h.prior;
    if (h.prior && *h.prior <= 0) {
      errors.push_back({question.line, fmt::format("question '{}' gives '{}' the prior {}, expected more than 0 "
                                                   "(no evidence could ever raise it)", question.id, h.id, *h.prior)});
    }
    if (!h.prior) ++open;
  }
  constexpr double kRounding = 1e-6;
  if (open > 0 ? given >= 1 - kRounding : std::abs(given - 1) > kRounding) {
    errors.push_back({question.line, fmt::format("priors of question '{}' with unknown add up to {:.6g}, expected {}",
                                                 question.id, given, open > 0 ? "less than 1, as some are left open" : "1")});
  }
}

void check_question(const Case& checked, const Question& question, Errors& errors) {
  if (question.hypotheses.empty()) {
    errors.push_back({question.line, fmt::format("question '{}' has no hypotheses, expected at least one", question.id)});
    return;
  }
  std::set<std::string_view> ids, labels;
  for (const Hypothesis& h : question.hypotheses) {
    if (h.id == kUnknownId) {
      errors.push_back({question.line, fmt::format("question '{}' names '{}', which every question has already; its "
                                                   "prior is prior_unknown", question.id, kUnknownId)});
    } else if (!h.id.empty() && !ids.insert(h.id).second) {
      errors.push_back({question.line, fmt::format("question '{}' has the hypothesis '{}' twice", question.id, h.id)});
    } else if (!h.label.empty() && !labels.insert(h.label).second) {
      errors.push_back({question.line, fmt::format("question '{}' has two hypotheses labelled '{}', expected exclusive ones",
                                                   question.id, h.label)});
    }
  }
  check_priors(question, errors);
  if (question.given_question.empty()) return;
  const Question* above = checked.find_question(question.given_question);
  if (above == nullptr) {
    errors.push_back({question.line, fmt::format("question '{}' is asked given '{}', which is no question of this case",
                                                 question.id, question.given_question)});
  } else if (above->find(question.given_hypothesis) == nullptr) {
    errors.push_back({question.line, fmt::format("question '{}' is asked given '{}', which is no hypothesis of '{}'",
                                                 question.id, question.given_hypothesis, above->id)});
  }
}

void check_question_cycles(const Case& checked, Errors& errors) {
  report_cycles(
      checked.questions.size(),
      [&](std::size_t i) {
        std::vector<std::size_t> next;
        const Question* above = checked.find_question(checked.questions[i].given_question);
        if (above != nullptr) next.push_back(static_cast<std::size_t>(above - checked.questions.data()));
        return next;
      },
      [&](const std::vector<std::size_t>& cycle) {
        std::vector<std::string> ids;
        for (const std::size_t i : cycle) ids.push_back(checked.questions[i].id);
        errors.push_back({checked.questions[cycle[0]].line,
                          fmt::format("questions are asked given each other in a circle: {} -> {}", fmt::join(ids, " -> "), ids[0])});
      });
}

void check_says(const Case& checked, const EvidenceItem& item, Errors& errors) {
  for (std::size_t i = 0; i < item.says.size(); ++i) {
    const Statement& s = item.says[i];
    const Question* question = checked.find_question(s.question);
    if (question == nullptr) {
      errors.push_back({item.line, fmt::format("{} speaks about '{}', which is no question of this case", item.id, s.question)});
    } else if (question->find(s.hypothesis) == nullptr) {
      errors.push_back({item.line, fmt::format("{} speaks about '{}', which is no hypothesis of '{}'", item.id,
                                               s.hypothesis, s.question)});
    }
    if (i > 0 && item.says[i - 1].question == s.question && item.says[i - 1].hypothesis == s.hypothesis) {
      errors.push_back({item.line, fmt::format("{} speaks about '{}' of '{}' twice", item.id, s.hypothesis, s.question)});
    }
    if (s.measured && item.kind != EvidenceKind::kKinship) {
      errors.push_back({item.line, fmt::format("{} says 'measured', which only items of kind kinship can", item.id)});
    }
  }
}

void check_item(const Case& checked, const EvidenceItem& item, Errors& errors) {
  for (const std::string& root : item.roots) {
    if (checked.find_root(root) == nullptr) {
      errors.push_back({item.line, fmt::format("{} rests on '{}', which is no root of this case", item.id, root)});
    }
  }
  if (item.event_date && item.known_from.last < item.event_date->first) {
    errors.push_back({item.line, fmt::format("{} is known from {}, before its event of {}", item.id, item.known_from.text,
                                             item.event_date->text)});
  }
  if ((item.kind == EvidenceKind::kKinship) != item.kinship.has_value()) {
    errors.push_back({item.line, fmt::format("{} is of kind {} {} a kinship entry, expected kind kinship with one", item.id,
                                             row_of(item.kind).name, item.kinship ? "with" : "without")});
  }
  if (item.kind == EvidenceKind::kForgeryProof && item.disproves.empty()) {
    errors.push_back({item.line, fmt::format("{} is a forgery_proof that disproves nothing", item.id)});
  }
  check_says(checked, item, errors);
}

using ItemIndex = std::unordered_map<std::string_view, std::size_t>;
using LinkMember = std::vector<std::string> EvidenceItem::*;

/// Every id in the list names another item, and following the lists never comes back.
void check_links(const Case& checked, const ItemIndex& items, LinkMember member, std::string_view name, Errors& errors) {
  for (const EvidenceItem& item : checked.evidence) {
    for (const std::string& id : item.*member) {
      if (!items.contains(id)) {
        errors.push_back({item.line, fmt::format("{}: {} names '{}', which is no evidence item", item.id, name, id)});
      }
    }
  }
  report_cycles(
      checked.evidence.size(),
      [&](std::size_t i) {
        std::vector<std::size_t> next;
        for (const std::string& id : checked.evidence[i].*member) {
          if (const auto found = items.find(id); found != items.end()) next.push_back(found->second);
        }
        return next;
      },
      [&](const std::vector<std::size_t>& cycle) {
        constexpr std::size_t kShown = 10;
        std::vector<std::string> ids;
        for (const std::size_t i : cycle) ids.push_back(checked.evidence[i].id);
        const std::string first = ids[0];
        if (ids.size() > kShown) ids.erase(ids.begin() + kShown, ids.end());
        errors.push_back({checked.evidence[cycle[0]].line,
                          fmt::format("{} runs in a circle: {} -> {}", name, fmt::join(ids, " -> "), first)});
      });
}

void check_collect(const Case& checked, const ItemIndex& items, Errors& errors) {
  for (const CollectionAction& action : checked.collect) {
    if (!action.question.empty() && checked.find_question(action.question) == nullptr) {
      errors.push_back({action.line, fmt::format("collect is for '{}', which is no question of this case", action.question)});
    }
    if (!action.confirms.empty() && !items.contains(action.confirms)) {
      errors.push_back({action.line, fmt::format("collect confirms '{}', which is no evidence item", action.confirms)});
    }
  }
}

}  // namespace

std::vector<CaseError> validate(const Case& checked) {
  Errors errors;
  if (checked.questions.empty()) errors.push_back({0, "the case asks no questions, expected at least one"});
  index_ids(checked.questions, "question", errors);
  index_ids(checked.roots, "root", errors);
  const ItemIndex items = index_ids(checked.evidence, "evidence item", errors);
  for (const Question& question : checked.questions) check_question(checked, question, errors);
  check_question_cycles(checked, errors);
  for (const EvidenceItem& item : checked.evidence) check_item(checked, item, errors);
  check_links(checked, items, &EvidenceItem::derived_from, "derived_from", errors);
  check_links(checked, items, &EvidenceItem::confirms, "confirms", errors);
  check_links(checked, items, &EvidenceItem::disproves, "disproves", errors);
  check_links(checked, items, &EvidenceItem::replaces, "replaces", errors);
  check_collect(checked, items, errors);
  check_sections(checked, errors);
  std::stable_sort(errors.begin(), errors.end(), [](const CaseError& a, const CaseError& b) { return a.line < b.line; });
  return errors;
}

std::vector<CaseError> traps(const Case& checked) {
  Errors warnings;
  std::unordered_map<std::string_view, int> hardest;  // root -> its least spoofable item
  ItemIndex items;
  for (std::size_t i = 0; i < checked.evidence.size(); ++i) items.emplace(checked.evidence[i].id, i);
  const std::vector<std::size_t> independent = independent_roots(checked, kEndOfTime);
  for (std::size_t i = 0; i < checked.evidence.size(); ++i) {
    const EvidenceItem& item = checked.evidence[i];
    for (const std::string& root : item.roots) {
      const auto [entry, fresh] = hardest.emplace(root, item.spoofability);
      if (!fresh) entry->second = std::min(entry->second, item.spoofability);
    }
    if (item.credibility == 1 && !is_tested_in_the_open(item.kind) && independent[i] < kRootsToConfirm) {
      warnings.push_back({item.line, fmt::format("{} is typed as confirmed (credibility 1) but rests on one independent root; "
                                                 "it counts as 2 until another root confirms it", item.id)});
    }
    if (!item.fact.empty()) {
      warnings.push_back({item.line, fmt::format("{} claims to be a fact of its own ('{}'): it then counts beside others of "
                                                 "its root and kind", item.id, item.fact)});
    }
    for (const std::string& id : item.derived_from) {
      const auto found = items.find(id);
      if (found == items.end() || checked.evidence[found->second].known_from.last <= item.known_from.last) continue;
      warnings.push_back({item.line, fmt::format("{} is derived from {}, which became known later", item.id, id)});
    }
  }
  const auto soft = static_cast<std::size_t>(
      std::count_if(hardest.begin(), hardest.end(), [](const auto& entry) { return entry.second >= kSoft; }));
  if (soft > kManySoftRoots) {
    warnings.push_back({0, fmt::format("{} roots hold only evidence that is easy to fake; channels that one actor controls "
                                       "are one root", soft)});
  }
  std::stable_sort(warnings.begin(), warnings.end(), [](const CaseError& a, const CaseError& b) { return a.line < b.line; });
  return warnings;
}

}  // namespace prova
