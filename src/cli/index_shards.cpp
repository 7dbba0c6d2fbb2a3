#include "cli/index_shards.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/escape.h"
#include "cli/subcommand.h"
#include "workbench/documents.h"
#include "workbench/home.h"
#include "workbench/shared_index.h"

namespace prova::cli {
namespace {

struct ShardArguments {
  std::string index, shard;
  MoveOrder order;
  bool json = false;
};

int run_add(const ShardArguments& arguments, const Console& console) {
  const std::string url = index_location(arguments.index);
  if (const auto added = add_shard(url, arguments.shard); !added) return console.fail(added.error());
  const auto servers = list_servers(url);
  if (!servers) return console.fail(servers.error());
  if (console.json()) return console.print(servers_document(*servers));
  return console.print(fmt::format("{} is a shard of {}; `prova index move --balance` gives it its part\n", escape_terminal(arguments.shard), escape_terminal(url)));
}

int run_list(const ShardArguments& arguments, const Console& console) {
  const auto servers = list_servers(index_location(arguments.index));
  if (!servers) return console.fail(servers.error());
  if (console.json()) return console.print(servers_document(*servers));
  std::string out = "shard  partitions                             address\n";
  for (const IndexServer& one : servers->servers) {
    out += fmt::format("{:<6} {:<38} {}\n", one.shard ? std::to_string(*one.shard) : "-",
                       one.partitions.empty() ? "none" : fmt::format("{}", fmt::join(one.partitions, ",")), escape_terminal(one.url));
  }
  for (const UnfinishedMove& one : servers->unfinished) {
    out += fmt::format("Partition {} was being moved from {} to {}; {} serves it. The same `prova index move` goes on.\n", one.partition,
                       escape_terminal(one.from), escape_terminal(one.to), escape_terminal(one.swapped ? one.to : one.from));
  }
  return console.print(out);
}

int run_move(const ShardArguments& arguments, const Console& console) {
  const auto outcome = move_index(index_location(arguments.index), arguments.order, console.progress());
  console.clear_progress();
  if (!outcome) return console.fail(outcome.error());
  std::string out;
  if (console.json()) {
    out = moved_document(*outcome);
  } else {
    for (const MovedPartition& one : outcome->moved) {
      out += fmt::format("Partition {} moved from {} to {}\n", one.partition, escape_terminal(one.from), escape_terminal(one.to));
    }
    out += fmt::format("Moved {} partitions, copied {} rows\n", outcome->moved.size(), outcome->rows);
    if (outcome->interrupted) out += "Interrupted: the index serves as before; the same command goes on\n";
  }
  const int printed = console.print(out);
  return outcome->interrupted ? kInterrupted : printed;
}

void add_common(CLI::App* command, const std::shared_ptr<ShardArguments>& arguments) {
  command->add_option("URL,--index", arguments->index, "The coordinator, postgresql://USER@HOST:PORT/DATABASE (default: PROVA_INDEX)");
  command->add_flag("--json", arguments->json, "Print the prova/index/1 document");
}

void add_shard_commands(CLI::App& index, Chosen& chosen) {
  CLI::App* group = index.add_subcommand("shard", "Servers of a shared index: add one, list them");
  group->require_subcommand(1);
  group->footer("Examples:\n  prova index shard list\n  prova index shard add postgresql://postgres@db.example/prova --shard postgresql://s3.example/prova");
  auto arguments = std::make_shared<ShardArguments>();
  CLI::App* add = add_subcommand(*group, chosen, arguments, "add", "Make an empty database a shard of a shared index", run_add);
  add_common(add, arguments);
  add->add_option("--shard", arguments->shard, "The database, without user: who is logged in at the coordinator logs in there")->required();
  add->footer(
      "As a superuser of both servers, while the index serves. Whoever writes to the index needs a login on the shard first\n"
      "(createuser, GRANT prova_analyst), and prova_coordinator a password (docs/operations.md). Calling it again changes nothing.\n"
      "The shard gets no fingerprints before `prova index move`.\n\n"
      "Example:\n  prova index shard add postgresql://postgres@db.example/prova --shard postgresql://s3.example/prova");
  CLI::App* list = add_subcommand(*group, chosen, arguments, "list", "Which server serves which partitions, and moves that were interrupted", run_list);
  add_common(list, arguments);
  list->footer("Examples:\n  prova index shard list\n  prova index shard list --json");
}

}  // namespace

void add_index_shards(CLI::App& index, Chosen& chosen) {
  add_shard_commands(index, chosen);
  auto arguments = std::make_shared<ShardArguments>();
  CLI::App* command = add_subcommand(index, chosen, arguments, "move", "Move partitions of a shared index between its servers", run_move);
  add_common(command, arguments);
  auto* partitions = command->add_option("--partition", arguments->order.partitions, "Numbers of partitions, separated by commas")->delimiter(',');
  auto* to = command->add_option("--to", arguments->order.to, "Where to: a shard's address or number as `prova index shard list` shows it, or `coordinator`");
  auto* balance = command->add_flag("--balance", arguments->order.balance, "Move as few as are needed for all shards to serve the same number");
  partitions->needs(to);
  to->needs(partitions);
  balance->excludes(partitions)->excludes(to);
  command->footer(
      "As a superuser of all servers. The index serves meanwhile: readers get the answers that they always get, writers wait for\n"
      "seconds while a partition changes its server. May be interrupted or killed at any moment; the same command goes on where it\n"
      "was, and tidies up what others left. Each server needs room for what it gets.\n\n"
      "Examples:\n  prova index move postgresql://postgres@db.example/prova --balance\n"
      "  prova index move postgresql://postgres@db.example/prova --partition 0,5,10 --to postgresql://s3.example/prova\n"
      "  prova index move --partition 3 --to coordinator");
}

}  // namespace prova::cli
