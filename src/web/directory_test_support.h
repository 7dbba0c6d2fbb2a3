#pragma once
// A directory that goes with the test, and a small case in it.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace prova::web {

class TestDirectory {
 public:
  TestDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "prova-web-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = name;
  }
  TestDirectory(const TestDirectory&) = delete;
  TestDirectory& operator=(const TestDirectory&) = delete;
  ~TestDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream in(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::filesystem::path path_;
};

/// Two items, one hypothesis more than needed, and a comment.
constexpr const char* kSmallCase =
    "schema: prova/case/1\n"
    "name: Small   # the title\n"
    "questions:\n"
    "  - {id: nation, ask: Which nation?, hypotheses: [north, south]}\n"
    "roots:\n"
    "  - {id: R1, grade: B}\n"
    "  - {id: R2, grade: A}\n"
    "evidence:\n"
    "  - {id: E1, kind: forensics, claim: <b>bold</b>, known_from: 2021-03-02, roots: R1, credibility: 2, says: {nation: {north: ++}}}\n"
    "  - {id: E2, kind: telemetry, known_from: 2021-04-01, roots: R2, credibility: 3, says: {nation: {south: +}}}   # doubtful\n";

}  // namespace prova::web
