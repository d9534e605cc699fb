//! A simulated bus behind a pseudo terminal, which opens like a serial port.

use std::ffi::OsStr;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use mbus_sim::SimulatedBus;
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{
    OptionalActions, QueueSelector, ioctl_tiocnxcl, tcflush, tcgetattr, tcsetattr,
};
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tracing::debug;

use super::ServeError;
use super::pty_link::PtyLink;
use super::running_bus::RunningBus;

/// A simulated bus on a pseudo terminal, found under the name of a link.
///
/// Programs open the link as they would open `/dev/ttyUSB0`, and may come and go.
pub struct SimulatedPty {
    terminal: Terminal,
    link: PtyLink,
    bus: RunningBus,
}

impl SimulatedPty {
    /// Opens a pseudo terminal and makes `link` point to it. The bus's time begins now. Must be
    /// called inside a tokio runtime.
    pub fn open(link: impl AsRef<Path>, bus: SimulatedBus) -> Result<Self, ServeError> {
        let (terminal, device) = Terminal::open()?;
        let link = PtyLink::create(link.as_ref(), &device)?;
        Ok(Self { terminal, link, bus: RunningBus::start(bus) })
    }

    /// The path to open: the link.
    pub fn link(&self) -> &Path {
        self.link.link()
    }

    /// The device behind the link, such as `/dev/pts/7`.
    pub fn device(&self) -> &Path {
        self.link.device()
    }

    /// Serves whoever opens the link until dropped, or until the terminal fails. The link is
    /// removed at the end.
    pub async fn run(mut self) -> ServeError {
        loop {
            match self.bus.serve(&mut self.terminal).await {
                // Nobody reads the answers: a serial port, too, loses what nobody takes.
                Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                    debug!(device = %self.device().display(), "nobody reads; bytes are dropped");
                    if let Err(error) = self.terminal.drop_unread() {
                        return error;
                    }
                }
                Ok(()) => return failed_serving("its other end closed".to_owned()),
                Err(error) => return failed_serving(error.to_string()),
            }
        }
    }
}

fn failed_serving(cause: String) -> ServeError {
    ServeError::PseudoTerminal { step: "it was served", cause }
}

/// Both ends of a pseudo terminal.
struct Terminal {
    master: AsyncFd<OwnedFd>,
    /// The end that programs open. One handle stays open here, or the terminal would hang up
    /// when the first program closes it.
    slave: OwnedFd,
}

impl Terminal {
    fn open() -> Result<(Self, PathBuf), ServeError> {
        let failed = ServeError::pseudo_terminal;
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let master = openpt(flags).map_err(failed("it was opened"))?;
        grantpt(&master).map_err(failed("it was opened"))?;
        unlockpt(&master).map_err(failed("it was unlocked"))?;
        let name = ptsname(&master, Vec::new()).map_err(failed("its name was asked for"))?;
        let device = PathBuf::from(OsStr::from_bytes(name.as_bytes()));

        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let slave = rustix::fs::open(&device, flags, Mode::empty())
            .map_err(failed("its device was opened"))?;
        let mut settings = tcgetattr(&slave).map_err(failed("its settings were read"))?;
        settings.make_raw();
        tcsetattr(&slave, OptionalActions::Now, &settings)
            .map_err(failed("its settings were written"))?;

        rustix::io::ioctl_fionbio(&master, true).map_err(failed("it was opened"))?;
        let master = watch(master).map_err(|error| ServeError::PseudoTerminal {
            step: "it was opened",
            cause: error.to_string(),
        })?;
        Ok((Self { master, slave }, device))
    }

    /// Throws away what was written and not read by any program.
    fn drop_unread(&self) -> Result<(), ServeError> {
        tcflush(&self.slave, QueueSelector::IFlush)
            .map_err(ServeError::pseudo_terminal("unread bytes were dropped"))
    }
}

#[expect(
    deprecated,
    reason = "its successor is unsafe because a type could lie about its descriptor; OwnedFd cannot"
)]
fn watch(master: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::new(master)
}

impl AsyncRead for Terminal {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let mut guard = ready!(self.master.poll_read_ready(cx))?;
            let read = guard.try_io(|master| {
                rustix::io::read(master, buffer.initialize_unfilled()).map_err(io::Error::from)
            });
            let Ok(length) = read else { continue };
            buffer.advance(length?);
            // A program that was killed leaves its claim to be the only one (TIOCEXCL) behind,
            // and the terminal, which we keep open, would refuse the next one for ever. The
            // lock that its own death releases (flock) still keeps a second program out.
            let _ = ioctl_tiocnxcl(&self.slave);
            return Poll::Ready(Ok(()));
        }
    }
}

impl AsyncWrite for Terminal {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        loop {
            let mut guard = ready!(self.master.poll_write_ready(cx))?;
            let write =
                guard.try_io(|master| rustix::io::write(master, bytes).map_err(io::Error::from));
            if let Ok(result) = write {
                return Poll::Ready(result);
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
