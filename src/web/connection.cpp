#include "web/connection.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace prova::web {
namespace {

/// Asked of the kernel at once. Unit: bytes.
constexpr std::size_t kReadBytes = 16U << 10;

/// Whether the event came before the deadline.
bool wait_for(int fd, short event, Connection::Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Connection::Clock::now()).count();
    if (left < 0) return false;
    struct pollfd wanted {fd, event, 0};
    const int ready = ::poll(&wanted, 1, static_cast<int>(left) + 1);
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

using NameOf = int (*)(int, struct sockaddr*, socklen_t*);

void describe(int fd, NameOf name_of_end, std::string& ip, int& port) {
  struct sockaddr_storage storage {};
  socklen_t size = sizeof storage;
  std::array<char, INET6_ADDRSTRLEN> text{};
  ip.clear();
  port = 0;
  if (name_of_end(fd, reinterpret_cast<struct sockaddr*>(&storage), &size) != 0) return;
  if (storage.ss_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const struct sockaddr_in*>(&storage);
    ::inet_ntop(AF_INET, &v4->sin_addr, text.data(), text.size());
    port = ntohs(v4->sin_port);
  } else if (storage.ss_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const struct sockaddr_in6*>(&storage);
    ::inet_ntop(AF_INET6, &v6->sin6_addr, text.data(), text.size());
    port = ntohs(v6->sin6_port);
  }
  ip = text.data();
}

}  // namespace

Connection::Connection(int fd, std::size_t max_body) : fd_(fd), max_body_(max_body) {
  const int on = 1;  // Answers are written in two pieces: do not wait for more before the second is sent.
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Connection::~Connection() {
  ::shutdown(fd_, SHUT_RDWR);
  ::close(fd_);
}

bool Connection::wait_for_request() {
  handed_out_ = head_bytes_ = 0;
  line_ends_ = 0;
  line_bytes_ = 0;
  if (at_ == buffer_.size() && !fill(Clock::now() + kIdleTime)) return false;
  deadline_ = Clock::now() + kRequestTime;
  return true;
}

bool Connection::fill(Clock::time_point deadline) {
  buffer_.resize(kReadBytes);
  at_ = 0;
  for (;;) {
    const ssize_t got = ::recv(fd_, buffer_.data(), buffer_.size(), 0);
    if (got > 0) {
      buffer_.resize(static_cast<std::size_t>(got));
      return true;
    }
    const bool later = got < 0 && (errno == EAGAIN || errno == EINTR);
    if (later && wait_for(fd_, POLLIN, deadline)) continue;
    buffer_.clear();
    return false;
  }
}

/// Counts what is handed out of the head and of the body; false when either has too much.
bool Connection::admit(std::size_t count) {
  handed_out_ += count;
  for (std::size_t i = 0; i < count && head_bytes_ == 0; ++i) {
    const char c = buffer_[at_ + i];
    if (++line_bytes_ > kMaxHeadLine) return false;
    if (c == '\n') {
      line_bytes_ = 0;
      // A line ends with LF, with or without CR; the head ends with an empty line.
      if (++line_ends_ == 2) head_bytes_ = handed_out_ - count + i + 1;
    } else if (c != '\r') {
      line_ends_ = 0;
    }
  }
  return head_bytes_ == 0 ? handed_out_ <= kMaxHeadBytes : handed_out_ - head_bytes_ <= max_body_;
}

ssize_t Connection::read(char* to, std::size_t size) {
  if (at_ == buffer_.size() && !fill(deadline_)) return 0;
  const std::size_t count = std::min(size, buffer_.size() - at_);
  if (!admit(count)) return -1;
  std::copy_n(buffer_.data() + at_, count, to);
  at_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t Connection::write(const char* from, std::size_t size) {
  for (std::size_t sent = 0; sent < size;) {
    const ssize_t more = ::send(fd_, from + sent, size - sent, MSG_NOSIGNAL);
    if (more > 0) sent += static_cast<std::size_t>(more);
    const bool later = more < 0 && (errno == EAGAIN || errno == EINTR);
    if (more <= 0 && (!later || !wait_for(fd_, POLLOUT, Clock::now() + kWriteTime))) return -1;
  }
  return static_cast<ssize_t>(size);
}

bool Connection::is_readable() const { return at_ < buffer_.size() || wait_for(fd_, POLLIN, deadline_); }

bool Connection::is_writable() const { return wait_for(fd_, POLLOUT, Clock::now() + kWriteTime); }

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const { describe(fd_, ::getpeername, ip, port); }

void Connection::get_local_ip_and_port(std::string& ip, int& port) const { describe(fd_, ::getsockname, ip, port); }

}  // namespace prova::web
