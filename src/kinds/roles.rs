//! The roles people hold in projects, with the other words for them: ours as
//! data, a portfolio's own under `[roles]` in `book.toml`.

use crate::config::Config;
use crate::data::field::SchemaReader;
use crate::data::{Entry, Node, Problem, Value, toml};
use crate::text::{Span, nearest};
use std::collections::HashMap;

const BUILT_IN: &str = include_str!("roles.toml");

/// A role people hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Canonical word, kebab-case.
    pub id: Box<str>,
    /// For readers.
    pub title: Box<str>,
    /// What who holds it does, in one sentence.
    pub about: Box<str>,
    /// Other words that mean it, kebab-case.
    pub aliases: Vec<Box<str>>,
}

/// All roles of a book.
#[derive(Debug, Clone, Default)]
pub struct Posts {
    list: Vec<Post>,
    by_name: HashMap<Box<str>, usize>,
}

impl Posts {
    /// The built-in roles with those of `[roles]`; mistakes go to `problems`.
    #[must_use]
    pub fn load(config: &Config, problems: &mut Vec<Problem>) -> Self {
        let mut posts = Self::default();
        let mut reader = SchemaReader::default();
        match toml::parse(BUILT_IN) {
            Ok(node) => node.entries().iter().for_each(|e| posts.lay(e, &mut reader)),
            Err(problem) => reader.problems.push(problem),
        }
        match config.roles.as_ref().map(|node| &node.value) {
            None => {}
            Some(Value::Map(entries)) => entries.iter().for_each(|e| posts.lay(e, &mut reader)),
            Some(_) => reader.fail(
                config.roles.as_ref().map_or(Span::at(0), |node| node.span),
                "`roles` must be a table",
                "write `[roles]` and below it `data-steward = \"Data steward\"`",
            ),
        }
        problems.append(&mut reader.problems);
        posts
    }

    /// Add a role, or titles and aliases to one that is there.
    fn lay(&mut self, entry: &Entry, reader: &mut SchemaReader) {
        let id = word(&entry.key);
        let index = match self.list.iter().position(|p| *p.id == *id) {
            Some(index) => index,
            None => {
                self.own(&id, self.list.len(), entry.key_span, reader);
                self.list.push(Post {
                    title: title(&id),
                    id: id.as_str().into(),
                    about: "".into(),
                    aliases: Vec::new(),
                });
                self.list.len() - 1
            }
        };
        if let Value::Scalar(_) = entry.value.value {
            self.retitle(index, reader.text(entry));
            return;
        }
        if !matches!(entry.value.value, Value::Map(_)) {
            let message = format!("`{}` must be a title or a table", entry.key);
            let help = format!("write `{0} = \"…\"` or `{0} = {{ title = \"…\" }}`", entry.key);
            reader.fail(entry.value.span, message, help);
        }
        for e in entry.value.entries() {
            match &*e.key {
                "title" => self.retitle(index, reader.text(e)),
                "about" => {
                    if let (Some(post), Some(text)) = (self.list.get_mut(index), reader.text(e)) {
                        post.about = text.into();
                    }
                }
                "aliases" => {
                    for (alias, span) in texts(&e.value, reader.texts(e)) {
                        let alias = word(&alias);
                        if self.own(&alias, index, span, reader)
                            && let Some(post) = self.list.get_mut(index)
                        {
                            post.aliases.push(alias.into());
                        }
                    }
                }
                _ => reader.unknown(e, &["title", "about", "aliases"]),
            }
        }
    }

    fn retitle(&mut self, index: usize, title: Option<&str>) {
        if let (Some(post), Some(title)) = (self.list.get_mut(index), title) {
            post.title = title.into();
        }
    }

    /// Let a word mean the role at `index`; a word has one meaning only.
    fn own(&mut self, name: &str, index: usize, span: Span, reader: &mut SchemaReader) -> bool {
        if let Some(other) = self.by_name.get(name).and_then(|i| self.list.get(*i)) {
            let message = format!("`{name}` already stands for the role `{}`", other.id);
            reader.fail(span, message, "remove it here, or write the other role");
            return false;
        }
        self.by_name.insert(name.into(), index);
        true
    }

    /// The role a word stands for, aliases included.
    #[must_use]
    pub fn find(&self, written: &str) -> Option<&Post> {
        let index = match self.by_name.get(written) {
            Some(index) => *index,
            None => *self.by_name.get(word(written).as_str())?,
        };
        self.list.get(index)
    }

    /// The canonical word of a role, or the word as written when there is no
    /// such role.
    #[must_use]
    pub fn canonical<'a>(&'a self, written: &'a str) -> &'a str {
        self.find(written).map_or(written, |post| &post.id)
    }

    /// The role or alias most like a word.
    #[must_use]
    pub fn like(&self, written: &str) -> Option<&str> {
        let names = self.list.iter().flat_map(|post| {
            std::iter::once(&*post.id).chain(post.aliases.iter().map(|alias| &**alias))
        });
        nearest(&word(written), names)
    }

    /// All roles, built-in ones first.
    pub fn iter(&self) -> impl Iterator<Item = &Post> {
        self.list.iter()
    }
}

/// A role as written in the form it is looked up by.
fn word(written: &str) -> String {
    written.trim().to_lowercase().replace([' ', '_'], "-")
}

/// A role in words, for want of a title: `data-steward` → `Data steward`.
fn title(id: &str) -> Box<str> {
    let words = id.replace('-', " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect()).into()
}

/// The words of a list with the place of each.
fn texts(node: &Node, words: Vec<Box<str>>) -> Vec<(Box<str>, Span)> {
    let places: Vec<Span> = match node.items() {
        [] => vec![node.span],
        items => items.iter().filter(|n| n.as_str().is_some()).map(|n| n.span).collect(),
    };
    words.into_iter().zip(places).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> (Posts, Vec<String>) {
        let mut problems = Vec::new();
        let posts = Posts::load(&Config::parse(text).unwrap(), &mut problems);
        (posts, problems.into_iter().map(|p| p.message).collect())
    }

    #[test]
    fn every_role_has_a_title_and_every_word_one_meaning() {
        let (posts, problems) = load("");
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(posts.iter().count(), 28);
        for post in posts.iter() {
            assert!(!post.title.is_empty() && post.about.ends_with('.'), "{}", post.id);
        }
    }

    #[test]
    fn methods_other_words_are_read() {
        let (posts, _) = load("");
        for (written, role) in [
            ("executive", "sponsor"),
            ("Senior User", "business-owner"),
            ("senior_supplier", "engineering-manager"),
            ("project-board", "steering-committee"),
            ("team-manager", "task-lead"),
            ("project-owner", "sponsor"),
            ("solution-provider", "functional-manager"),
            ("task-leader", "task-lead"),
            ("liaison", "relationship-liaison"),
            ("janitor", "janitor"),
        ] {
            assert_eq!(posts.canonical(written), role);
        }
        assert_eq!(posts.like("sponser"), Some("sponsor"));
        assert_eq!(posts.like("janitor"), None);
    }

    #[test]
    fn a_portfolio_adds_roles_and_words() {
        let (posts, problems) = load(
            "[roles]\ndata-steward = \"Data steward\"\n[roles.sponsor]\naliases = [\"godparent\"]\n",
        );
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(&*posts.find("Data steward").unwrap().title, "Data steward");
        assert_eq!(posts.canonical("godparent"), "sponsor");
    }

    #[test]
    fn a_word_of_two_roles_is_a_mistake_where_it_stands() {
        let text = "[roles.data-steward]\naliases = [\"executive\"]\nfoo = 1\n";
        let mut problems = Vec::new();
        let posts = Posts::load(&Config::parse(text).unwrap(), &mut problems);
        assert_eq!(problems[0].message, "`executive` already stands for the role `sponsor`");
        let span = problems[0].span;
        assert_eq!(&text[span.start as usize..span.end as usize], "\"executive\"");
        assert_eq!(problems[1].message, "unknown key `foo`");
        assert_eq!(posts.canonical("executive"), "sponsor");
    }
}
