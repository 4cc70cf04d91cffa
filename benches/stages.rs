//! What each stage of a build costs, measured on the example book.
//!
//! `cargo bench --bench stages` prints one time for each stage; a name filters:
//! `cargo bench --bench stages -- yaml`. `compare.sh` measures whole builds.
#![allow(clippy::disallowed_methods, reason = "a bench reads its own files")]

use criterion::{Criterion, Throughput, criterion_main};
use milepost::config::Config;
use milepost::data::{front_matter, read, yaml};
use milepost::document::{self, Parsed};
use milepost::error::Result;
use milepost::kinds::Kinds;
use milepost::lifecycles::Lifecycles;
use milepost::output::{Fingerprint, Route, Sink};
use milepost::rules::levels::Settings;
use milepost::site::pages::{body, contents, document_view};
use milepost::site::theme::Theme;
use milepost::site::view::Html;
use milepost::site::{self, Site};
use milepost::text::Source;
use milepost::tree::{DiskTree, FileEntry, Limits, MemoryTree, Tree};
use milepost::{Checked, markdown, measures, portfolio, rules};
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The document that the stages of one document are measured on.
const REPORT: &str = "projects/permits-online/status/2026-03-27.md";

/// Takes a site and forgets it.
struct Nowhere;

impl Sink for Nowhere {
    fn keep(&self, _: &Route, _: Fingerprint) -> Result<bool> {
        Ok(false)
    }

    fn put(&self, _: &Route, _: Option<Fingerprint>, bytes: &[u8]) -> Result<()> {
        black_box(bytes);
        Ok(())
    }
}

/// The example book, in memory.
struct Book {
    config: Arc<Config>,
    kinds: Arc<Kinds>,
    lifecycles: Arc<Lifecycles>,
    settings: Settings,
    files: Vec<FileEntry>,
    tree: MemoryTree,
}

impl Book {
    fn read() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(root.join("book.toml")).unwrap_or_default();
        let config = Arc::new(Config::read(&text).0);
        let disk = DiskTree::open(&root.join(&config.src), &Limits::default())?;
        let mut tree = MemoryTree::new();
        for file in disk.list()?.files {
            if let Ok(bytes) = disk.read(&file.path) {
                tree.insert(&file.path, bytes);
            }
        }
        Ok(Self {
            kinds: Arc::new(Kinds::load(&config)),
            lifecycles: Arc::new(Lifecycles::load(&config)),
            settings: Settings::load(&config),
            files: tree.list()?.files,
            config,
            tree,
        })
    }

    fn bytes(&self, path: &str) -> Vec<u8> {
        self.tree.read(path).unwrap_or_default()
    }

    fn parsed(&self) -> Vec<Parsed> {
        document::read_all(&self.tree, self.files.clone(), &self.kinds).unwrap_or_default()
    }

    fn assembled(&self, parsed: Vec<Parsed>) -> portfolio::Portfolio {
        let as_of = self.config.as_of.unwrap_or_default();
        let (config, kinds) = (self.config.clone(), self.kinds.clone());
        portfolio::assemble(parsed, config, kinds, self.lifecycles.clone(), as_of)
    }

    fn checked(&self) -> Checked {
        let mut portfolio = self.assembled(self.parsed());
        let measures = measures::measure(&portfolio);
        let earlier = std::mem::take(&mut portfolio.findings);
        let (findings, suppressed) = rules::run(&portfolio, &measures, earlier, &self.settings);
        Checked {
            portfolio,
            measures,
            findings,
            suppressed,
            changes: self.settings.changes(),
            settings: self.settings.clone(),
            config_problems: Vec::new(),
        }
    }
}

/// All stages, in the order of a build.
fn stages() {
    let mut criterion = Criterion::default().configure_from_args();
    one_document(&mut criterion);
    whole_book(&mut criterion);
    pages(&mut criterion);
    criterion.final_summary();
}

/// The stages that look at one document.
fn one_document(c: &mut Criterion) {
    let Ok(book) = Book::read() else { return };
    let bytes = book.bytes(REPORT);
    let Ok(source) = Source::decode(REPORT.into(), bytes.clone()) else { return };
    let split = front_matter::split(&source.text);
    let range = split.yaml.clone().unwrap_or_default();
    let tree = || yaml::parse(&source.text, range.clone(), &yaml::Limits::FRONT_MATTER);
    let (Some(root), Some(kind)) = (tree().root, book.kinds.find("status")) else { return };

    let mut group = c.benchmark_group("document");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("decode and front matter", |b| {
        b.iter(|| {
            let source = Source::decode(REPORT.into(), bytes.clone());
            source.map(|source| front_matter::split(&source.text).body)
        });
    });
    group.bench_function("yaml tree", |b| b.iter(tree));
    group.bench_function("typed fields", |b| {
        b.iter(|| read::record(&root, &kind.fields, &mut Vec::new()));
    });
    group.bench_function("outline", |b| b.iter(|| markdown::outline(&source.text, split.body)));
    group.bench_function("whole", |b| b.iter(|| document::document(&source, &book.kinds)));
    group.finish();
}

/// The stages that look at the whole book.
fn whole_book(c: &mut Criterion) {
    let Ok(book) = Book::read() else { return };
    let (parsed, checked) = (book.parsed(), book.checked());
    let mut group = c.benchmark_group("book");
    group.bench_function("read and parse", |b| b.iter(|| book.parsed()));
    group.bench_function("assemble", |b| {
        b.iter_batched(
            || parsed.clone(),
            |parsed| book.assembled(parsed),
            criterion::BatchSize::LargeInput,
        );
    });
    group.bench_function("measure", |b| b.iter(|| measures::measure(&checked.portfolio)));
    group.bench_function("rules", |b| {
        b.iter(|| {
            rules::run(&checked.portfolio, &checked.measures, Vec::new(), &book.settings).0.len()
        });
    });
    group.finish();
}

/// Pages: one, and the whole site.
fn pages(c: &mut Criterion) {
    let (Ok(book), Ok(theme)) = (Book::read(), Theme::embedded()) else { return };
    let checked = book.checked();
    let site = Site::new(&checked, &book.tree, &theme);
    let found = checked.portfolio.index_of(REPORT);
    let Some((index, route)) = found.and_then(|i| Some((i, site.links.document(i)?.clone())))
    else {
        return;
    };
    let mut group = c.benchmark_group("site");
    group.bench_function("view of a report", |b| b.iter(|| document_view(&site, index, &route)));
    group.bench_function("markdown of a report", |b| {
        b.iter(|| body(&site, index, &route, None).map(|rendered| rendered.html.len()));
    });
    let mut view = document_view(&site, index, &route);
    let rendered = body(&site, index, &route, None).unwrap_or_default();
    view.contents = contents(rendered.toc);
    group.bench_function("page of a report", |b| {
        b.iter(|| theme.document(view.clone(), &rendered.html).map(|page| page.len()));
    });
    view.body = Html::new(&rendered.html);
    group.bench_function("template of a report", |b| {
        b.iter(|| {
            let mut out = Vec::with_capacity(32 * 1024);
            theme.render("document.html", &view, &mut out).map(|()| out.len())
        });
    });
    group.bench_function("lay out", |b| {
        b.iter(|| Site::new(&checked, &book.tree, &theme).order.len());
    });
    group.sample_size(20);
    group.bench_function("check the theme", |b| b.iter(|| theme.check()));
    group.bench_function("whole", |b| {
        b.iter(|| site::build(&checked, &book.tree, &theme, &Nowhere, &[], &|_, _| {}));
    });
    group.finish();
}

criterion_main!(stages);
