//! Where a repository is: the nearest `.git`, and whether it may be followed.

use crate::error::{Error, Result};
use crate::text::visible;
use crate::tree::beneath::Root;
use rustix::fs::{FileType, OFlags};
use rustix::io::Errno;
use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Largest `.git` file or pointer in a repository, in bytes.
const MOST_POINTER: u64 = 16 << 10;

/// Largest `config` that is looked at for the format of the repository.
const MOST_CONFIG: u64 = 1 << 20;

/// A repository on disk.
#[derive(Debug)]
pub(super) struct Place {
    /// What belongs to this work tree alone: `HEAD`.
    pub(super) own: Root,
    /// What all work trees share: objects and names.
    pub(super) common: Root,
    /// The path of what all share.
    pub(super) common_path: PathBuf,
    /// The way from the root of the work tree, empty or with `/` at its end.
    pub(super) folder: String,
}

impl Place {
    /// The repository of a folder, as [`super::Repository::around`] says.
    pub(super) fn find(folder: &Path) -> Result<Option<Self>> {
        let whole = folder.canonicalize().map_err(|e| Error {
            kind: crate::error::ErrorKind::Usage,
            ..Error::path("open the folder", folder, e)
        })?;
        for above in whole.ancestors() {
            let Some((own, common)) = git_folder(above)? else { continue };
            let way = whole.strip_prefix(above).unwrap_or(Path::new(""));
            return Self::open(&own, common, way).map(Some);
        }
        if is_repository(&whole) {
            return Self::open(&whole, whole.clone(), Path::new("")).map(Some);
        }
        Ok(None)
    }

    fn open(own: &Path, common_path: PathBuf, way: &Path) -> Result<Self> {
        let open = |path: &Path| {
            Root::open(path).map_err(|errno| Error::path("open the folder", path, errno))
        };
        let mut folder = way.to_str().map(str::to_owned).ok_or_else(|| {
            let shown = visible(&way.display().to_string());
            Error::usage(format!("the path `{shown}` inside the repository is not UTF-8"))
        })?;
        if !folder.is_empty() {
            folder.push('/');
        }
        Ok(Self { own: open(own)?, common: open(&common_path)?, common_path, folder })
    }
}

/// The repository whose work tree has its root at `root`, if there is one: the
/// folder of this work tree, and the one that all its work trees share.
fn git_folder(root: &Path) -> Result<Option<(PathBuf, PathBuf)>> {
    let dot = root.join(".git");
    let Ok(stat) = dot.symlink_metadata() else { return Ok(None) };
    if stat.is_dir() {
        return Ok(is_repository(&dot).then(|| (dot.clone(), dot)));
    }
    if stat.is_file() {
        return follow(root, &dot).map(Some);
    }
    let shown = visible(&dot.display().to_string());
    Err(Error::usage(format!("`{shown}` is a symbolic link, which is not followed"))
        .help("use a clone whose `.git` is a folder, or a work tree made by `git worktree`"))
}

fn is_repository(git: &Path) -> bool {
    git.join("HEAD").symlink_metadata().is_ok() && git.join("objects").symlink_metadata().is_ok()
}

/// Follow a `.git` file. It must lead below the repository of a folder above, as
/// a submodule's does, or to a folder that names this very file, as that of a
/// linked work tree does.
fn follow(root: &Path, dot: &Path) -> Result<(PathBuf, PathBuf)> {
    let shown = visible(&dot.display().to_string());
    let refused = |why: &str| {
        Error::usage(format!("the file `{shown}` {why}"))
            .help("check the project out anew with git, or name a folder outside this one")
    };
    let text = pointer(root, ".git")?;
    let target = text.as_deref().and_then(|text| text.strip_prefix(b"gitdir: "));
    let Some(target) = target else {
        return Err(refused("does not name a repository"));
    };
    let Ok(own) = root.join(OsStr::from_bytes(target)).canonicalize() else {
        return Err(refused("leads to a git repository that is not there"));
    };
    if let Some(common) = linked(&own, dot)? {
        return Ok((own, common));
    }
    for above in root.ancestors().skip(1) {
        if let Some((git, common)) = git_folder(above)? {
            let below = |git: &Path| own != git && own.starts_with(git);
            if (below(&git) || below(&common)) && is_repository(&own) {
                return Ok((own.clone(), own));
            }
            break;
        }
    }
    Err(refused("leads to a git repository that does not belong to this folder"))
}

/// The shared folder of a linked work tree, when `own` says that it belongs to
/// the file `dot`.
fn linked(own: &Path, dot: &Path) -> Result<Option<PathBuf>> {
    let (Some(back), Some(common)) = (pointer(own, "gitdir")?, pointer(own, "commondir")?) else {
        return Ok(None);
    };
    let canonical = |text: &[u8]| own.join(OsStr::from_bytes(text)).canonicalize().ok();
    let (back, common) = (canonical(&back), canonical(&common));
    let mine = back.is_some_and(|back| dot.canonicalize().is_ok_and(|dot| dot == back));
    let common = common
        .filter(|common| own.parent() == Some(&*common.join("worktrees")) && is_repository(common));
    Ok(common.filter(|_| mine))
}

/// The only line of a file that names a path.
fn pointer(folder: &Path, name: &str) -> Result<Option<Vec<u8>>> {
    let root = Root::open(folder).map_err(|errno| Error::path("open the folder", folder, errno))?;
    let mut text = read(&root, name, MOST_POINTER)?;
    if let Some(text) = &mut text {
        while matches!(text.last(), Some(b'\n' | b'\r')) {
            text.pop();
        }
    }
    Ok(text)
}

/// What `config` says of the format; nothing else in it is obeyed. Whether the
/// clone left out objects on purpose.
pub(super) fn format(common: &Root) -> Result<bool> {
    let bytes = read(common, "config", MOST_CONFIG)?.unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let (mut section, mut partial) = (String::new(), false);
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[') {
            section = name.split([']', ' ']).next().unwrap_or_default().to_ascii_lowercase();
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        let value = value.trim().trim_matches('"').to_ascii_lowercase();
        let refused = |what: &str| {
            Err(Error::usage(format!("the git repository {what}, which Milepost does not read"))
                .help("review a clone in git's usual format: SHA-1 objects, refs in files"))
        };
        match (&*section, &*key.trim().to_ascii_lowercase()) {
            ("extensions", "objectformat") if value != "sha1" => {
                return refused(&format!("names its objects by `{}`", visible(&value)));
            }
            ("extensions", "refstorage") if value != "files" => {
                return refused(&format!("keeps its branches in `{}`", visible(&value)));
            }
            ("extensions", "partialclone") => partial = true,
            _ => {}
        }
    }
    Ok(partial)
}

/// A small file of the repository, opened beneath its folder; `None` where
/// there is none, or a folder.
pub(super) fn read(root: &Root, path: &str, most: u64) -> Result<Option<Vec<u8>>> {
    let shown = visible(path);
    let failed =
        |errno: std::io::Error| Error::path("read the repository's file", Path::new(path), errno);
    let file = match root.open_plain(path.as_bytes(), OFlags::empty()) {
        Ok(file) => file,
        Err(Errno::NOENT | Errno::NOTDIR | Errno::NAMETOOLONG | Errno::INVAL) => return Ok(None),
        Err(Errno::LOOP | Errno::XDEV) => {
            return Err(link(&shown));
        }
        Err(errno) => return Err(failed(errno.into())),
    };
    let stat = rustix::fs::fstat(&file).map_err(|errno| failed(errno.into()))?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    std::fs::File::from(file).take(most + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > most {
        return Err(Error::usage(format!(
            "the file `{shown}` of the git repository has more than the limit of {most} bytes"
        )));
    }
    Ok(Some(bytes))
}

/// That something in the repository is a symbolic link.
pub(super) fn link(shown: &str) -> Error {
    Error::usage(format!("`{shown}` in the git repository is a link, which is not followed"))
        .help("use a clone that holds its own files: `git clone --no-local`")
}
