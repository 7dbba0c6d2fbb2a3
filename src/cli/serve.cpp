#include "web/serve.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/escape.h"
#include "cli/commands.h"
#include "prova_version.h"
#include "workbench/home.h"

namespace prova::cli {
namespace {

struct ServeArguments {
  web::ServeOptions options;
  bool print_session = false;
};

bool is_loopback(const std::string& address) { return address.starts_with("127.") || address == "::1" || address == "localhost"; }

int run_serve(const ServeArguments& arguments, const Console& console) {
  web::ServeOptions options = arguments.options;
  options.version = fmt::format("prova {} ({})", PROVA_VERSION, PROVA_COMMIT);
  options.program = "/proc/self/exe";
  if (options.user.empty()) options.user = user_name();
  if (!is_loopback(options.address)) {
    console.complain("listening beyond this machine: whoever can read the network can read the case; an ssh tunnel to 127.0.0.1 is safer");
  }
  web::ServeEvents events;
  events.ready = [&](const std::string& invitation, const std::string& secret) {
    fmt::print("Open {}\nThe address works once. Ctrl-C stops the workbench.\n", invitation);
    if (arguments.print_session) fmt::print("Session {}\n", secret);
    std::fflush(stdout);
  };
  events.log = [](std::string_view line) { fmt::print(stderr, "prova: {}\n", escape_terminal(line)); };
  const auto served = web::serve(options, events, interrupt_flag());
  return served ? kDone : console.fail(served.error());
}

}  // namespace

void add_serve(CLI::App& app, Chosen& chosen) {
  auto arguments = std::make_shared<ServeArguments>();
  web::ServeOptions& options = arguments->options;
  CLI::App* command = app.add_subcommand("serve", "The workbench: cases in a browser on this machine");
  command->add_option("CASE", options.cases, "Case directories")->required();
  command->add_option("--port", options.port, "Port (default: any free one)")->check(CLI::Range(0, 65535));
  command->add_option("--listen", options.address, "Address to listen on (default 127.0.0.1: this machine only)");
  command->add_option("--index", options.index, "Index for investigations (default: PROVA_INDEX, else the one that the last report used)");
  command->add_option("--user", options.user, "Name for the custody log (default: PROVA_USER, else the login name)");
  command->add_flag("--print-session", arguments->print_session, "Print the session secret too, for scripts: Authorization: Bearer SECRET");
  command->footer(
      "Prints an address with a one-time token; opened in a browser, it shows the cases. Nothing is sent anywhere else. Edits are\n"
      "checked like `prova case check`, keep the comments of case.yaml, and are recorded in the custody log.\n\n"
      "Examples:\n"
      "  prova serve examples/albania-2022\n"
      "  prova serve cases/* --port 4114 --user 'A. Hoxha'\n"
      "  ssh -L 4114:127.0.0.1:4114 server prova serve /srv/cases/2022-07 --port 4114");
  command->callback([arguments, &chosen] {
    chosen.action = [arguments](const Console& console) { return run_serve(*arguments, console); };
  });
}

}  // namespace prova::cli
