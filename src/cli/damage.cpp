#include "workbench/damage.h"

#include <fmt/format.h>
#include <unistd.h>

#include <thread>

#include "cli/commands.h"
#include "cli/content_arguments.h"
#include "prova_version.h"
#include "workbench/proof.h"

namespace prova::cli {
namespace {

struct DamageArguments {
  DamageRequest request;
  std::string proof;
  bool json = false;
};

void show_first_answer(const SampledAnswer& answer, const Console& console) {
  if (::isatty(STDERR_FILENO) != 1) return;
  console.complain(fmt::format("first answer from {} sampled blocks: this image holds {:.0f} to {:.0f} % of the inventory's blocks (95 %)", answer.sampled, 100 * answer.low, 100 * answer.high));
}

int run_damage(const DamageArguments& arguments, const Console& console) {
  const auto outcome = find_damage(arguments.request, console.progress(), [&](const SampledAnswer& answer) { show_first_answer(answer, console); });
  if (!outcome) {
    if (!interrupted()) return console.fail(outcome.error());
    console.complain("interrupted: nothing is printed");
    return kInterrupted;
  }
  if (!arguments.proof.empty()) {
    if (const Status written = write_proof(*outcome, arguments.proof); !written) return console.fail(written.error());
  }
  return console.print(console.json() ? damage_document(*outcome) : damage_text(*outcome, static_cast<unsigned>(console.style().width)));
}

}  // namespace

void add_source_options(CLI::App* command, DamageRequest& request) {
  command->add_option("INVENTORY", request.inventory, "The inventory made before")->required();
  command->add_option("SOURCE", request.sources, "Disk images, directories, archives (counted as copies)");
  command->add_option("--image", request.images, "Disk image (raw, E01, qcow2, vmdk, vhd) or device")->take_all();
  command->add_option("--dir", request.directories, "Directory: a live or recovered system")->take_all();
  command->add_option("--backup", request.backups, "Backup: directory, archive or image")->take_all();
  command->add_option("--copy", request.copies, "Copy elsewhere: directory, archive or image")->take_all();
  command->add_option("--key", request.key, "Key file (default: PROVA_INVENTORY_KEY, else PROVA_HOME/inventory.key)");
  command->add_flag("--every-sector", request.every_sector, "Scan images at every sector, not only where 4-KiB blocks begin (8 times slower)");
  command->add_flag("--raw-only", request.raw_only, "Do not read file systems inside images");
  request.tool = fmt::format("prova {} ({})", PROVA_VERSION, PROVA_COMMIT);
  request.threads = std::max(1U, std::thread::hardware_concurrency());
  command->add_option("-j,--jobs", request.threads, "Threads; the result does not depend on it")->check(CLI::Range(1, 256));
}

void add_damage(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("damage", "What of an inventory survives, and where");
  auto arguments = std::make_shared<DamageArguments>();
  add_source_options(command, arguments->request);
  command->add_option("--proof", arguments->proof, "Also write a proof bundle that others can check");
  command->add_flag("--json", arguments->json, "Print the prova/damage/1 document");
  command->footer(
      "Reads the sources, read-only, with or without a file system that can be read; writes nothing but the bundle. Each file gets one\n"
      "verdict: intact, moved, survives_on_disk, survives_in_backup, survives_in_copy, partial, not_found. Whole means: its SHA-256.\n\n"
      "Examples:\n"
      "  prova damage 2026-11.inventory --image /dev/sdb --backup /mnt/backup\n"
      "  prova damage 2026-11.inventory --image disk.E01 --copy laptop.tar.gz --proof disk.proof --json > damage.json");
  command->callback([arguments, &chosen] {
    chosen.action = [arguments](const Console& console) { return run_damage(*arguments, console); };
  });
}

}  // namespace prova::cli
