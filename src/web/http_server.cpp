#include "web/http_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <list>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "web/connection.h"

namespace prova::web {
namespace {

/// How often `stop` is looked at. Unit: milliseconds.
constexpr int kStopInterval = 200;
/// Connections that wait to be accepted.
constexpr int kBacklog = 64;

constexpr std::string_view kBusy =
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\nContent-Type: application/json\r\nContent-Length: 74\r\n\r\n"
    "{\"schema\": \"prova/error/1\", \"error\": \"too many connections; try again\"}\r\n\r\n";

Request convert(const httplib::Request& from) {
  Request request;
  request.method = from.method;
  request.target = from.target;
  for (const auto& [name, value] : from.headers) request.headers.emplace_back(name, value);
  request.body = from.body;
  request.peer = from.remote_addr;
  return request;
}

void convert(Response&& from, httplib::Response& to, bool old_client) {
  to.status = from.status;
  for (const auto& [name, value] : from.headers) to.set_header(name, value);
  if (!from.stream) {
    to.set_content(*from.body, from.content_type);
    return;
  }
  auto provide = [next = std::move(from.stream), piece = std::string()](std::size_t, httplib::DataSink& sink) mutable {
    if (next(piece)) return sink.write(piece.data(), piece.size());
    sink.done();
    return true;
  };
  if (old_client) return to.set_content_provider(from.content_type, std::move(provide));  // HTTP/1.0 knows no chunks.
  to.set_chunked_content_provider(from.content_type, std::move(provide));
}

/// cpp-httplib's reader and writer of HTTP, with our connections below and our site above. Its own accept loop is not used: it
/// ends when a client hangs up at the wrong moment, and it holds as many connections as there come.
class Protocol : private httplib::Server {
 public:
  Protocol(const Site& site, int listening_fd) : site_(site) {
    svr_sock_ = listening_fd;  // It stops writing long answers when this is gone.
    set_payload_max_length(kMaxBodyBytes);
    set_keep_alive_timeout(kIdleTime.count());
    set_keep_alive_max_count(kMaxRequestsPerConnection);
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      return before_body(request, response) ? HandlerResponse::Handled : HandlerResponse::Unhandled;
    });
    // Whatever gets here has a body, and was let through without it.
    Post("[\\s\\S]*", [this](const httplib::Request& request, httplib::Response& response) {
      convert(site_.answer(convert(request)), response, request.version == "HTTP/1.0");
    });
  }

  /// Requests and answers until either side has enough.
  void converse(Connection& connection, const std::atomic<bool>& stop) {
    for (std::size_t n = 1; n <= kMaxRequestsPerConnection && !stop && connection.wait_for_request(); ++n) {
      bool closed = false, closes = n == kMaxRequestsPerConnection, understood = false;
      const auto prepare = [&](httplib::Request& request) {
        understood = true;
        // Documents are sent whole and as they are: a range of a range of an answer costs more than the answer.
        request.ranges.clear();
        request.headers.erase("Range");
        request.headers.erase("Accept-Encoding");
        const bool plain = (request.method == "GET" || request.method == "HEAD") && !request.has_header("Content-Length") &&
                           !request.has_header("Transfer-Encoding");
        if (plain) return;
        // Its body may be left unread: nothing after it on this connection could be trusted to be a request.
        closes = true;
        request.headers.erase("Connection");
        request.headers.emplace("Connection", "close");
      };
      const bool answered = process_request(connection, closes, closed, prepare);
      // After a head that was not understood, nobody knows where the next one begins.
      if (!answered || closed || closes || !understood) return;
    }
  }

  void stop_writing() { svr_sock_ = INVALID_SOCKET; }

 private:
  /// Everything but a POST that may go on is answered here.
  bool before_body(const httplib::Request& from, httplib::Response& to) {
    const Request request = convert(from);
    auto refused = site_.refuse(request);
    if (!refused && request.method == "POST" && request.header("content-length") != "0" && request.count("content-length") == 1) return false;
    convert(refused ? *std::move(refused) : site_.answer(request), to, from.version == "HTTP/1.0");
    return true;
  }

  const Site& site_;
};

/// One thread per connection, joined when it is done.
class Connections {
 public:
  Connections(Protocol& protocol, const std::atomic<bool>& stop) : protocol_(protocol), stop_(stop) {}
  ~Connections() {
    {
      const std::lock_guard lock(mutex_);
      for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
  }
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  void add(int fd) {
    reap();
    if (threads_.size() >= kMaxConnections) return refuse(fd);
    {
      const std::lock_guard lock(mutex_);
      open_.insert(fd);
    }
    try {
      threads_.emplace_back();
      threads_.back() = std::thread([this, fd, self = std::prev(threads_.end())] { run(fd, self); });
    } catch (const std::system_error&) {  // No thread: as with too many connections.
      threads_.pop_back();
      forget(fd);
      refuse(fd);
    }
  }

 private:
  using Thread = std::list<std::thread>::iterator;

  static void refuse(int fd) {
    static_cast<void>(::send(fd, kBusy.data(), kBusy.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
    ::close(fd);
  }

  void run(int fd, Thread self) {
    Connection connection(fd, kMaxBodyBytes);
    protocol_.converse(connection, stop_);
    const std::lock_guard lock(mutex_);
    open_.erase(fd);
    finished_.push_back(self);
  }

  void forget(int fd) {
    const std::lock_guard lock(mutex_);
    open_.erase(fd);
  }

  void reap() {
    std::list<Thread> finished;
    {
      const std::lock_guard lock(mutex_);
      finished.swap(finished_);
    }
    for (const Thread thread : finished) {
      thread->join();
      threads_.erase(thread);
    }
  }

  Protocol& protocol_;
  const std::atomic<bool>& stop_;
  std::list<std::thread> threads_;  ///< Touched by the accepting thread alone.
  std::mutex mutex_;                ///< Guards what follows.
  std::set<int> open_;
  std::list<Thread> finished_;
};

tl::unexpected<Error> cannot(std::string_view what, const std::string& address, int port) {
  const int reason = errno;
  const bool usage = reason == EADDRINUSE || reason == EADDRNOTAVAIL || reason == EACCES;
  return fail(usage ? ErrorCode::kUsage : ErrorCode::kIo, fmt::format("cannot {} {} port {}: {}{}", what, address, port, std::strerror(reason),
                                                                   reason == EADDRINUSE ? "; choose another one with --port" : ""));
}

}  // namespace

Result<Listening> Listening::open(const std::string& address, int port) {
  struct addrinfo hints {};
  hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  struct addrinfo* found = nullptr;
  const std::string numeric = address == "localhost" ? "127.0.0.1" : address;
  if (::getaddrinfo(numeric.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    return fail(ErrorCode::kUsage, fmt::format("'{}' is not a literal address, expected for example 127.0.0.1 or ::1", address));
  }
  const std::unique_ptr<struct addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  const int fd = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return cannot("open a socket for", address, port);
  Listening listening(fd, port);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd, found->ai_addr, found->ai_addrlen) != 0) return cannot("listen on", address, port);
  if (::listen(fd, kBacklog) != 0) return cannot("listen on", address, port);
  struct sockaddr_storage bound {};
  socklen_t size = sizeof bound;
  if (::getsockname(fd, reinterpret_cast<struct sockaddr*>(&bound), &size) != 0) return cannot("ask for the port of", address, port);
  listening.port_ = ntohs(bound.ss_family == AF_INET ? reinterpret_cast<const struct sockaddr_in*>(&bound)->sin_port
                                                     : reinterpret_cast<const struct sockaddr_in6*>(&bound)->sin6_port);
  return listening;
}

Listening::Listening(Listening&& other) noexcept : fd_(std::exchange(other.fd_, -1)), port_(other.port_) {}

Listening::~Listening() {
  if (fd_ >= 0) ::close(fd_);
}

void serve_http(const Listening& listening, const Site& site, const std::atomic<bool>& stop) {
  Protocol protocol(site, listening.fd());
  Connections connections(protocol, stop);
  while (!stop) {
    struct pollfd wanted {listening.fd(), POLLIN, 0};
    if (::poll(&wanted, 1, kStopInterval) <= 0) continue;
    const int fd = ::accept4(listening.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) connections.add(fd);
    // No descriptors left: those in use are given back soon.
    if (fd < 0 && (errno == EMFILE || errno == ENFILE)) std::this_thread::sleep_for(std::chrono::milliseconds(kStopInterval));
  }
  protocol.stop_writing();
}

}  // namespace prova::web
