//! Search without a server: an index in small scripts that a page loads as they
//! are needed.
//!
//! Words are gathered while pages are made, from the text that is read for the
//! page ([`Gathered::take`]); of pages that are carried over the text is read
//! once more. At the end [`write()`] makes from them, in the site's folder
//! `search/`:
//!
//! - `index.js`: kinds, projects and their health, which entries belong to
//!   them, their dates, and where each piece of the index begins;
//! - `n0.js`, `n1.js` …: words of ids and titles, with the entries that hold them;
//! - `b0.js`, `b1.js` …: words of headings and texts;
//! - `r0.js`, `r1.js` …: what is shown of each entry, a few in each.
//!
//! A query loads the index, the pieces its words fall into, and what is shown
//! of the best entries. The decision and its measurements are ADR-011.

mod body;
mod dictionary;
mod entries;
mod script;
mod shards;
pub mod words;

use super::Site;
use super::frame::{Place, frame};
use super::standing::Standing;
use super::view::document::SearchPage;
use super::view::{Link, Rag};
use crate::date::{Date, days};
use crate::document::Document;
use crate::error::Result;
use crate::exports::json::string as quote;
use crate::output::{Route, Sink};
use body::Body;
use dictionary::Dictionary;
use entries::{Entry, Text, entries, words_of};
use rayon::prelude::*;
use script::literal;
use serde_json::{Value, json};
use shards::{Postings, Shards, number};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;
use xxhash_rust::xxh3::xxh3_64;

/// The page that shows results.
pub const PAGE: &str = "search.html";

/// Entries whose records share a file.
const RECORDS: usize = 6;

/// Most headings of a document that a result can lead to.
const HEADINGS: usize = 40;

/// Most characters of a title that are shown.
const SHOWN: usize = 200;

/// Most characters of a heading that are shown.
const SHOWN_HEADING: usize = 80;

/// Words of documents, gathered while their pages are made.
#[derive(Debug, Default)]
pub struct Gathered {
    dictionary: Dictionary,
    bodies: Vec<OnceLock<Body>>,
}

impl Gathered {
    /// Room for that many documents; none where there is no search.
    #[must_use]
    pub fn new(documents: usize) -> Self {
        let bodies = (0..documents).map(|_| OnceLock::new()).collect();
        Self { dictionary: Dictionary::default(), bodies }
    }

    /// Take the words of a document from its text; further times do nothing.
    pub fn take(&self, site: &Site<'_>, index: usize, document: &Document, text: &str) {
        let Some(slot) = self.bodies.get(index) else { return };
        slot.get_or_init(|| {
            let fields = words_of(site.p(), &document.fields);
            body::read(text, document.body, &document.outline.headings, fields, &self.dictionary)
        });
    }
}

/// Write the index. What an unchanged page said is read again for it.
///
/// # Errors
/// A file can no longer be read, or the sink takes no more.
pub fn write(site: &Site<'_>, sink: &dyn Sink) -> Result<()> {
    let p = site.p();
    if !p.config.html.search.enable {
        return Ok(());
    }
    let gathered = &site.search;
    let unread = |(i, slot): &(usize, &OnceLock<Body>)| slot.get().is_none() && *i < usize::MAX;
    gathered.bodies.par_iter().enumerate().filter(unread).try_for_each(|(i, _)| {
        let Some(document) = p.documents.get(i) else { return Ok(()) };
        gathered.take(site, i, document, &site.text(document)?);
        Ok(())
    })?;
    Index::new(site).write(&|name, text| {
        sink.put(&Route::new(format!("search/{name}.js")), None, text.as_bytes())
    })
}

/// The page that searches.
#[must_use]
pub fn page(site: &Site<'_>, route: &Route) -> SearchPage {
    let frame = frame(site, route, "Search", Place::Folder(""));
    let lists = frame.bar.iter().map(|item| Link::to(item.label.clone(), item.href.clone()));
    SearchPage { title: "Search".into(), lists: lists.collect(), frame }
}

/// Everything the files are made from.
struct Index<'s, 'a> {
    site: &'s Site<'a>,
    entries: Vec<Entry<'a>>,
    /// Names of kinds, in order.
    kinds: Vec<&'a str>,
    /// Words, and the place of each number among them.
    words: Vec<Box<str>>,
    places: Vec<u32>,
    /// Ids, titles and texts of entries as numbers of words; a document's text
    /// stands with the document.
    said: Vec<Said>,
    /// Changes whenever the entries or their order do.
    version: String,
}

/// What one entry says, in numbers of words.
struct Said {
    id: Option<u32>,
    title: Body,
    text: Body,
}

impl<'s, 'a> Index<'s, 'a> {
    fn new(site: &'s Site<'a>) -> Self {
        let entries = entries(site);
        let dictionary = &site.search.dictionary;
        let said = entries.par_iter().map(|e| said(site, e, dictionary)).collect();
        let kinds: BTreeSet<&str> = entries.iter().map(|e| e.kind).collect();
        let (words, places) = dictionary.sorted();
        let mut order = Vec::with_capacity(entries.len() * 48);
        for entry in &entries {
            order.extend_from_slice(entry.route.as_str().as_bytes());
            order.push(b'#');
            order.extend_from_slice(entry.fragment.as_deref().unwrap_or("").as_bytes());
            order.push(b'\n');
        }
        let version = format!("{:016x}", xxh3_64(&order));
        let version = version.get(..8).unwrap_or_default().to_owned();
        Self { site, entries, kinds: kinds.into_iter().collect(), words, places, said, version }
    }

    /// Hand on name and text of every file, each as soon as it is made.
    fn write(&self, put: &(impl Fn(&str, String) -> Result<()> + Sync)) -> Result<()> {
        let (names, texts) = rayon::join(|| self.names(), || self.texts());
        put("index", self.index(&names, &texts))?;
        for (letter, shards) in [('n', names), ('b', texts)] {
            shards.pieces.into_par_iter().enumerate().try_for_each(|(n, piece)| {
                let name = format!("{letter}{n}");
                put(&name, script::script(&name, &self.version, |out| quote(&piece, out)))
            })?;
        }
        self.entries.par_chunks(RECORDS).enumerate().try_for_each(|(n, chunk)| {
            let name = format!("r{n}");
            put(&name, script::script(&name, &self.version, |out| self.records(chunk, out)))
        })
    }

    fn place(&self, number: u32) -> u32 {
        self.places.get(number as usize).copied().unwrap_or(u32::MAX)
    }

    /// What is in a file of its own for each list: ids and titles.
    fn names(&self) -> Shards {
        let each = |visit: &mut dyn FnMut(u32, &Said)| {
            (0_u32..).zip(&self.said).for_each(|(entry, said)| visit(entry, said));
        };
        let ids = Postings::gather(self.words.len(), |put| {
            each(&mut |entry, said| {
                if let Some(id) = said.id {
                    put(self.place(id), entry, 0);
                }
            });
        });
        let titles = Postings::gather(self.words.len(), |put| {
            each(&mut |entry, said| {
                said.title.words().for_each(|(word, ..)| put(self.place(word), entry, 0));
            });
        });
        self.pack(&ids, &titles, false)
    }

    /// Headings and texts, with the section a word stands in first.
    fn texts(&self) -> Shards {
        let postings = |wanted: bool| {
            Postings::gather(self.words.len(), |put| {
                for (entry, (said, about)) in (0_u32..).zip(self.said.iter().zip(&self.entries)) {
                    let body = match about.text {
                        Text::Document(i) => self.body(i).unwrap_or(&said.text),
                        _ => &said.text,
                    };
                    for (word, section, heading) in body.words() {
                        if heading == wanted {
                            put(self.place(word), entry, section);
                        }
                    }
                }
            })
        };
        let (headings, texts) = rayon::join(|| postings(true), || postings(false));
        self.pack(&headings, &texts, true)
    }

    fn body(&self, document: usize) -> Option<&Body> {
        self.site.search.bodies.get(document)?.get()
    }

    fn pack(&self, first: &Postings, second: &Postings, sections: bool) -> Shards {
        let count = self.entries.len();
        let lists: Vec<[String; 2]> = (0..self.words.len())
            .into_par_iter()
            .map(|word| [first, second].map(|p| p.encoded(word, count, sections)))
            .collect();
        Shards::pack(self.words.iter().map(|w| &**w).zip(lists))
    }

    /// What every query needs.
    fn index(&self, names: &Shards, texts: &Shards) -> String {
        let p = self.site.p();
        let programmes: Vec<String> = p.programmes().into_iter().map(|(slug, _)| slug).collect();
        let health: Vec<Value> = Rag::ALL.iter().map(|rag| json!(rag)).collect();
        let rank = |rag: Rag| Rag::ALL.iter().position(|other| *other == rag);
        let projects: Vec<Value> = p
            .projects
            .iter()
            .enumerate()
            .map(|(i, project)| {
                let slug = project.programme.as_deref();
                json!([
                    first_characters(&project.title, SHOWN),
                    &*project.id,
                    project.phase_title(),
                    Standing::of(self.site.checked, i).and_then(|s| rank(s.rating())),
                    slug.and_then(|slug| programmes.iter().position(|other| *other == *slug)),
                ])
            })
            .collect();
        let titles: Vec<String> = programmes.iter().map(|slug| p.programme_title(slug)).collect();
        let (runs, dates) = self.runs();
        let value = json!({
            "entries": self.entries.len(),
            "records": RECORDS,
            "limit": p.config.html.search.limit,
            "kinds": self.kinds,
            "health": health,
            "programmes": titles,
            "projects": projects,
            "runs": runs,
            "dates": dates,
            "names": names.first.join(" "),
            "texts": texts.first.join(" "),
        });
        script::script("index", &self.version, |out| literal(&value, out))
    }

    /// Which entries belong to which project and kind, as runs of the same
    /// (project + 1, or 0; kind; how many; how many of them have a date), and
    /// the dates: days since 1970 of a run's newest, then the days back to each
    /// next one.
    fn runs(&self) -> (String, String) {
        let (mut runs, mut dates) = (String::new(), String::new());
        let like = |a: &Entry<'_>, b: &Entry<'_>| (a.project, a.kind) == (b.project, b.kind);
        for run in self.entries.chunk_by(like) {
            let Some(first) = run.first() else { continue };
            let short = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            let dated: Vec<Date> = run.iter().map_while(|e| e.date).collect();
            number(first.project.map_or(0, |i| short(i) + 1), &mut runs);
            number(short(self.kinds.binary_search(&first.kind).unwrap_or(0)), &mut runs);
            number(short(run.len()), &mut runs);
            number(short(dated.len()), &mut runs);
            let mut before = None;
            for date in dated {
                let gap = before.map_or_else(|| days(Date::default(), date), |b| days(date, b));
                number(u32::try_from(gap).unwrap_or(0), &mut dates);
                before = Some(date);
            }
        }
        (runs, dates)
    }

    /// What is shown of a few entries: folders, lists of headings, and for each
    /// entry title, id, its folder's place, file, fragment, health, beginning,
    /// and its headings' place. What is empty at the end is left out.
    fn records(&self, chunk: &[Entry<'a>], out: &mut String) {
        let root = Route::new(PAGE);
        let (mut folders, mut headings): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        let mut records = String::with_capacity(4 << 10);
        for (n, entry) in chunk.iter().enumerate() {
            let href = root.link(&entry.route);
            let (folder, file) =
                href.rfind('/').map_or(("", href.as_str()), |at| href.split_at(at + 1));
            let folder = place_of(&mut folders, folder.into());
            let health = entry.health.and_then(|r| Rag::ALL.iter().position(|o| *o == r));
            let (lead, own) = match &entry.text {
                Text::Document(i) => {
                    (Cow::Borrowed(self.body(*i).map_or("", |b| &*b.lead)), self.headings(*i))
                }
                Text::Fields(fields) => (first_words(fields).into(), None),
                Text::Sentence(text) => (Cow::Borrowed(&**text), None),
            };
            let own = own.map(|own| place_of(&mut headings, own.into()));
            let fragment = entry.fragment.as_deref().map(crate::output::encode).unwrap_or_default();
            records.push_str(if n == 0 { "[" } else { ",[" });
            let mut record = Record::new(&mut records);
            record.words(first_characters(&entry.title, SHOWN));
            record.words(first_characters(&entry.id, SHOWN));
            record.number(Some(folder));
            record.words(file);
            record.words(&fragment);
            record.number(health);
            record.words(&lead);
            record.number(own);
            record.end();
        }
        out.push('[');
        let quoted = |text: &String, out: &mut String| quote(text, out);
        list(&folders, quoted, out);
        out.push(',');
        list(&headings, |text, out| out.push_str(text), out);
        out.extend([",[", &*records, "]]"]);
    }

    /// Text and id of a document's headings, one after the other, as they are
    /// written; the heading that is the page's title leads to the page.
    fn headings(&self, document: usize) -> Option<String> {
        let document = self.site.p().documents.get(document)?;
        let headings = &document.outline.headings;
        if headings.is_empty() {
            return None;
        }
        let headings: Vec<&crate::markdown::Heading> = headings.iter().take(HEADINGS).collect();
        let mut out = String::with_capacity(64 * headings.len());
        let pair = |h: &&crate::markdown::Heading, out: &mut String| {
            quote(first_characters(&h.text, SHOWN_HEADING), out);
            out.push(',');
            let title = h.level == 1 && *h.text == *document.title;
            if title { quote("", out) } else { quote(&crate::output::encode(&h.id), out) }
        };
        list(&headings, pair, &mut out);
        Some(out)
    }
}

/// Write a list.
fn list<T>(items: &[T], mut write: impl FnMut(&T, &mut String), out: &mut String) {
    out.push('[');
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        write(item, out);
    }
    out.push(']');
}

/// A list whose empty values at its end are left out.
struct Record<'o> {
    out: &'o mut String,
    /// Where it begins, and where its last value that is not empty ends.
    start: usize,
    end: usize,
}

impl<'o> Record<'o> {
    /// A list that was just begun.
    fn new(out: &'o mut String) -> Self {
        let start = out.len();
        Self { out, start, end: start }
    }

    fn next(&mut self) {
        if self.out.len() > self.start {
            self.out.push(',');
        }
    }

    fn words(&mut self, words: &str) {
        self.next();
        quote(words, self.out);
        if !words.is_empty() {
            self.end = self.out.len();
        }
    }

    fn number(&mut self, number: Option<usize>) {
        self.next();
        match number {
            Some(number) => {
                self.out.push_str(&number.to_string());
                self.end = self.out.len();
            }
            None => self.out.push_str("null"),
        }
    }

    fn end(self) {
        self.out.truncate(self.end);
        self.out.push(']');
    }
}

/// The words of an entry; those of a document's text were gathered before.
fn said(site: &Site<'_>, entry: &Entry<'_>, dictionary: &Dictionary) -> Said {
    let text = match &entry.text {
        Text::Document(_) => Body::default(),
        Text::Fields(fields) => body::of_texts(words_of(site.p(), fields), dictionary),
        Text::Sentence(text) => body::of_texts([&**text], dictionary),
    };
    // The last word of an id is the whole of it.
    let whole = entry.id.bytes().any(|b| b.is_ascii_digit());
    let id = words::all(&entry.id).pop().filter(|_| whole);
    Said {
        id: id.map(|id| dictionary.number(id.as_bytes(), dictionary::hash(id.as_bytes()))),
        title: body::of_texts([&*entry.title, &*entry.id], dictionary),
        text,
    }
}

/// The first sentence an item says besides its title.
fn first_words(fields: &crate::data::record::Record) -> String {
    const NAMES: [&str; 12] = [
        "description",
        "effect",
        "impact",
        "question",
        "what_happened",
        "recommendation",
        "outcome",
        "mitigation",
        "resolution",
        "event",
        "cause",
        "note",
    ];
    body::shortened(NAMES.iter().find_map(|name| fields.text(name)).unwrap_or(""))
}

/// Where it stands in a list, to which it is added if it is new.
fn place_of(list: &mut Vec<String>, text: Cow<'_, str>) -> usize {
    list.iter().position(|other| **other == *text).unwrap_or_else(|| {
        list.push(text.into_owned());
        list.len() - 1
    })
}

/// As much of a title as is shown.
fn first_characters(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let end = text.char_indices().nth(most).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests;
