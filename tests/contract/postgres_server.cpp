#include "postgres_server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "store/postgres/connection.h"

namespace prova {
namespace {

namespace fs = std::filesystem;

/// Debian keeps the server's programs out of the path.
std::string program(const std::string& name) {
  for (const std::string folder : {"/usr/lib/postgresql/15/bin/", "/usr/lib/postgresql/16/bin/", "/usr/lib/postgresql/17/bin/", "/usr/local/bin/", "/usr/bin/"}) {
    if (fs::exists(folder + name)) return folder + name;
  }
  return {};
}

/// Whom the server runs as: nobody is a user everywhere.
const struct passwd* server_user() {
  if (::geteuid() != 0) return nullptr;
  const struct passwd* user = ::getpwnam("postgres");
  return user != nullptr ? user : ::getpwnam("nobody");
}

/// Runs a program as the server's user; its output goes to `log`.
pid_t spawn(const std::vector<std::string>& command, const std::string& log) {
  const struct passwd* user = server_user();
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  if (user != nullptr && (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0)) ::_exit(1);
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  ::close_range(3, ~0U, 0);
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));  // NOLINT: execv's own shape
  argv.push_back(nullptr);
  ::execv(argv.front(), argv.data());
  ::_exit(127);
}

bool succeeds(pid_t pid) {
  int status = 0;
  return pid > 0 && ::waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

std::optional<std::string> PostgresServer::missing() {
  if (!program("initdb").empty() && !program("postgres").empty()) return std::nullopt;
  return "no PostgreSQL server is installed; Debian: apt-get install postgresql-15";
}

Result<std::unique_ptr<PostgresServer>> PostgresServer::start(const std::string& directory, const std::vector<std::string>& settings) {
  std::unique_ptr<PostgresServer> server(new PostgresServer(directory, settings));
  fs::create_directories(directory);
  if (!server->own(directory)) {
    return fail(ErrorCode::kIo, "cannot give the server its directory");
  }
  const std::string data = directory + "/data", log = directory + "/log";
  if (!fs::exists(data + "/PG_VERSION") &&
      !succeeds(spawn({program("initdb"), "-D", data, "-U", "owner", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"}, log))) {
    return fail(ErrorCode::kIo, fmt::format("initdb failed, see {}", log));
  }
  PROVA_TRY(server->launch());
  return server;
}

Status PostgresServer::launch() {
  std::vector<std::string> command = {program("postgres"), "-D", directory_ + "/data", "-k", directory_};
  std::vector<std::string> settings = {"listen_addresses=", "shared_buffers=64MB", "max_connections=60", "fsync=off", "autovacuum_naptime=5"};
  settings.insert(settings.end(), settings_.begin(), settings_.end());
  for (const std::string& setting : settings) command.insert(command.end(), {"-c", setting});
  pid_ = spawn(command, directory_ + "/log");
  for (int attempt = 0; attempt < 300; ++attempt) {
    if (PostgresConnection::open(url())) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return fail(ErrorCode::kIo, fmt::format("the server does not come up, see {}/log", directory_));
}

std::string PostgresServer::url(const std::string& role, const std::string& database) const {
  return fmt::format("postgresql://{}{}/{}?host={}&port=5432", role, role.empty() ? "" : "@", database, directory_);
}

void PostgresServer::crash() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGQUIT);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

Status PostgresServer::restart() {
  crash();
  return launch();
}

bool PostgresServer::own(const std::string& path) const {
  const struct passwd* user = server_user();
  return user == nullptr || ::chown(path.c_str(), user->pw_uid, user->pw_gid) == 0;
}

PostgresServer::~PostgresServer() {
  crash();
}

}  // namespace prova
