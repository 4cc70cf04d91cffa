//! Opening files beneath a folder and nowhere else.
//!
//! A path is opened without following any link: by one `openat2` where the
//! kernel has it, else folder by folder. Links are resolved here, step by step
//! and never above the root, into a path without links, which is then opened in
//! the same way; a link that changes in between makes the opening fail.

use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use std::path::Path;

/// Links followed before a path counts as a loop, as in the Linux kernel.
const MOST_LINKS: usize = 40;

/// A folder, opened once; everything else is opened beneath it.
#[derive(Debug)]
pub(crate) struct Root(OwnedFd);

/// Why a path with links could not be resolved.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A link leads above the root or to an absolute path: the link's text.
    Outside(Vec<u8>),
    /// A link leads to a hidden file or folder: the link's text.
    Hidden(Vec<u8>),
    /// Links lead in a circle.
    Loop,
    /// A link leads to nothing: the link's text.
    Dangling(Vec<u8>),
    /// The path itself is not there.
    Missing,
    /// The machine failed.
    Io(Errno),
}

impl Root {
    /// Open the folder at `path`; the path itself may go through links.
    pub(crate) fn open(path: &Path) -> Result<Self, Errno> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        rustix::fs::openat(CWD, path, flags, Mode::empty()).map(Self)
    }

    /// Open a folder beneath this one as a root of its own.
    pub(crate) fn folder(&self, path: &[u8]) -> Result<Self, Errno> {
        self.open_plain(path, OFlags::DIRECTORY).map(Self)
    }

    /// Open a path for reading without following a link anywhere in it.
    /// `ELOOP` says that there is one.
    pub(crate) fn open_plain(&self, path: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
        let flags = flags | OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOFOLLOW;
        #[cfg(any(target_os = "linux", target_os = "android"))]
        {
            use rustix::fs::ResolveFlags;
            let resolve =
                ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
            let name = if path.is_empty() { b".".as_slice() } else { path };
            match rustix::fs::openat2(&self.0, name, flags, Mode::empty(), resolve) {
                // An old kernel, or a sandbox that does not know the call.
                Err(Errno::NOSYS | Errno::PERM | Errno::AGAIN) => {}
                other => return other,
            }
        }
        self.open_stepwise(path, flags)
    }

    /// What [`Self::open_plain`] does where the kernel has no `openat2`.
    fn open_stepwise(&self, path: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
        if path.starts_with(b"/") {
            return Err(Errno::XDEV);
        }
        let folder = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::DIRECTORY;
        let mut at = rustix::fs::openat(&self.0, ".", folder, Mode::empty())?;
        let mut parts =
            path.split(|&b| b == b'/').filter(|p| !p.is_empty() && *p != b".").peekable();
        if parts.peek().is_none() {
            return rustix::fs::openat(&at, ".", flags, Mode::empty());
        }
        while let Some(part) = parts.next() {
            if part == b".." {
                return Err(Errno::XDEV);
            }
            let flags = if parts.peek().is_none() { flags } else { folder };
            at = match rustix::fs::openat(&at, part, flags, Mode::empty()) {
                // With O_DIRECTORY a link is said not to be a folder.
                Err(Errno::NOTDIR) if is_link(&at, part) => return Err(Errno::LOOP),
                other => other?,
            };
        }
        Ok(at)
    }

    /// What stands at a path without links; a link at its end is not followed.
    pub(crate) fn stat(&self, path: &[u8]) -> Result<Stat, Errno> {
        let name = if path.is_empty() { b".".as_slice() } else { path };
        rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)
    }

    /// The path without links that `path` leads to. What a link points at must
    /// lie beneath the root and must not be hidden.
    pub(crate) fn resolve(&self, path: &[u8]) -> Result<Vec<u8>, Fault> {
        resolve(path, |at| {
            let target = rustix::fs::readlinkat(&self.0, at, Vec::new())?;
            Ok(target.into_bytes())
        })
    }
}

/// What [`Root::resolve`] does, where `read_link` gives the text of a link by
/// its path, `INVAL` for what is no link, and else as the system call does.
pub(crate) fn resolve(
    path: &[u8],
    mut read_link: impl FnMut(&[u8]) -> Result<Vec<u8>, Errno>,
) -> Result<Vec<u8>, Fault> {
    let mut done: Vec<Vec<u8>> = Vec::new();
    let mut todo: Vec<Vec<u8>> = split(path);
    todo.reverse();
    let mut last: Option<Vec<u8>> = None;
    let mut links = 0;
    while let Some(part) = todo.pop() {
        if part == b".." {
            if done.pop().is_none() {
                return Err(Fault::Outside(last.unwrap_or_default()));
            }
            continue;
        }
        if let Some(text) = last.as_ref().filter(|_| part.starts_with(b".")) {
            return Err(Fault::Hidden(text.clone()));
        }
        done.push(part);
        match read_link(&done.join(&b'/')) {
            Ok(target) => {
                links += 1;
                if links > MOST_LINKS {
                    return Err(Fault::Loop);
                }
                if target.starts_with(b"/") {
                    return Err(Fault::Outside(target));
                }
                done.pop();
                todo.extend(split(&target).into_iter().rev());
                last = Some(target);
            }
            Err(Errno::INVAL) => {}
            Err(Errno::NOENT | Errno::NOTDIR) => {
                return Err(last.map_or(Fault::Missing, Fault::Dangling));
            }
            Err(Errno::LOOP) => return Err(Fault::Loop),
            Err(other) => return Err(Fault::Io(other)),
        }
    }
    Ok(done.join(&b'/'))
}

fn is_link(at: &OwnedFd, name: &[u8]) -> bool {
    rustix::fs::statat(at, name, AtFlags::SYMLINK_NOFOLLOW)
        .is_ok_and(|s| FileType::from_raw_mode(s.st_mode) == FileType::Symlink)
}

fn split(path: &[u8]) -> Vec<Vec<u8>> {
    path.split(|&b| b == b'/').filter(|p| !p.is_empty() && *p != b".").map(<[u8]>::to_vec).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn folder() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let at = dir.path();
        std::fs::create_dir_all(at.join("root/a/b")).unwrap();
        std::fs::create_dir_all(at.join("root/.hidden")).unwrap();
        for file in ["secret", "root/a/b/file", "root/.hidden/key"] {
            std::fs::File::create(at.join(file)).unwrap();
        }
        for (target, link) in [
            ("a/b", "dir"),
            ("dir/file", "inside"),
            ("../secret", "out"),
            ("out", "chain"),
            ("a/../../root/a", "round"),
            ("/etc/hostname", "absolute"),
            ("gone", "dangling"),
            ("self", "self"),
            (".hidden/key", "hidden"),
            ("..", "a/up"),
        ] {
            symlink(target, at.join("root").join(link)).unwrap();
        }
        dir
    }

    #[test]
    fn links_are_resolved_beneath_the_root_only() {
        let dir = folder();
        let root = Root::open(&dir.path().join("root")).unwrap();
        let resolve = |p: &str| root.resolve(p.as_bytes());
        assert_eq!(resolve("inside"), Ok(b"a/b/file".to_vec()));
        assert_eq!(resolve("a/up/dir/file"), Ok(b"a/b/file".to_vec()));
        assert_eq!(resolve("a/up"), Ok(Vec::new()));
        assert_eq!(resolve("out"), Err(Fault::Outside(b"../secret".to_vec())));
        assert_eq!(resolve("chain"), Err(Fault::Outside(b"../secret".to_vec())));
        assert!(matches!(resolve("round"), Err(Fault::Outside(_))));
        assert!(matches!(resolve("absolute"), Err(Fault::Outside(_))));
        assert_eq!(resolve("../secret"), Err(Fault::Outside(Vec::new())));
        assert_eq!(resolve("dangling"), Err(Fault::Dangling(b"gone".to_vec())));
        assert_eq!(resolve("self"), Err(Fault::Loop));
        assert_eq!(resolve("nothing"), Err(Fault::Missing));
        assert_eq!(resolve("hidden"), Err(Fault::Hidden(b".hidden/key".to_vec())));
    }

    #[test]
    fn opening_follows_no_link_with_or_without_openat2() {
        let dir = folder();
        let root = Root::open(&dir.path().join("root")).unwrap();
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        for open in [&|p: &str| root.open_plain(p.as_bytes(), OFlags::empty()).err(), &|p: &str| {
            root.open_stepwise(p.as_bytes(), flags).err()
        }] as [&dyn Fn(&str) -> Option<Errno>; 2]
        {
            assert_eq!(open("a/b/file"), None);
            assert_eq!(open(""), None);
            assert_eq!(open("inside"), Some(Errno::LOOP));
            assert_eq!(open("dir/file"), Some(Errno::LOOP));
            assert_eq!(open("../secret"), Some(Errno::XDEV));
            assert_eq!(open("/etc/hostname"), Some(Errno::XDEV));
            assert_eq!(open("gone"), Some(Errno::NOENT));
        }
    }
}
