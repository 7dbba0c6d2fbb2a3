#include "workbench/leak.h"

#include <thread>

#include "cli/commands.h"

namespace prova::cli {
namespace {

struct LeakArguments {
  LeakRequest request;
  std::string inventory;
  std::vector<std::string> also;
  bool json = false;
};

int run_leak(const LeakArguments& arguments, const Console& console) {
  LeakRequest request = arguments.request;
  request.inventories = arguments.also;
  request.inventories.insert(request.inventories.begin(), arguments.inventory);
  const auto report = find_leak(request, console.progress());
  if (!report) return console.fail(report.error());
  if (report->interrupted) {
    console.complain("interrupted: nothing is printed");
    return kInterrupted;
  }
  return console.print(console.json() ? leak_document(*report) : leak_text(*report));
}

}  // namespace

void add_leak(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("leak", "Which of our documents are in a dump, from which system, genuine or altered");
  auto arguments = std::make_shared<LeakArguments>();
  LeakRequest& request = arguments->request;
  command->add_option("INVENTORY", arguments->inventory, "Content inventory made before the theft")->required();
  command->add_option("DUMP", request.dumps, "Files or directories: documents, archives, mailboxes, PST, blobs; nested to any depth")->required();
  command->add_option("--also", arguments->also, "Further inventories, made with the same key");
  command->add_option("--key", request.key, "Key file (default: PROVA_INVENTORY_KEY, else PROVA_HOME/inventory.key)");
  command->add_option("--canaries", request.canaries, "File that lists planted documents, one inventoried path per line");
  command->add_option("--dkim-keys", request.dkim_keys,
                      "File or directory of DKIM key records (SELECTOR._domainkey.DOMAIN v=DKIM1; k=rsa; p=...) to check the signatures of mail with; may be repeated")
      ->allow_extra_args(false);
  command->add_flag("--only-matches", request.only_matches, "Leave out documents without a trace in the inventory, unless a signature shows them genuine; they are still counted");
  request.threads = std::max(1U, std::thread::hardware_concurrency());
  command->add_option("-j,--jobs", request.threads, "Threads; the result does not depend on it")->check(CLI::Range(1, 256));
  command->add_flag("--json", arguments->json, "Print the prova/leak/1 document");
  command->footer(
      "Reads the inventory, its key and the dump, read-only; writes nothing. Containers are unfolded in a process without rights;\n"
      "what cannot be read is listed. Costs about what reading the dump costs, and memory for one document at a time.\n"
      "A document without a trace is not \"not ours\": the inventory does not know what it never saw. Mail with an intact DKIM signature\n"
      "is as it left its domain, known or not; keys are taken from files only, no name is looked up.\n\n"
      "Examples:\n"
      "  prova leak 2022-06.inventory dump/\n"
      "  prova leak mail.inventory --also files.inventory --canaries planted.txt dump.tar.gz mails.pst\n"
      "  prova leak --dkim-keys selectors.txt --dkim-keys old-zone/ 2022-06.inventory mails.mbox\n"
      "  prova leak --json --only-matches 2022-06.inventory dump/ > leak.json");
  command->callback([arguments, &chosen] {
    chosen.action = [arguments](const Console& console) { return run_leak(*arguments, console); };
  });
}

}  // namespace prova::cli
