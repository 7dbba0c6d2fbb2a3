#include "cli/index_shared.h"

#include <fmt/format.h>

#include "base/escape.h"
#include "cli/index_shards.h"
#include "cli/subcommand.h"
#include "workbench/documents.h"
#include "workbench/home.h"
#include "workbench/shared_index.h"

namespace prova::cli {
namespace {

struct SharedArguments {
  std::string index;
  std::vector<std::string> shards;
  CompartmentGrant grant;
  WorkerOptions worker;
  bool retry = false, json = false;
};

/// Reasons that are listed: who wants more asks the table.
constexpr std::size_t kMaxListed = 1'000;

int run_init(const SharedArguments& arguments, const Console& console) {
  const std::string url = index_location(arguments.index);
  if (const auto made = init_store(url, arguments.shards); !made) return console.fail(made.error());
  if (console.json()) return console.print(initialised_document(url, arguments.shards));
  return console.print(fmt::format("The index is ready at {}{}\n", escape_terminal(url),
                                   arguments.shards.empty() ? "" : fmt::format(", on {} shards", arguments.shards.size())));
}

int run_grant(const SharedArguments& arguments, const Console& console) {
  if (const auto done = grant_store(index_location(arguments.index), arguments.grant); !done) return console.fail(done.error());
  if (console.json()) return console.print(granted_document(arguments.grant));
  const char* right = arguments.grant.revoke ? "is no member of" : arguments.grant.may_write ? "may read and write" : "may read";
  return console.print(fmt::format("{} {} the compartment {}\n", escape_terminal(arguments.grant.role), right, escape_terminal(arguments.grant.compartment)));
}

int run_queue(const SharedArguments& arguments, const Console& console) {
  auto queue = open_queue(index_location(arguments.index));
  if (!queue) return console.fail(queue.error());
  if (arguments.retry) {
    if (const auto back = (*queue)->retry(); !back) return console.fail(back.error());
  }
  const auto counts = (*queue)->counts();
  if (!counts) return console.fail(counts.error());
  const auto aside = (*queue)->set_aside(kMaxListed);
  if (!aside) return console.fail(aside.error());
  if (console.json()) return console.print(queue_document(*counts, *aside));
  std::string out = fmt::format("waiting    {}\nlearned    {}\nknown      {}\nset aside  {}\n", counts->waiting, counts->learned, counts->known, counts->set_aside);
  for (const auto& [path, reason] : *aside) out += fmt::format("  {}: {}\n", escape_terminal(path), escape_terminal(reason));
  return console.print(out);
}

int run_worker(const SharedArguments& arguments, const Console& console) {
  const auto outcome = work_on_queue(index_location(arguments.index), arguments.worker, console.progress());
  if (!outcome) return console.fail(outcome.error());
  const int printed = console.print(console.json() ? worker_document(*outcome)
                                                   : fmt::format("Learned {} files, {} samples with {} functions; {} known already, {} set aside, {} left for later\n",
                                                                 outcome->learned, outcome->samples, outcome->functions, outcome->known,
                                                                 outcome->set_aside, outcome->again));
  return outcome->interrupted ? kInterrupted : printed;
}

CLI::App* add_shared(CLI::App& index, Chosen& chosen, const std::shared_ptr<SharedArguments>& arguments, const char* name, const char* what,
                     int (*run)(const SharedArguments&, const Console&)) {
  CLI::App* command = add_subcommand(index, chosen, arguments, name, what, run);
  command->add_flag("--json", arguments->json, "Print the prova/index/1 document");
  return command;
}

void add_init(CLI::App& index, Chosen& chosen) {
  auto arguments = std::make_shared<SharedArguments>();
  CLI::App* command = add_shared(index, chosen, arguments, "init", "Make a shared index in a PostgreSQL database, on one server or over shards", run_init);
  command->add_option("URL,--index", arguments->index, "postgresql://USER@HOST:PORT/DATABASE (default: PROVA_INDEX)");
  command->add_option("--shard", arguments->shards, "Database that keeps a part of the fingerprints; may be given several times");
  command->footer(
      "Makes tables, roles and partitions in a database that exists (createdb), as a superuser; calling it again changes\n"
      "nothing. Passwords come from ~/.pgpass, PGPASSFILE or a service file, never from the command line: a URL that\n"
      "holds one is refused. Shards' URLs without a user mean the role that is logged in at the coordinator.\n\n"
      "Examples:\n  prova index init postgresql://postgres@db.example/prova\n"
      "  prova index init postgresql://postgres@db.example/prova --shard postgresql://s1.example/prova --shard postgresql://s2.example/prova");
}

void add_grant(CLI::App& index, Chosen& chosen) {
  auto arguments = std::make_shared<SharedArguments>();
  CLI::App* command = add_shared(index, chosen, arguments, "grant", "Say who may see, or write to, a compartment of a shared index", run_grant);
  command->add_option("COMPARTMENT", arguments->grant.compartment, "Its name, for example an organisation and a TLP; made when it is not there")->required();
  command->add_option("ROLE", arguments->grant.role, "A role of the database or one of prova_reader, prova_analyst, prova_curator")->required();
  command->add_flag("--write", arguments->grant.may_write, "May add and remove samples, too");
  command->add_flag("--revoke", arguments->grant.revoke, "Takes the membership away");
  command->add_option("--index", arguments->index, "postgresql:// URL (default: PROVA_INDEX)");
  command->footer(
      "As the owner of the index. The database enforces it: who is no member sees no sample of the compartment, neither in\n"
      "matches nor in counts. A role writes to the compartment that its setting prova.compartment names, else to `shared`.\n\n"
      "Examples:\n  prova index grant partner-red anna --write\n  psql -c \"ALTER ROLE anna SET prova.compartment = 'partner-red'\"");
}

void add_queue(CLI::App& index, Chosen& chosen) {
  auto arguments = std::make_shared<SharedArguments>();
  CLI::App* command = add_shared(index, chosen, arguments, "queue", "What waits to be learned, and what was set aside and why", run_queue);
  command->add_option("--index", arguments->index, "postgresql:// URL (default: PROVA_INDEX)");
  command->add_flag("--retry", arguments->retry, "Puts what was set aside back into the queue first");
  command->footer("Examples:\n  prova index queue\n  prova index queue --retry --json");
}

void add_worker(CLI::App& index, Chosen& chosen) {
  auto arguments = std::make_shared<SharedArguments>();
  CLI::App* command = add_shared(index, chosen, arguments, "worker", "Learn the files that wait in the queue of a shared index", run_worker);
  command->add_option("--index", arguments->index, "postgresql:// URL (default: PROVA_INDEX)");
  command->add_option("-j,--jobs", arguments->worker.processes, "Files that are analysed at the same time")->check(CLI::Range(1, 256));
  command->add_flag("--wait", arguments->worker.wait, "Go on waiting for files when the queue is empty");
  command->footer(
      "Any number of workers on any number of hosts, which see the queued files under the same paths. Each file is analysed\n"
      "in a process of its own with limits on memory and time, and added in one transaction; a worker may be killed at any\n"
      "moment. A file that cannot be analysed is set aside with the reason (`prova index queue`).\n\n"
      "Examples:\n  prova learn --queue --family older-tool /srv/samples\n  prova index worker -j 4\n  prova index worker --wait");
}

}  // namespace

void add_index_shared(CLI::App& index, Chosen& chosen) {
  add_init(index, chosen);
  add_grant(index, chosen);
  add_queue(index, chosen);
  add_worker(index, chosen);
  add_index_shards(index, chosen);
}

}  // namespace prova::cli
