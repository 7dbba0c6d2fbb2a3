#include "attribution/reporting.h"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace prova {
namespace {

bool earlier(const EvidenceItem* a, const EvidenceItem* b) {
  return std::tie(a->known_from.last, a->id) < std::tie(b->known_from.last, b->id);
}

/// A view whose ground is not shown: the kinds that state a conclusion. Quoted evidence is evidence.
bool is_opinion(const EvidenceItem& item) {
  return item.kind == EvidenceKind::kAssessment || item.kind == EvidenceKind::kAllSource ||
         item.kind == EvidenceKind::kPolitical || item.kind == EvidenceKind::kDenial;
}

class Reporting {
 public:
  Reporting(const Case& input, Day day) {
    for (const EvidenceItem& item : input.evidence) {
      if (item.known_from.last <= day) known_.push_back(&item);
      index_.emplace(item.id, &item);
    }
    std::sort(known_.begin(), known_.end(), earlier);
  }

  std::vector<ReportingNode> nodes() const {
    std::vector<ReportingNode> out;
    for (const EvidenceItem* item : known_) {
      if (is_view(*item)) out.push_back(node(*item));
    }
    return out;
  }

 private:
  ReportingNode node(const EvidenceItem& item) const {
    ReportingNode node;
    node.item = item.id;
    node.repeats = item.derived_from;
    node.roots = item.roots;
    if (!item.derived_from.empty()) {
      node.kind = ends_at_opinions(item) ? ReportingNode::Kind::kCircular : ReportingNode::Kind::kSummary;
      return node;
    }
    node.earlier = views_before(item);
    node.kind = node.earlier.empty() ? ReportingNode::Kind::kFirstHand : ReportingNode::Kind::kUndeclared;
    return node;
  }

  /// Whether every chain of `derived_from` ends at an opinion. Valid cases have no circles; the set guards the others.
  bool ends_at_opinions(const EvidenceItem& item) const {
    std::set<std::string_view> seen;
    std::vector<const EvidenceItem*> todo = {&item};
    while (!todo.empty()) {
      const EvidenceItem* at = todo.back();
      todo.pop_back();
      if (!seen.insert(at->id).second) continue;
      if (at->derived_from.empty() && !is_opinion(*at)) return false;
      for (const std::string& id : at->derived_from) {
        if (const auto found = index_.find(id); found != index_.end()) todo.push_back(found->second);
      }
    }
    return true;
  }

  /// Earlier opinions of other issuers on the same roots, when those roots carry nothing but opinions. A withheld
  /// all-source assessment has a collection of its own and is not asked.
  std::vector<std::string> views_before(const EvidenceItem& item) const {
    if (item.kind != EvidenceKind::kAssessment && item.kind != EvidenceKind::kPolitical) return {};
    std::vector<std::string> before;
    for (const EvidenceItem* other : known_) {
      if (other == &item || !shares_root(item, *other)) continue;
      if (!is_opinion(*other)) return {};
      const bool comes_first = other->known_from.last < item.known_from.last;
      if (comes_first && other->issuer != item.issuer && other->derived_from.empty()) before.push_back(other->id);
    }
    return before;
  }

  static bool shares_root(const EvidenceItem& a, const EvidenceItem& b) {
    return std::any_of(a.roots.begin(), a.roots.end(), [&](const std::string& root) {
      return std::find(b.roots.begin(), b.roots.end(), root) != b.roots.end();
    });
  }

  std::vector<const EvidenceItem*> known_;
  std::unordered_map<std::string_view, const EvidenceItem*> index_;
};

}  // namespace

bool is_view(const EvidenceItem& item) { return is_opinion(item) || !item.wording.empty(); }

std::string_view name_of(ReportingNode::Kind kind) {
  switch (kind) {
    case ReportingNode::Kind::kFirstHand: return "first_hand";
    case ReportingNode::Kind::kSummary: return "summary";
    case ReportingNode::Kind::kCircular: return "circular";
    case ReportingNode::Kind::kUndeclared: return "undeclared";
  }
  return "first_hand";
}

std::vector<ReportingNode> reporting_on(const Case& input, Day day) { return Reporting(input, day).nodes(); }

}  // namespace prova
