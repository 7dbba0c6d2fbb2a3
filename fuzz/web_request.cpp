// Bytes as a request: target, headers and body, answered by the whole site without a socket: session, routing, query, JSON bodies,
// the editor of YAML. No answer may leak a document without a session, and an edited case must be a case.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "base/hash.h"
#include "evidence/case.h"
#include "web/edit_body.h"
#include "web/site.h"

namespace {

using namespace prova;
using namespace prova::web;

constexpr const char* kCase =
    "# A case\nschema: prova/case/1\nname: Small   # the title\nquestions:\n  - {id: n, ask: Which?, hypotheses: [a, b]}\n  - id: m\n    given: {n: a}\n    hypotheses:\n"
    "      # one\n      - {id: x, label: X}   # with a label\n      - y\nroots:\n  - {id: R1, grade: B}\nevidence:\n  - id: E1   # first\n    kind: forensics\n    claim: >-\n"
    "      Some text\n      goes on\n    known_from: 2021-03-02\n    roots: [R1]\n    credibility: 2\n\n    says: {n: {a: ++, b: \"-\"}}\n"
    "  - {id: E2, kind: motive, known_from: 2021-04, roots: R1}   # short\n# end\n";

/// One site for all inputs, over a case that is written anew when an input changed it.
struct World {
  World() {
    std::string name = (std::filesystem::temp_directory_path() / "prova-fuzz-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    directory = std::filesystem::path(name) / "x";
    std::filesystem::create_directory(directory);
    reset();
    static ServedCases served = ServedCases::open({directory.string()}).value();
    cases = &served;
    workbench = new Workbench{session, *cases, jobs, "fuzz", "fuzz", "", [] { return std::string("2023-11-14T22:13:20Z"); }, [](std::string_view) {}};
    site = new Site(*workbench);
  }
  void reset() const {
    std::ofstream(directory / "case.yaml") << kCase;
    std::filesystem::remove(directory / "custody.jsonl");
  }
  std::filesystem::path directory;
  Session session{{"127.0.0.1", 4114}, "secret", "token"};
  Jobs jobs{"/bin/false"};
  ServedCases* cases = nullptr;
  Workbench* workbench = nullptr;
  Site* site = nullptr;
};

World& world() {
  static World* kept = new World;
  return *kept;
}

std::string_view take_line(std::string_view& rest) {
  const std::string_view line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  return line;
}

/// The first line is "METHOD TARGET", then "Name: value" lines, an empty line, and the body.
Request request_of(std::string_view text) {
  Request request;
  const std::string_view first = take_line(text);
  request.method = first.substr(0, first.find(' '));
  request.target = first.substr(std::min(first.size(), request.method.size() + 1));
  for (std::string_view line = take_line(text); !line.empty(); line = take_line(text)) {
    const std::size_t colon = std::min(line.find(": "), line.size());
    request.headers.emplace_back(line.substr(0, colon), line.substr(std::min(line.size(), colon + 2)));
  }
  request.body = text;
  return request;
}

void check_edit(std::string_view body) {
  const auto edit = read_edit(body);
  if (!edit) return;
  const auto after = apply_edit(kCase, *edit);
  if (!after) return;
  // What the editor wrote is YAML again, and says what comments said before.
  const CaseReading reading = parse_case(*after);
  if (reading.parsed.has_value() != reading.errors.empty()) __builtin_trap();
  for (const char* comment : {"# A case\n", "# the title\n", "# end\n"}) {
    if (after->find(comment) == std::string::npos) __builtin_trap();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Request request = request_of(std::string_view(reinterpret_cast<const char*>(data), size));
  const Response stranger = world().site->answer(request);
  const bool api = request.target.starts_with("/api/") && !request.target.starts_with("/api/session");
  const bool member = world().session.carries(request);
  if (api && !member && stranger.status == 200) __builtin_trap();
  // The same from the page that is logged in. Jobs are not started: processes are not what is tested here.
  static const std::string revision = to_hex(sha256(as_bytes(std::string_view(kCase))));
  request.headers.insert(request.headers.begin(), {{"Host", "127.0.0.1:4114"}, {"Authorization", "Bearer secret"}, {"X-Prova", "1"},
                                                   {"Content-Type", "application/json"}, {"If-Match", revision}});
  if (request.method != "POST" || request.target.find("jobs") == std::string::npos) {
    const Response response = world().site->answer(request);
    if (response.status < 200 || response.status > 599 || response.body == nullptr) __builtin_trap();
  }
  check_edit(request.body);
  if (request.method == "POST") world().reset();
  return 0;
}
