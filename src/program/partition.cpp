#include "program/partition.h"

#include <algorithm>

namespace prova {
namespace {

/// Blocks that many functions share would make the result quadratic; real programs share a few percent. Over the
/// whole image each run is handed out at most this often on average, then functions are cut short and marked capped.
constexpr std::uint64_t kMaxSharing = 2;
constexpr std::uint64_t kSharingSlack = 100'000;

/// Where a block begins, and whether anything but the instruction before leads there.
struct Leader {
  std::uint32_t run = 0;
  CodeIndex at = 0;
  bool hard = false;
};

/// Blocks of one function, built anew for each.
class FunctionBuilder {
 public:
  FunctionBuilder(const FlowGraph& graph, std::uint64_t& budget)
      : graph_(graph), budget_(budget), reached_by_(graph.runs().size(), 0), lowest_(graph.runs().size(), 0) {}

  void build(CodeIndex entry, Function& function) {
    entry_ = entry;
    ++generation_;
    leaders_.clear();
    runs_.clear();
    edges_.clear();
    work_.clear();
    add_leader(entry, true);
    while (!work_.empty()) {
      const std::uint32_t run = work_.back();
      work_.pop_back();
      if (budget_ == 0 || runs_.size() >= graph_.limits().max_blocks_per_function) {
        function.capped = true;
        if (!runs_.empty()) break;
      }
      if (budget_ > 0) --budget_;
      runs_.push_back(run);
      leave_run(run, function);
    }
    make_blocks(function);
    function.returns = graph_.run(graph_.run_at(entry)).returns;
    std::sort(function.calls.begin(), function.calls.end(),
              [](const CallSite& a, const CallSite& b) { return raw(a.at) < raw(b.at); });
  }

 private:
  struct Edge { CodeIndex from_run_end = 0; std::uint32_t run = 0; CodeIndex to = 0; };

  /// True when `target` belongs to another function, so that going there leaves this one.
  bool is_foreign(CodeIndex target) const { return target != entry_ && graph_.is_start(target); }

  void add_leader(CodeIndex at, bool hard) {
    const std::uint32_t run = graph_.run_at(at);
    if (run == kNoRun) return;
    leaders_.push_back({run, at, hard});
    if (reached_by_[run] != generation_) {
      reached_by_[run] = generation_;
      lowest_[run] = at;
      work_.push_back(run);
    } else {
      lowest_[run] = std::min(lowest_[run], at);
    }
  }

  void go(std::uint32_t run, CodeIndex target, bool hard) {
    if (target == kNowhere || target >= graph_.code().size() || is_foreign(target)) return;
    if (graph_.run_at(target) == kNoRun) return;
    edges_.push_back({graph_.run(run).end, run, target});
    add_leader(target, hard);
  }

  void add_call(Function& function, const Run& run, CodeIndex target, bool tail) {
    CallSite site;
    site.at = graph_.code().address_of(run.last);
    site.tail = tail;
    if (target != kNowhere) site.target = graph_.code().address_of(target);
    if (run.import != kNoImport) site.import = run.import;
    if (site.target || site.import) function.calls.push_back(site);
  }

  /// Follows the edges out of a run and records its call.
  void leave_run(std::uint32_t id, Function& function) {
    const Run& run = graph_.run(id);
    if (run.how == Run::End::kBroken) return;
    const bool ends_code = run.end >= graph_.code().region_of(run.begin).end();
    if (run.conditional && !ends_code) fall_through(id, true);
    if (run.how == Run::End::kMerge) return fall_through(id, false);
    switch (run.flow) {
      case Flow::kJump: case Flow::kConditionalJump:
        if (run.target == kNowhere || is_foreign(run.target)) add_call(function, run, run.target, true);
        go(id, run.target, true);
        if (run.flow == Flow::kConditionalJump && !ends_code) fall_through(id, true);
        break;
      case Flow::kIndirectJump:
        if (run.import != kNoImport) add_call(function, run, kNowhere, true);
        function.capped = function.capped || run.capped;
        for (const CodeIndex target : graph_.table_targets(run)) {
          if (is_foreign(target)) add_call(function, run, target, true);
          go(id, target, true);
        }
        break;
      case Flow::kCall: case Flow::kIndirectCall:
        if (!run.self_call) add_call(function, run, run.target, false);
        if ((run.continues || run.self_call) && !run.conditional && !ends_code) fall_through(id, false);
        break;
      case Flow::kNext: case Flow::kReturn: case Flow::kTrap: break;
    }
  }

  void fall_through(std::uint32_t id, bool hard) {
    const CodeIndex next = graph_.run(id).end;
    if (next >= graph_.code().size()) return;
    const std::uint32_t run = graph_.run_at(next);
    // Into the middle of a run that is also entered above: two ways lead here.
    const bool joins = run != kNoRun && (graph_.run(run).begin != next || reached_by_[run] == generation_);
    go(id, next, hard || joins);
  }

  /// Sorted leaders, one per address; a leader in the middle of a run that is entered above it is always hard.
  void settle_leaders() {
    std::sort(leaders_.begin(), leaders_.end(), [](const Leader& a, const Leader& b) {
      return a.at != b.at ? a.at < b.at : a.hard > b.hard;
    });
    leaders_.erase(std::unique(leaders_.begin(), leaders_.end(),
                               [](const Leader& a, const Leader& b) { return a.at == b.at; }),
                   leaders_.end());
    for (Leader& leader : leaders_) leader.hard = leader.hard || lowest_[leader.run] < leader.at;
    std::erase_if(leaders_, [this](const Leader& leader) { return !is_visited(leader.run); });
  }

  bool is_visited(std::uint32_t run) const {
    return std::binary_search(runs_.begin(), runs_.end(), run);
  }

  /// Instructions of `run` in [begin, end).
  std::uint32_t count_instructions(std::uint32_t run, CodeIndex begin, CodeIndex end) const {
    const Run& whole = graph_.run(run);
    if (begin == whole.begin && end == whole.end) return whole.instructions;
    std::uint32_t count = 0;
    for (CodeIndex at = begin; at < end; ++at) count += graph_.run_at(at) == run;
    return count;
  }

  void make_blocks(Function& function) {
    std::sort(runs_.begin(), runs_.end());
    settle_leaders();
    block_of_.assign(leaders_.size(), 0);
    std::vector<std::size_t> by_run(leaders_.size());  // Leaders grouped by run: the next one ends the segment.
    for (std::size_t i = 0; i < by_run.size(); ++i) by_run[i] = i;
    std::stable_sort(by_run.begin(), by_run.end(), [this](std::size_t a, std::size_t b) { return leaders_[a].run < leaders_[b].run; });
    std::vector<CodeIndex> segment_end(leaders_.size());
    for (std::size_t i = 0; i < by_run.size(); ++i) {
      const Leader& leader = leaders_[by_run[i]];
      const bool split = i + 1 < by_run.size() && leaders_[by_run[i + 1]].run == leader.run;
      segment_end[by_run[i]] = split ? leaders_[by_run[i + 1]].at : graph_.run(leader.run).end;
    }
    std::vector<bool> absorbed(leaders_.size(), false);
    // The entry's block comes first.
    const std::size_t entry = leader_index(entry_);
    add_block(function, entry, segment_end, absorbed);
    for (std::size_t i = 0; i < leaders_.size(); ++i) {
      if (i != entry && leaders_[i].hard) add_block(function, i, segment_end, absorbed);
    }
    for (std::size_t i = 0; i < leaders_.size(); ++i) {  // Soft leaders that no block ran into.
      if (!absorbed[i]) add_block(function, i, segment_end, absorbed);
    }
    order_and_connect(function);
  }

  std::size_t leader_index(CodeIndex at) const {
    const auto it = std::lower_bound(leaders_.begin(), leaders_.end(), at, [](const Leader& l, CodeIndex a) { return l.at < a; });
    return it != leaders_.end() && it->at == at ? static_cast<std::size_t>(it - leaders_.begin()) : leaders_.size();
  }

  /// A block from leader `first` on, through soft leaders that directly follow.
  void add_block(Function& function, std::size_t first, const std::vector<CodeIndex>& segment_end, std::vector<bool>& absorbed) {
    BasicBlock block;
    block.begin = graph_.code().address_of(leaders_[first].at);
    block.thumb = graph_.run(leaders_[first].run).thumb;
    const auto number = static_cast<std::uint32_t>(function.blocks.size());
    for (std::size_t i = first; i < leaders_.size() && !absorbed[i];) {
      absorbed[i] = true;
      block_of_[i] = number;
      block.size += segment_end[i] - leaders_[i].at;
      block.instructions += count_instructions(leaders_[i].run, leaders_[i].at, segment_end[i]);
      if (segment_end[i] != graph_.run(leaders_[i].run).end || !falls_through(leaders_[i].run)) break;
      const std::size_t next = leader_index(segment_end[i]);
      if (next == leaders_.size() || leaders_[next].hard) break;
      i = next;
    }
    function.size += block.size;
    function.instructions += block.instructions;
    function.blocks.push_back(std::move(block));
  }

  bool falls_through(std::uint32_t id) const {
    const Run& run = graph_.run(id);
    return run.how == Run::End::kMerge || ((run.continues || run.self_call) && !run.conditional);
  }

  void order_and_connect(Function& function) {
    for (const Edge& edge : edges_) connect(function, edge.run, edge.to);
    for (std::size_t i = 0; i < leaders_.size(); ++i) {  // A block that ends because the next address begins one.
      const Leader& leader = leaders_[i];
      if (!leader.hard || lowest_[leader.run] >= leader.at) continue;
      const std::uint32_t before = block_before(leader.run, leader.at);
      if (before != kNoRun) function.blocks[before].successors.push_back(block_of_[i]);
    }
    sort_blocks(function);
  }

  /// The edge from the block that holds the end of `run` to the block that begins at `to`.
  void connect(Function& function, std::uint32_t run, CodeIndex to) {
    const std::size_t target = leader_index(to);
    if (target == leaders_.size()) return;
    const std::uint32_t from = block_before(run, graph_.run(run).end);
    if (from == kNoRun || (from == block_of_[target] && !leaders_[target].hard)) return;
    if (!leaders_[target].hard && graph_.code().address_of(to) != function.blocks[block_of_[target]].begin) return;
    function.blocks[from].successors.push_back(block_of_[target]);
  }

  /// The block of the last leader of `run` below `end`.
  std::uint32_t block_before(std::uint32_t run, CodeIndex end) const {
    auto it = std::lower_bound(leaders_.begin(), leaders_.end(), end, [](const Leader& l, CodeIndex a) { return l.at < a; });
    while (it != leaders_.begin()) {
      --it;
      if (it->run == run) return block_of_[static_cast<std::size_t>(it - leaders_.begin())];
      if (it->at < graph_.run(run).begin) break;
    }
    return kNoRun;
  }

  static void sort_blocks(Function& function) {
    std::vector<std::uint32_t> order(function.blocks.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    if (!order.empty()) {
      std::sort(order.begin() + 1, order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return raw(function.blocks[a].begin) < raw(function.blocks[b].begin);
      });
    }
    std::vector<std::uint32_t> place(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) place[order[i]] = i;
    std::vector<BasicBlock> sorted;
    sorted.reserve(order.size());
    for (const std::uint32_t i : order) sorted.push_back(std::move(function.blocks[i]));
    for (BasicBlock& block : sorted) {
      for (std::uint32_t& successor : block.successors) successor = place[successor];
      std::sort(block.successors.begin(), block.successors.end());
      block.successors.erase(std::unique(block.successors.begin(), block.successors.end()), block.successors.end());
    }
    function.blocks = std::move(sorted);
  }

  const FlowGraph& graph_;
  std::uint64_t& budget_;
  CodeIndex entry_ = 0;
  std::uint32_t generation_ = 0;
  std::vector<std::uint32_t> reached_by_;  ///< Per run: the generation that last reached it.
  std::vector<CodeIndex> lowest_;          ///< Per run: lowest entry in this function.
  std::vector<Leader> leaders_;
  std::vector<std::uint32_t> runs_;        ///< Runs of this function.
  std::vector<Edge> edges_;
  std::vector<std::uint32_t> work_;
  std::vector<std::uint32_t> block_of_;    ///< Per leader.
};

}  // namespace

std::vector<Function> partition(const FlowGraph& graph) {
  std::uint64_t budget = graph.runs().size() * kMaxSharing + kSharingSlack;
  FunctionBuilder builder(graph, budget);
  std::vector<Function> functions;
  for (const CodeIndex start : graph.starts()) {
    if (functions.size() >= graph.limits().max_functions) break;
    if (graph.run_at(start) == kNoRun) continue;  // Not one instruction there.
    Function function;
    function.address = graph.code().address_of(start);
    function.reason = graph.reason_of(start);
    builder.build(start, function);
    functions.push_back(std::move(function));
  }
  return functions;
}

}  // namespace prova
