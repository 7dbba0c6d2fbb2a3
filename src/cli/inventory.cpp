#include "workbench/inventory.h"

#include <fmt/format.h>

#include <map>
#include <thread>

#include "base/escape.h"
#include "cli/commands.h"
#include "prova_version.h"

namespace prova::cli {
namespace {

struct InventoryArguments {
  InventoryRequest request;
  std::string file, public_key;
  TextScope text = TextScope::kDocuments;
  bool no_chunks = false, no_text = false, no_members = false, blocks_only = false, json = false;
};
using Arguments = std::shared_ptr<InventoryArguments>;

/// At most this many unreadable paths are shown; the document and the inventory hold all.
constexpr std::size_t kShownUnread = 10;

std::string hex(const Bytes32& bytes) { return to_hex(std::as_bytes(std::span(bytes))); }

std::string created_text(const InventoryOutcome& outcome, const std::string& output) {
  const WrittenInventory& written = outcome.created.written;
  std::string out = fmt::format("{} files, {} bytes, {:.0f} MB/s\n", written.files, written.bytes, outcome.seconds > 0 ? static_cast<double>(written.bytes) / 1e6 / outcome.seconds : 0.0);
  if (outcome.created.carried_over != 0) out += fmt::format("{} files unchanged and not read again\n", outcome.created.carried_over);
  if (outcome.created.changed_while_read != 0) out += fmt::format("{} files changed while they were read\n", outcome.created.changed_while_read);
  for (std::size_t i = 0; i < outcome.created.unread.size() && i < kShownUnread; ++i) {
    out += fmt::format("not read: {}: {}\n", escape_terminal(outcome.created.unread[i].path), escape_terminal(outcome.created.unread[i].reason));
  }
  if (outcome.created.unread.size() > kShownUnread) out += fmt::format("not read: {} more\n", outcome.created.unread.size() - kShownUnread);
  out += fmt::format("inventory  {} ({} bytes, {:.2f} % of what it describes)\n", escape_terminal(output), written.size,
                     written.bytes == 0 ? 0.0 : 100.0 * static_cast<double>(written.size) / static_cast<double>(written.bytes));
  out += fmt::format("root       {}\nsigned by  {}\nkey        {}{}\n", to_hex(written.root), hex(outcome.key.key.public_key()), escape_terminal(outcome.key.path.string()),
                     outcome.key.fresh ? " (made just now: keep a copy away from these systems, without it the inventory is useless)" : "");
  return out + "Write the root down outside these systems: it fixes what was here and when.\n";
}

int run_create(const InventoryArguments& arguments, const Console& console) {
  InventoryRequest request = arguments.request;
  request.marks.chunks = !arguments.no_chunks && !arguments.blocks_only;
  request.marks.text = arguments.no_text || arguments.blocks_only ? TextScope::kNone : arguments.text;
  request.marks.members = !arguments.no_members && !arguments.blocks_only;
  request.tool = fmt::format("prova {} ({})", PROVA_VERSION, PROVA_COMMIT);
  const auto outcome = make_inventory(request, console.progress());
  if (!outcome) return interrupted() ? (console.complain("interrupted: nothing was written"), kInterrupted) : console.fail(outcome.error());
  return console.print(console.json() ? created_document(*outcome) : created_text(*outcome, request.output));
}

std::string verified_text(const VerifiedInventory& verified, const std::string& file) {
  if (verified.refused) return fmt::format("REFUSED  {}\n", to_string(*verified.refused));
  const Inventory& inventory = *verified.inventory;
  return fmt::format("valid      {}\ncreated    {} by {}\nfiles      {}, of which {}\nroot       {}\nsigned by  {}{}\n", escape_terminal(file),
                     escape_terminal(inventory.meta().created), escape_terminal(inventory.meta().tool), inventory.files().size(),
                     verified.with_key ? "every leaf was recomputed with the key" : "no leaf was checked (no key)", hex(inventory.trailer().root),
                     verified.public_key, verified.trusted ? " (as expected)" : "");
}

int run_verify(const InventoryArguments& arguments, const Console& console) {
  const auto verified = verify_inventory(arguments.file, arguments.request.key, arguments.public_key);
  if (!verified) return console.fail(verified.error());
  const int printed = console.print(console.json() ? verified_document(*verified, arguments.file) : verified_text(*verified, arguments.file));
  return printed != kDone ? printed : verified->refused ? kNo : kDone;
}

int run_new_key(const InventoryArguments& arguments, const Console& console) {
  const auto key = make_inventory_key(arguments.request.key);
  if (!key) return console.fail(key.error());
  return console.print(console.json() ? key_document(*key) : fmt::format("key        {}\nsigns as   {}\nKeep a copy away from the systems that are inventoried.\n",
                                                                         escape_terminal(key->path.string()), hex(key->key.public_key())));
}

template <typename Run>
void set_action(CLI::App* command, Chosen& chosen, const Arguments& arguments, Run run) {
  command->add_option("--key", arguments->request.key, "Key file (default: PROVA_INVENTORY_KEY, else PROVA_HOME/inventory.key)");
  command->add_flag("--json", arguments->json, "Print the prova/inventory/1 document");
  command->callback([arguments, &chosen, run] {
    chosen.action = [arguments, run](const Console& console) { return run(*arguments, console); };
  });
}

void add_create(CLI::App* parent, Chosen& chosen, const Arguments& arguments) {
  CLI::App* command = parent->add_subcommand("create", "Make a signed content inventory, before an attack");
  InventoryRequest& request = arguments->request;
  command->add_option("PATH", request.paths, "Directories, files, disk images (raw, E01, qcow2, vmdk, vhd), or - for a tar stream")->required();
  command->add_option("-o,--output", request.output, "The inventory file; never replaced")->required();
  command->add_option("--system", request.system, "Name of the system (default: the host's, or the image's file name)");
  command->add_option("--since", request.since, "Earlier inventory: files unchanged since (size, times, inode) are not read again");
  command->add_option("--canaries", request.canaries, "File that lists planted documents, one path as inventoried per line");
  command->add_flag("--read-all", request.read_all, "Read every file, --since or not");
  command->add_flag("--no-chunks", arguments->no_chunks, "Without content-defined chunks");
  command->add_option("--text", arguments->text, "Whose text is fingerprinted: documents (and mail, the default), all (source code and logs too) or none")
      ->transform(CLI::CheckedTransformer(std::map<std::string, TextScope>{{"none", TextScope::kNone}, {"documents", TextScope::kDocuments}, {"all", TextScope::kAll}}))
      ->option_text("documents|all|none");
  command->add_option("--text-run", request.marks.copied_run, "Copied runs of this many characters are surely found (64 to 4096). More makes the inventory of\n"
                                                             "documents smaller, and small changes in them may go unseen")
      ->check(CLI::Range(kCopiedRun, kMaxCopiedRun))
      ->capture_default_str();
  command->add_flag("--no-text", arguments->no_text, "The same as --text none")->excludes("--text");
  command->add_flag("--no-members", arguments->no_members, "Without members of archives, office files and mail");
  command->add_flag("--blocks-only", arguments->blocks_only, "File and block hashes only: enough for damage and recovery, not for leaks");
  request.threads = std::max(1U, std::thread::hardware_concurrency());
  command->add_option("-j,--jobs", request.threads, "Threads; the result does not depend on it")->check(CLI::Range(1, 256));
  command->footer(
      "Reads the paths, read-only; writes the inventory and, on first use, a key. Hashes are keyed: without the key nobody can\n"
      "test guesses of contents, and nobody can use the inventory. The file appears whole or not at all.\n\n"
      "Examples:\n"
      "  prova inventory create /srv/files -o 2026-11.inventory\n"
      "  prova inventory create /srv/files -o 2026-12.inventory --since 2026-11.inventory\n"
      "  prova inventory create disk.E01 -o server.inventory --system server\n"
      "  restic dump latest / | prova inventory create - -o backup.inventory");
  set_action(command, chosen, arguments, run_create);
}

}  // namespace

void add_inventory(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("inventory", "Content inventories: what was there before an attack");
  command->require_subcommand(1);
  const auto arguments = std::make_shared<InventoryArguments>();
  add_create(command, chosen, arguments);

  CLI::App* verify = command->add_subcommand("verify", "Check an inventory; exit 1 when it is refused");
  verify->add_option("FILE", arguments->file, "The inventory")->required();
  verify->add_option("--public-key", arguments->public_key, "Expect this signer (64 hex digits)");
  verify->footer("Reads the file, writes nothing. Checksums, signature and every index are checked; with the key also every file's leaf.\n\n"
                 "Examples:\n  prova inventory verify 2026-11.inventory\n  prova inventory verify 2026-11.inventory --public-key 1f6b...");
  set_action(verify, chosen, arguments, run_verify);

  CLI::App* key = command->add_subcommand("key", "Keys of inventories");
  key->require_subcommand(1);
  CLI::App* fresh = key->add_subcommand("new", "Make a key; never replaces one");
  fresh->footer("Writes one file, readable by its owner only.\n\nExample:\n  prova inventory key new --key /media/safe/prova.key");
  set_action(fresh, chosen, arguments, run_new_key);
}

}  // namespace prova::cli
