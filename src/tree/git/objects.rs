//! The object store: loose files and packs beneath `objects`, and nothing else.

use super::Id;
use super::place::link;
use crate::error::{Error, Result};
use crate::text::visible;
use crate::tree::beneath::Root;
use gix_hash::Kind::Sha1;
pub(super) use gix_object::Kind;
use gix_pack::cache::DecodeEntry;
use gix_pack::data::decode::entry::ResolvedBase;
use gix_pack::data::decode::header::ResolvedBase as ResolvedHeader;
use rustix::fs::{FileType, OFlags};
use rustix::io::Errno;
use std::collections::{BTreeSet, HashMap};
use std::io::Read;
use std::path::Path;
use std::sync::Mutex;

/// Most bytes that one packed object and what it is made from may take.
const MOST_WORK: usize = 256 << 20;

/// Most changes, one upon the other, that make one packed object; git's own
/// limit.
const MOST_CHAIN: u32 = 4_095;

/// Bytes of the file that are read for the size of a loose object.
const HEAD_BYTES: u64 = 512;

/// Bytes of a worker's cache.
const CACHE_BYTES: usize = 24 << 20;

/// Objects above this size are not kept, in bytes.
const CACHED_BYTES: usize = 1 << 20;

/// An object as it was found.
pub(super) enum Object {
    /// Its kind and content.
    Whole(Kind, Vec<u8>),
    /// It has more bytes than were asked for.
    Large(u64),
}

/// The objects of a repository.
pub(super) struct Objects {
    root: Root,
    packs: Vec<Pack>,
    /// What decodes, one for each thread that does.
    workers: Mutex<Vec<Worker>>,
    /// What to say when an object is not there.
    help: String,
}

struct Pack {
    index: gix_pack::index::File,
    data: gix_pack::data::File,
}

#[derive(Default)]
struct Worker {
    inflate: gix_zlib::Inflate,
    cache: Cache,
}

impl std::fmt::Debug for Objects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Objects").field("packs", &self.packs.len()).finish_non_exhaustive()
    }
}

impl Objects {
    /// Open the store of the repository in `common`. `partial` and `shallow` say
    /// what the clone left out.
    pub(super) fn open(common: &Root, path: &Path, partial: bool, shallow: bool) -> Result<Self> {
        if is_link(common, "objects") {
            return Err(link("objects"));
        }
        let root = common
            .folder(b"objects")
            .map_err(|errno| Error::path("open", &path.join("objects"), errno))?;
        let mut packs = Vec::new();
        for name in pack_names(&root, &path.join("objects/pack"))? {
            packs.push(Pack::open(&root, &path.join("objects/pack"), &name)?);
        }
        let help = if root.stat(b"info/alternates").is_ok() {
            "the repository borrows objects from another (`objects/info/alternates`), which is \
             not followed: take them in with `git repack -a -d`"
        } else if partial {
            "the clone left objects out, and Milepost never fetches: fetch them with `git fetch \
             --refetch --no-filter`"
        } else if shallow {
            "the clone is shallow: fetch the base first (in CI `fetch-depth: 0`, elsewhere `git \
             fetch --unshallow`)"
        } else {
            "look at the repository with `git fsck`, or clone it anew"
        };
        Ok(Self { root, packs, workers: Mutex::default(), help: help.into() })
    }

    /// An object with at most `most` bytes.
    pub(super) fn get(&self, id: Id, most: u64) -> Result<Object> {
        let mut worker = self.worker();
        let found = self.get_with(id, most, &mut worker);
        self.keep(worker);
        found?.ok_or_else(|| self.missing(id))
    }

    /// The content of an object of one kind, with at most `most` bytes.
    pub(super) fn expect(&self, id: Id, kind: Kind, most: u64) -> Result<Vec<u8>> {
        match self.get(id, most)? {
            Object::Whole(found, data) if found == kind => Ok(data),
            Object::Whole(found, _) => {
                Err(broken(id, &format!("it is a {found} where a {kind} should be")))
            }
            Object::Large(size) => Err(Error::usage(format!(
                "the git object `{id}`, a {kind}, has {size} bytes, more than the limit of {most}"
            ))),
        }
    }

    /// The kind of an object and its size in bytes.
    pub(super) fn size(&self, id: Id) -> Result<(Kind, u64)> {
        let mut worker = self.worker();
        let found = self.size_with(id, &mut worker);
        self.keep(worker);
        found?.ok_or_else(|| self.missing(id))
    }

    /// Whether there is such an object.
    pub(super) fn holds(&self, id: Id) -> Result<bool> {
        let mut worker = self.worker();
        let found = self.size_with(id, &mut worker);
        self.keep(worker);
        found.map(|found| found.is_some())
    }

    /// The objects whose ids begin with these digits, in order; at most a few.
    pub(super) fn with_prefix(&self, digits: &str) -> Result<Vec<Id>> {
        let mut found = BTreeSet::new();
        let Ok(prefix) = gix_hash::Prefix::from_hex(digits) else { return Ok(Vec::new()) };
        for pack in &self.packs {
            let mut all = 0..0;
            pack.index.lookup_prefix(prefix, Some(&mut all));
            found.extend(all.take(64).map(|at| Id(pack.index.oid_at_index(at).into())));
        }
        let digits = digits.to_ascii_lowercase();
        let (folder, rest) = digits.split_at_checked(2).unwrap_or((&digits, ""));
        for name in names(&self.root, folder)? {
            if name.starts_with(rest)
                && let Ok(id) = format!("{folder}{name}").parse()
            {
                found.insert(id);
            }
        }
        Ok(found.into_iter().collect())
    }

    fn worker(&self) -> Worker {
        self.workers.lock().ok().and_then(|mut all| all.pop()).unwrap_or_default()
    }

    fn keep(&self, worker: Worker) {
        if let Ok(mut all) = self.workers.lock() {
            all.push(worker);
        }
    }

    fn missing(&self, id: Id) -> Error {
        Error::usage(format!("the git object `{id}` is missing from the repository"))
            .help(self.help.clone())
    }

    fn get_with(&self, id: Id, most: u64, worker: &mut Worker) -> Result<Option<Object>> {
        for pack in &self.packs {
            if let Some(object) = pack.get(id, most, worker)? {
                return Ok(Some(object));
            }
        }
        let Some(mut loose) = Loose::open(&self.root, id, &mut worker.inflate)? else {
            return Ok(None);
        };
        if loose.size > most {
            return Ok(Some(Object::Large(loose.size)));
        }
        let data = loose.rest(id, &mut worker.inflate)?;
        Ok(Some(Object::Whole(loose.kind, data)))
    }

    fn size_with(&self, id: Id, worker: &mut Worker) -> Result<Option<(Kind, u64)>> {
        for pack in &self.packs {
            if let Some(found) = pack.size(id, worker)? {
                return Ok(Some(found));
            }
        }
        let loose = Loose::open(&self.root, id, &mut worker.inflate)?;
        Ok(loose.map(|loose| (loose.kind, loose.size)))
    }
}

impl Pack {
    fn open(root: &Root, folder: &Path, name: &str) -> Result<Self> {
        for ending in ["idx", "pack"] {
            let path = format!("pack/{name}.{ending}");
            let kind = root.stat(path.as_bytes()).map(|s| FileType::from_raw_mode(s.st_mode));
            if kind != Ok(FileType::RegularFile) {
                let what = visible(&path);
                return Err(Error::usage(format!("`{what}` in the git repository is no file"))
                    .help("look at the repository with `git fsck`, or clone it anew"));
            }
        }
        let damaged = |cause: &dyn std::fmt::Display| {
            let (name, cause) = (visible(name), visible(&cause.to_string()));
            Error::usage(format!("the git objects in `{name}` are damaged: {cause}"))
                .help("look at the repository with `git fsck`, or clone it anew")
        };
        let index = gix_pack::index::File::at(folder.join(format!("{name}.idx")), Sha1)
            .map_err(|e| damaged(&e))?;
        let data = gix_pack::data::File::at(folder.join(format!("{name}.pack")), Sha1)
            .map_err(|e| damaged(&e))?
            .with_alloc_limit_bytes(Some(MOST_WORK));
        Ok(Self { index, data })
    }

    fn get(&self, id: Id, most: u64, worker: &mut Worker) -> Result<Option<Object>> {
        let Some(at) = self.index.lookup(id.0) else { return Ok(None) };
        let entry = self.entry(id, at)?;
        if !self.is_one_step(&entry, worker) {
            let (_, size) = self.size_at(id, at, worker)?;
            if size > most {
                return Ok(Some(Object::Large(size)));
            }
        }
        let base = |id: &gix_hash::oid, _: &mut Vec<u8>| {
            let Some(at) = self.index.lookup(id) else { return Ok(None) };
            self.data
                .entry(self.index.pack_offset_at_index(at))
                .map(|e| Some(ResolvedBase::InPack(e)))
        };
        let mut data = Vec::new();
        let decoded = self
            .data
            .decode_entry(entry, &mut data, &mut worker.inflate, &base, &mut worker.cache)
            .map_err(|cause| broken(id, &cause.to_string()))?;
        if data.len() as u64 > most {
            return Ok(Some(Object::Large(data.len() as u64)));
        }
        Ok(Some(Object::Whole(decoded.kind, data)))
    }

    /// Whether an object only changes one that was decoded lately, so that it
    /// need not be looked at before.
    fn is_one_step(&self, entry: &gix_pack::data::Entry, worker: &Worker) -> bool {
        let gix_pack::data::entry::Header::OfsDelta { base_distance } = entry.header else {
            return false;
        };
        entry.decompressed_size < 1 << 16
            && entry
                .checked_base_pack_offset(base_distance)
                .and_then(|offset| self.data.entry(offset).ok())
                .is_some_and(|base| worker.cache.holds(&(self.data.id, base.data_offset)))
    }

    fn size(&self, id: Id, worker: &mut Worker) -> Result<Option<(Kind, u64)>> {
        self.index.lookup(id.0).map(|at| self.size_at(id, at, worker)).transpose()
    }

    fn size_at(&self, id: Id, at: u32, worker: &mut Worker) -> Result<(Kind, u64)> {
        let base = |id: &gix_hash::oid| {
            let Some(at) = self.index.lookup(id) else { return Ok(None) };
            let entry = self.data.entry(self.index.pack_offset_at_index(at))?;
            Ok(Some(ResolvedHeader::InPack(entry)))
        };
        let header = self
            .data
            .decode_header(self.entry(id, at)?, &mut worker.inflate, &base)
            .map_err(|cause| broken(id, &cause.to_string()))?;
        if header.num_deltas > MOST_CHAIN {
            let deltas = header.num_deltas;
            let message = format!(
                "the git object `{id}` is made of {deltas} parts, more than the limit of {MOST_CHAIN}"
            );
            return Err(Error::usage(message).help("pack the repository anew: `git repack -adf`"));
        }
        Ok((header.kind, header.object_size))
    }

    fn entry(&self, id: Id, at: u32) -> Result<gix_pack::data::Entry> {
        self.data
            .entry(self.index.pack_offset_at_index(at))
            .map_err(|cause| broken(id, &cause.to_string()))
    }
}

/// A loose object whose beginning has been read.
struct Loose {
    kind: Kind,
    size: u64,
    /// The rest of the file.
    file: std::fs::File,
    /// What was read and not yet inflated.
    input: Vec<u8>,
    /// What was inflated, header included.
    prefix: Vec<u8>,
    header: usize,
    done: bool,
}

impl Loose {
    fn open(root: &Root, id: Id, inflate: &mut gix_zlib::Inflate) -> Result<Option<Self>> {
        let hex = id.to_string();
        let (folder, name) = hex.split_at_checked(2).unwrap_or((&hex, ""));
        let file = match root.open_plain(format!("{folder}/{name}").as_bytes(), OFlags::empty()) {
            Ok(file) => std::fs::File::from(file),
            Err(Errno::NOENT | Errno::NOTDIR) => return Ok(None),
            Err(errno) => return Err(broken(id, &errno.to_string())),
        };
        if !file.metadata().is_ok_and(|stat| stat.is_file()) {
            return Err(broken(id, "it is not a file"));
        }
        let mut input = Vec::new();
        (&file).take(HEAD_BYTES).read_to_end(&mut input).map_err(|e| broken(id, &e.to_string()))?;
        let mut prefix = vec![0; 64];
        inflate.reset();
        let (status, read, written) =
            inflate.prefix(&input, &mut prefix).map_err(|cause| broken(id, &cause.to_string()))?;
        prefix.truncate(written);
        input.drain(..read.min(input.len()));
        let (kind, size, header) = gix_object::decode::loose_header(&prefix)
            .map_err(|cause| broken(id, &cause.to_string()))?;
        let done = status == gix_zlib::Status::StreamEnd;
        Ok(Some(Self { kind, size, file, input, prefix, header, done }))
    }

    /// The whole content; `size` has been found bearable.
    fn rest(&mut self, id: Id, inflate: &mut gix_zlib::Inflate) -> Result<Vec<u8>> {
        let short = || broken(id, "its size is not what it says");
        let held = self.prefix.get(self.header..).ok_or_else(short)?;
        if self.done {
            let data = held.to_vec();
            return if data.len() as u64 == self.size { Ok(data) } else { Err(short()) };
        }
        // Compressed data is hardly larger than what was compressed.
        let most = self.size.saturating_mul(2).saturating_add(4096);
        (&self.file)
            .take(most)
            .read_to_end(&mut self.input)
            .map_err(|e| broken(id, &e.to_string()))?;
        // One byte more than there should be, so that the end and its checksum
        // are met.
        let room = usize::try_from(self.size).map_err(|_| short())?.saturating_add(1);
        if held.len() > room {
            return Err(short());
        }
        let mut data = Vec::new();
        let read = inflate
            .rest(&self.input, &self.prefix, self.header, &mut data, room)
            .map_err(|cause| broken(id, &cause.to_string()))?;
        if read as u64 == self.size { Ok(data) } else { Err(short()) }
    }
}

/// The names of the packs that have an index, in order.
fn pack_names(root: &Root, folder: &Path) -> Result<Vec<String>> {
    if is_link(root, "pack") {
        return Err(link("objects/pack"));
    }
    let all: BTreeSet<String> = names(root, "pack")
        .map_err(|e| Error { message: format!("{} in `{}`", e.message, folder.display()), ..e })?
        .into_iter()
        .collect();
    let packs = all.iter().filter_map(|name| name.strip_suffix(".idx"));
    Ok(packs.filter(|name| all.contains(&format!("{name}.pack"))).map(str::to_owned).collect())
}

fn is_link(root: &Root, path: &str) -> bool {
    let stat = root.stat(path.as_bytes());
    stat.is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Symlink)
}

/// What a folder of the store holds; nothing where there is none.
fn names(root: &Root, folder: &str) -> Result<Vec<String>> {
    let failed = |errno: Errno| Error::path("list the git objects in", Path::new(folder), errno);
    let handle = match root.open_plain(folder.as_bytes(), OFlags::DIRECTORY) {
        Ok(handle) => handle,
        Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => return Ok(Vec::new()),
        Err(errno) => return Err(failed(errno)),
    };
    let mut found = Vec::new();
    for entry in rustix::fs::Dir::new(handle).map_err(failed)? {
        if let Ok(name) = entry.map_err(failed)?.file_name().to_str() {
            found.push(name.to_owned());
        }
    }
    Ok(found)
}

/// That an object cannot be read.
pub(super) fn broken(id: Id, why: &str) -> Error {
    Error::usage(format!("the git object `{id}` is damaged: {}", visible(why)))
        .help("look at the repository with `git fsck`, or clone it anew")
}

/// Objects decoded lately, in two generations: when the young one is full it
/// becomes the old one.
#[derive(Default)]
struct Cache {
    young: HashMap<(u32, u64), Kept, ahash::RandomState>,
    old: HashMap<(u32, u64), Kept, ahash::RandomState>,
    bytes: usize,
}

struct Kept {
    kind: Kind,
    data: Vec<u8>,
    compressed: usize,
}

impl Cache {
    fn holds(&self, key: &(u32, u64)) -> bool {
        self.young.contains_key(key) || self.old.contains_key(key)
    }
}

impl DecodeEntry for Cache {
    fn put(&mut self, pack: u32, offset: u64, data: &[u8], kind: Kind, compressed: usize) {
        if data.len() > CACHED_BYTES {
            return;
        }
        if self.bytes > CACHE_BYTES / 2 {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        self.bytes += data.len();
        self.young.insert((pack, offset), Kept { kind, data: data.to_vec(), compressed });
    }

    fn get(&mut self, pack: u32, offset: u64, out: &mut Vec<u8>) -> Option<(Kind, usize)> {
        let key = (pack, offset);
        if !self.young.contains_key(&key)
            && let Some(kept) = self.old.remove(&key)
        {
            self.bytes += kept.data.len();
            self.young.insert(key, kept);
        }
        let kept = self.young.get(&key)?;
        out.clear();
        out.extend_from_slice(&kept.data);
        Some((kept.kind, kept.compressed))
    }
}
