#pragma once
// The site on a socket. cpp-httplib reads and writes HTTP; connections, their number and their limits are ours.

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "web/site.h"

namespace prova::web {

/// Connections at once, one thread each: a browser opens six, a page that follows a job holds one. More are told to come later.
constexpr std::size_t kMaxConnections = 64;
/// Requests on one connection.
constexpr std::size_t kMaxRequestsPerConnection = 10'000;

/// A listening socket.
class Listening {
 public:
  /// Port 0: any free one. Errors: kUsage (not an address of this machine, port taken); kIo.
  [[nodiscard]] static Result<Listening> open(const std::string& address, int port);
  Listening(Listening&& other) noexcept;
  Listening& operator=(Listening&&) = delete;
  ~Listening();
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] int port() const { return port_; }

 private:
  Listening(int fd, int port) : fd_(fd), port_(port) {}
  int fd_, port_;
};

/// Answers on `listening` until `stop` becomes true; then ends every connection and returns.
void serve_http(const Listening& listening, const Site& site, const std::atomic<bool>& stop);

}  // namespace prova::web
