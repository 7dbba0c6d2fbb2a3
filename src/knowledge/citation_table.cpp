#include "knowledge/citation_table.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <tuple>

namespace prova::knowledge {
namespace {

template <typename T>
void sort_unique(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

/// Sorts by `value` and joins the citations of equal ones.
template <typename T, typename Value>
void join_equal(std::vector<T>& list, Value value) {
  std::stable_sort(list.begin(), list.end(), [&](const T& a, const T& b) { return value(a) < value(b); });
  std::vector<T> out;
  for (T& one : list) {
    if (!out.empty() && value(out.back()) == value(one)) {
      out.back().citations.insert(out.back().citations.end(), one.citations.begin(), one.citations.end());
    } else {
      out.push_back(std::move(one));
    }
  }
  for (T& one : out) sort_unique(one.citations);
  list = std::move(out);
}

const auto by_target = [](const Use& use) -> const std::string& { return use.target; };
const auto by_value = [](const Claim& claim) -> const std::string& { return claim.value; };
const auto by_name = [](const Alias& alias) { return std::tie(alias.name, alias.given_by, alias.valid); };

/// Calls `change` on every citation list of the source.
template <typename Change>
void for_each_list(Source& source, Change change) {
  const auto all = [&](auto& entries) { for (auto& entry : entries) change(entry.citations); };
  for (Group& group : source.groups) {
    change(group.citations);
    all(group.aliases), all(group.nations), all(group.sponsors), all(group.victims), all(group.sectors), all(group.links);
    all(group.techniques), all(group.software);
  }
  for (Software& program : source.software) all(program.aliases), all(program.techniques);
}

template <typename T>
void by_id(std::vector<T>& list) {
  std::stable_sort(list.begin(), list.end(), [](const T& a, const T& b) { return std::tie(a.id, a.name) < std::tie(b.id, b.name); });
}

}  // namespace

std::optional<CitationIndex> CitationTable::add(std::string_view title, std::string_view url, std::optional<Day> published) {
  Citation one{bounded_text(title, kMaxNameBytes), bounded_text(url, kMaxNameBytes * 4), {}, published};
  one.key = one.url.empty() ? one.title : report_key(one.url);
  if (one.key.empty()) return std::nullopt;
  const auto known = by_key_.find(one.key);
  if (known == by_key_.end()) {
    if (list_.size() == kMaxCitations) {
      ++dropped_;
      return std::nullopt;
    }
    const auto index = static_cast<CitationIndex>(list_.size());
    by_key_.emplace(one.key, index);
    list_.push_back(std::move(one));
    return index;
  }
  Citation& kept = list_[known->second];
  if (one.published && (!kept.published || *one.published < *kept.published)) kept.published = one.published;
  if (std::tie(one.title, one.url) < std::tie(kept.title, kept.url)) {
    kept.title = std::move(one.title);
    kept.url = std::move(one.url);
  }
  return known->second;
}

void CitationTable::finish(Source& source) && {
  if (dropped_ > 0) add_skipped(source, 0, "citations", fmt::format("{} mentions of reports beyond the first {}", dropped_, kMaxCitations));
  std::vector<CitationIndex> order(list_.size()), place(list_.size());
  std::iota(order.begin(), order.end(), CitationIndex{0});
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return list_[a].key < list_[b].key; });
  for (CitationIndex i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
    source.citations.push_back(std::move(list_[order[i]]));
  }
  for_each_list(source, [&](CitationList& list) {
    for (CitationIndex& index : list) index = place[index];
  });
  sort_lists(source);
}

void sort_lists(Source& source) {
  by_id(source.groups), by_id(source.software), by_id(source.techniques);
  for (Group& group : source.groups) {
    join_equal(group.aliases, by_name);
    join_equal(group.nations, by_value), join_equal(group.sponsors, by_value), join_equal(group.victims, by_value);
    join_equal(group.sectors, by_value), join_equal(group.links, by_value);
    join_equal(group.techniques, by_target), join_equal(group.software, by_target);
    sort_unique(group.citations);
    sort_unique(group.known_as);
  }
  for (Software& program : source.software) join_equal(program.aliases, by_name), join_equal(program.techniques, by_target);
}

}  // namespace prova::knowledge
