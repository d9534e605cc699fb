//! A simulated bus behind a pseudo terminal, which opens like a serial port.

use std::ffi::OsStr;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use mbus_sim::{Baudrate, SimulatedBus};
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{
    OptionalActions, QueueSelector, ioctl_tiocnxcl, tcflush, tcgetattr, tcsetattr,
};
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::sleep;
use tracing::debug;

use super::ServeError;
use super::pty_link::PtyLink;
use super::running_bus::RunningBus;

/// How often the claim of a program that was killed is looked after.
const RELEASE_EVERY: Duration = Duration::from_secs(1);

/// A simulated bus on a pseudo terminal, found under the name of a link.
///
/// Programs open the link as they would open `/dev/ttyUSB0`, and may come and go.
pub struct SimulatedPty {
    master: Master,
    /// The end that programs open. One handle stays open here, or the terminal would hang up
    /// when the first program closes it.
    slave: OwnedFd,
    link: PtyLink,
    bus: RunningBus,
}

impl SimulatedPty {
    /// Opens a pseudo terminal and makes `link` point to it. The bus's time begins now. Must be
    /// called inside a tokio runtime.
    pub fn open(link: impl AsRef<Path>, bus: SimulatedBus) -> Result<Self, ServeError> {
        let bus = RunningBus::start(bus);
        let (master, slave, device) = open_terminal(bus.description().baudrate)?;
        let link = PtyLink::create(link.as_ref(), &device)?;
        Ok(Self { master, slave, link, bus })
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
    pub async fn run(self) -> ServeError {
        let Self { mut master, slave, link: _link, mut bus } = self;
        tokio::select! {
            error = serve(&mut bus, &mut master, &slave) => error,
            error = release_claims(&slave) => error,
        }
    }
}

async fn serve(bus: &mut RunningBus, master: &mut Master, slave: &OwnedFd) -> ServeError {
    let failed = |cause: String| ServeError::PseudoTerminal { step: "it was served", cause };
    loop {
        match bus.serve(&mut *master, || speed(slave)).await {
            // Nobody reads the answers: a serial port, too, loses what nobody takes.
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                debug!("nobody reads the pseudo terminal; what it holds is dropped");
                if let Err(error) = tcflush(slave, QueueSelector::IFlush) {
                    return ServeError::pseudo_terminal("unread bytes were dropped")(error);
                }
            }
            Ok(()) => return failed("its other end closed".to_owned()),
            Err(error) => return failed(error.to_string()),
        }
    }
}

/// The speed a program has set: it becomes the converter's. One that meters do not know changes
/// nothing.
fn speed(slave: &OwnedFd) -> Option<Baudrate> {
    tcgetattr(slave).ok().and_then(|settings| Baudrate::new(settings.output_speed()))
}

/// A program that is killed leaves its claim to be the only one (TIOCEXCL) behind, and the
/// terminal, which stays open here, would refuse the next program for ever. So claims end here
/// after a moment; what keeps a second program out is the lock that ends with its holder (flock).
async fn release_claims(slave: &OwnedFd) -> ServeError {
    loop {
        sleep(RELEASE_EVERY).await;
        if let Err(error) = ioctl_tiocnxcl(slave) {
            return ServeError::pseudo_terminal("a claim to it was released")(error);
        }
    }
}

/// Both ends of a new pseudo terminal in raw mode and at this speed, and its device.
fn open_terminal(baudrate: Baudrate) -> Result<(Master, OwnedFd, PathBuf), ServeError> {
    let failed = ServeError::pseudo_terminal;
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let master = openpt(flags).map_err(failed("it was opened"))?;
    grantpt(&master).map_err(failed("it was opened"))?;
    unlockpt(&master).map_err(failed("it was unlocked"))?;
    let name = ptsname(&master, Vec::new()).map_err(failed("its name was asked for"))?;
    let device = PathBuf::from(OsStr::from_bytes(name.as_bytes()));

    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let slave =
        rustix::fs::open(&device, flags, Mode::empty()).map_err(failed("its device was opened"))?;
    let mut settings = tcgetattr(&slave).map_err(failed("its settings were read"))?;
    settings.make_raw();
    settings.set_speed(baudrate.get()).map_err(failed("its speed was set"))?;
    tcsetattr(&slave, OptionalActions::Now, &settings)
        .map_err(failed("its settings were written"))?;

    rustix::io::ioctl_fionbio(&master, true).map_err(failed("it was opened"))?;
    let master = watch(master).map_err(|error| ServeError::PseudoTerminal {
        step: "it was opened",
        cause: error.to_string(),
    })?;
    Ok((Master(master), slave, device))
}

#[expect(
    deprecated,
    reason = "its successor is unsafe because a type could lie about its descriptor; OwnedFd cannot"
)]
fn watch(master: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::new(master)
}

/// The end of the terminal at which the bus is.
struct Master(AsyncFd<OwnedFd>);

impl AsyncRead for Master {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let mut guard = ready!(self.0.poll_read_ready(cx))?;
            let read = guard.try_io(|master| {
                rustix::io::read(master, buffer.initialize_unfilled()).map_err(io::Error::from)
            });
            let Ok(length) = read else { continue };
            buffer.advance(length?);
            return Poll::Ready(Ok(()));
        }
    }
}

impl AsyncWrite for Master {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        loop {
            let mut guard = ready!(self.0.poll_write_ready(cx))?;
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
