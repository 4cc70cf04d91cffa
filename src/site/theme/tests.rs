//! The theme as a whole: what renders, what is refused and how it is said.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "two tests, on request, write the samples to a folder and print what a page costs"
)]

use super::*;
use crate::site::view::samples;

fn pages(theme: &Theme) -> Vec<(&'static str, String)> {
    let mut pages = Vec::new();
    samples::each(|template, view| {
        let mut out = Vec::new();
        theme.render(template, &view, &mut out).unwrap_or_else(|e| panic!("{}", e.message));
        pages.push((template, String::from_utf8(out).unwrap()));
    });
    pages
}

fn fault(files: &[(&str, &str)]) -> String {
    let files: Vec<_> =
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    let error = match Theme::new("theme", &files) {
        Ok(theme) => theme.check().expect_err("a fault"),
        Err(error) => error,
    };
    assert_eq!(error.status(), 2);
    format!("{}\nhelp: {}", error.message, error.help.unwrap_or_default())
}

#[test]
fn every_template_renders_every_sample() {
    let theme = Theme::embedded().unwrap_or_else(|e| panic!("{}", e.message));
    theme.check().unwrap_or_else(|e| panic!("{}", e.message));
}

#[test]
fn every_built_in_theme_renders_every_sample() {
    for name in Theme::names() {
        let theme = Theme::built_in(name).unwrap().unwrap_or_else(|e| panic!("{}", e.message));
        theme.check().unwrap_or_else(|e| panic!("{name}: {}", e.message));
    }
    let board = Theme::built_in("board").unwrap().unwrap();
    assert_ne!(board.digest(), Theme::embedded().unwrap().digest());
    assert!(Theme::built_in("bord").is_none());
}

/// Set `MILEPOST_PREVIEW` to a folder to look at the sample pages in a browser.
#[test]
fn the_samples_can_be_looked_at() {
    let theme = Theme::embedded().unwrap();
    let Ok(folder) = std::env::var("MILEPOST_PREVIEW") else { return };
    let folder = std::path::Path::new(&folder);
    let mut css = Vec::new();
    for (route, bytes) in theme.assets() {
        let path = folder.join(route);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        css.push(route.to_owned());
    }
    let mut frame = Frame::default();
    theme.furnish(&mut frame);
    let links = format!(
        "<link rel=\"icon\" href=\"{}\"><link rel=\"stylesheet\" href=\"{}\"><script src=\"{}\"></script><script defer src=\"{}\"></script></head>",
        frame.icon, frame.css[0], frame.head_js, frame.js[0]
    );
    for (i, (template, html)) in pages(&theme).into_iter().enumerate() {
        let name = template.trim_end_matches(".html");
        let html = html.replace("</head>", &links).replace("href=\"/", "href=\"");
        std::fs::write(folder.join(format!("{i:02}-{name}.html")), html).unwrap();
    }
}

#[test]
fn pages_carry_a_strict_policy_and_nothing_inline() {
    for (template, html) in pages(&Theme::embedded().unwrap()) {
        for forbidden in [" style=", "<style", " onclick=", "javascript:", "<script>", "|safe"] {
            assert!(!html.contains(forbidden), "{template} contains {forbidden}");
        }
        if template == "query.html" {
            // A part of a page, not a page.
            assert!(!html.contains("<h"), "{template}");
            continue;
        }
        let head = html.split_once("<head>").unwrap().1.trim_start();
        assert!(head.starts_with("<meta http-equiv=\"Content-Security-Policy\""), "{template}");
        assert_eq!(html.matches("<h1").count(), 1, "{template}");
        assert_eq!(html.matches("<main id=\"main\">").count(), 1, "{template}");
        assert_eq!(html.matches("{{").count(), 0, "{template}");
    }
}

#[test]
fn no_template_switches_escaping_off() {
    let theme = Theme::embedded().unwrap();
    for (name, (text, _)) in &theme.sources.templates {
        assert!(!text.contains("safe"), "{name} uses `safe`; pass an `Html` instead");
    }
}

#[test]
fn names_are_escaped_whatever_the_template_is_called() {
    let files = [("404.html".to_owned(), b"<p>{{ frame.title }}</p>".to_vec())];
    let theme = Theme::new("theme", &files).unwrap();
    let mut view = crate::site::view::document::NotFoundPage::default();
    view.frame.title = "<script>".to_owned();
    let mut out = Vec::new();
    theme.render("404.html", &view, &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "<p>&lt;script&gt;</p>");
}

#[test]
fn assets_carry_their_content_in_their_names() {
    let theme = Theme::embedded().unwrap();
    let files = [("css/9-own.css".to_owned(), b"a{}".to_vec()), ("readme.md".to_owned(), vec![])];
    let other = Theme::new("theme", &files).unwrap();
    let css = |theme: &Theme| theme.css.clone();
    assert_ne!(css(&theme), css(&other));
    assert_ne!(theme.digest(), other.digest());
    assert_eq!(theme.head_js, other.head_js);
    let mut frame = Frame { root: "../".to_owned(), ..Frame::default() };
    theme.furnish(&mut frame);
    assert!(frame.css[0].starts_with("../assets/main-") && frame.css[0].ends_with(".css"));
    assert_eq!(theme.assets().count(), 6);
}

#[test]
fn a_syntax_error_is_placed() {
    let said = fault(&[("document.html", "<p>\n{% if %}</p>")]);
    assert!(said.starts_with("theme/document.html:2:7: "), "{said}");
}

#[test]
fn an_unknown_variable_is_placed_and_mended() {
    let said = fault(&[("404.html", "{{ fram.title }}")]);
    assert!(said.starts_with("theme/404.html:1:4: variable `fram` is not defined"), "{said}");
    assert!(said.contains("did you mean `frame`?"), "{said}");
}

#[test]
fn unknown_functions_are_all_named() {
    let said = fault(&[("404.html", "{{ get_env(name='CI_TOKEN') }}\n{{ frame | shout }}")]);
    assert!(said.contains("theme/404.html:1:4: unknown function `get_env`"), "{said}");
    assert!(said.contains("theme/404.html:2:12: unknown filter `shout`"), "{said}");
}

#[test]
fn circles_end_with_a_message() {
    let said = fault(&[("404.html", "{% extends '404.html' %}")]);
    assert!(said.starts_with("theme/404.html:1:4: "), "{said}");
    let said = fault(&[
        ("404.html", "{% include 'components/a.html' %}"),
        ("components/a.html", "{% include '404.html' %}"),
    ]);
    assert!(said.contains("include"), "{said}");
    let said = fault(&[(
        "components/link.html",
        "{% component link(link) %}{{ <link link={link} /> }}{% endcomponent link %}",
    )]);
    assert!(said.contains("recursion depth"), "{said}");
}

#[test]
fn what_is_outside_the_theme_cannot_be_included() {
    let said = fault(&[("404.html", "{% include '../../secret.md' %}")]);
    assert!(said.contains("theme/404.html:1:12: unknown template `../../secret.md`"), "{said}");
}

#[test]
fn a_long_loop_is_refused() {
    let said = fault(&[("404.html", "{% for i in range(end=1000000000) %}x{% endfor %}")]);
    assert!(said.contains("theme/404.html:1:") && said.contains("limit"), "{said}");
}

#[test]
fn a_template_that_is_not_utf8_is_placed() {
    let files = [("404.html".to_owned(), b"<p>\ncaf\xe9</p>".to_vec())];
    let error = Theme::new("theme", &files).unwrap_err();
    assert_eq!(error.message, "theme/404.html:2:4: template is not UTF-8");
}

#[test]
fn literals_are_set_as_code_and_escaped() {
    let files = [("404.html".to_owned(), b"{{ frame.title | literals }}".to_vec())];
    let theme = Theme::new("theme", &files).unwrap();
    for (text, html) in [
        ("`a<b` is \"c\"", "<code>a&lt;b</code> is &quot;c&quot;"),
        ("one ` alone", "one ` alone"),
        ("`a` and `b", "<code>a</code> and `b"),
    ] {
        let mut view = crate::site::view::document::NotFoundPage::default();
        view.frame.title = text.to_owned();
        let mut out = Vec::new();
        theme.render("404.html", &view, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), html);
    }
}

#[test]
fn text_stands_out_from_its_ground() {
    fn luminance(hex: &str) -> f64 {
        let full: String = match hex.len() {
            4 => hex.chars().skip(1).flat_map(|c| [c, c]).collect(),
            _ => hex.trim_start_matches('#').to_owned(),
        };
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&full[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
    }
    let css = DEFAULT.get_file("css/1-base.css").unwrap().contents_utf8().unwrap();
    let colour = |name: &str, dark: bool| -> String {
        let value = css.split_once(&format!("--{name}: ")).unwrap().1.split_once(';').unwrap().0;
        match value.strip_prefix("light-dark(") {
            Some(both) => both.trim_end_matches(')').split(", ").nth(usize::from(dark)).unwrap(),
            None => value,
        }
        .to_owned()
    };
    let grounds: [(&str, &[&str]); 9] = [
        ("ink", &["page", "soft", "green-tint", "amber-tint", "red-tint", "accent-tint"]),
        ("muted", &["page", "soft"]),
        ("accent", &["page", "soft", "accent-tint"]),
        ("green", &["page", "soft", "green-tint"]),
        ("amber", &["page", "soft", "amber-tint"]),
        ("red", &["page", "soft", "red-tint", "amber-tint"]),
        ("grey", &["page", "grey-tint"]),
        ("violet", &["page", "soft"]),
        ("page", &["accent"]),
    ];
    for dark in [false, true] {
        let mut pairs: Vec<(String, String, String)> = grounds
            .iter()
            .flat_map(|(text, on)| on.iter().map(move |ground| (*text, *ground)))
            .map(|(text, on)| (colour(text, dark), colour(on, dark), format!("{text} on {on}")))
            .collect();
        for solid in ["green-solid", "amber-solid", "red-solid"] {
            pairs.push(("#fff".to_owned(), colour(solid, dark), format!("white on {solid}")));
        }
        for (text, ground, what) in pairs {
            let (a, b) = (luminance(&text), luminance(&ground));
            let ratio = (a.max(b) + 0.05) / (a.min(b) + 0.05);
            assert!(ratio >= 4.5, "{what}, dark {dark}: {ratio:.2}");
        }
    }
}

/// Set `MILEPOST_RENDER_COST` to see what a page costs in the template engine.
#[test]
fn the_cost_of_a_page_can_be_measured() {
    if std::env::var_os("MILEPOST_RENDER_COST").is_none() {
        return;
    }
    let theme = Theme::embedded().unwrap();
    samples::each(|template, view| {
        let mut out = Vec::new();
        let start = std::time::Instant::now();
        for _ in 0..1000 {
            out.clear();
            theme.render(template, &view, &mut out).unwrap();
        }
        let cost = start.elapsed().as_micros() / 1000;
        println!("{template}: {cost} µs, {} bytes", out.len());
    });
}

#[test]
fn a_file_that_nearly_replaces_one_of_ours_is_told() {
    let slips = |names: &[(&str, &str)]| -> Vec<(String, String)> {
        let files: Vec<(String, Vec<u8>)> =
            names.iter().map(|(n, t)| ((*n).to_owned(), t.as_bytes().to_vec())).collect();
        Theme::slips(&files)
    };
    let one = |path: &str, near: &str| vec![(path.to_owned(), near.to_owned())];
    assert_eq!(slips(&[("documnet.html", "")]), one("documnet.html", "document.html"));
    assert_eq!(slips(&[("chip.html", "")]), one("chip.html", "components/chip.html"));
    assert_eq!(slips(&[("images/icons.svg", "")]), one("images/icons.svg", "images/icon.svg"));
    assert!(slips(&[("document.html", ""), ("css/2-pages.css", ""), ("logo.html", "")]).is_empty());
    // A component that a template of the user's names is meant to be another.
    assert!(
        slips(&[("document.html", "{{<states/>}}"), ("components/states.html", "")]).is_empty()
    );
}
