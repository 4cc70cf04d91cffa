//! What a page looks like, and what can never be on it.

use super::super::tests::soup;
use super::super::{outline, raw};
use super::*;

fn html(text: &str) -> String {
    render(text, 0, &RenderInput::default()).html
}

/// Start and end tags in order, without attributes.
fn tags(html: &str) -> Vec<String> {
    raw::tokens(html)
        .filter_map(|token| match token {
            raw::Token::Tag(tag) => {
                Some(format!("{}{}", if tag.close { "/" } else { "" }, tag.name))
            }
            _ => None,
        })
        .collect()
}

#[test]
fn plain_markdown() {
    assert_eq!(
        html("a *b* **c** `d` ~~e~~ <f@g.h>\n"),
        "<p>a <em>b</em> <strong>c</strong> <code>d</code> <del>e</del> <a href=\"mailto:f@g.h\">f@g.h</a></p>\n"
    );
    assert_eq!(
        html("- a\n- b\n\n3. c\n"),
        "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<ol start=\"3\">\n<li>c</li>\n</ol>\n"
    );
    assert_eq!(html("a & b < c > \"d\"\n"), "<p>a &amp; b &lt; c &gt; \"d\"</p>\n");
    assert_eq!(html("a  \nb\nc\n"), "<p>a<br>\nb\nc</p>\n");
    assert_eq!(html("> a\n"), "<blockquote>\n<p>a</p>\n</blockquote>\n");
    assert_eq!(
        html("> [!WARNING]\n> a\n"),
        "<div class=\"callout warning\"><p class=\"callout-title\">Warning</p>\n<p>a</p>\n</div>\n"
    );
    assert_eq!(html("---\n"), "<hr>\n");
    assert_eq!(
        html("- [x] a\n"),
        "<ul>\n<li><input type=\"checkbox\" disabled=\"\" checked=\"\" aria-label=\"done\"> a</li>\n</ul>\n"
    );
    assert_eq!(
        html("```rust,ignore\na < b\n```\n"),
        "<pre tabindex=\"0\"><code class=\"language-rust\">a &lt; b\n</code></pre>\n"
    );
    assert_eq!(
        html("| a | b |\n|---|--:|\n| c | d |\n"),
        "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table 1\"><table>\n<thead><tr><th scope=\"col\">a</th><th scope=\"col\" align=\"right\">b</th></tr></thead><tbody>\n<tr><td>c</td><td align=\"right\">d</td></tr>\n</tbody></table></div>\n"
    );
}

#[test]
fn headings_have_ids_anchors_and_a_table_of_contents() {
    let input = RenderInput { skip_title: Some("The title"), ..RenderInput::default() };
    let page = render("# The title\n\n## A *b* & c\n\n> # quoted\n", 0, &input);
    assert_eq!(page.toc, [TocEntry { level: 2, id: "a-b-c".into(), text: "A b & c".into() }]);
    assert_eq!(
        page.html,
        "<h2 id=\"a-b-c\">A <em>b</em> &amp; c <a class=\"anchor\" href=\"#a-b-c\" aria-label=\"Link to this section: A b &amp; c\">#</a></h2>\n<blockquote>\n<h1>quoted</h1>\n</blockquote>\n"
    );
    // A page has one heading of level 1, which is its title.
    assert!(render("# Another\n", 0, &input).html.contains("<h2 id=\"another\">"));
    assert_eq!(render("# R-004: The title\n", 0, &input).html, "");
    assert!(render("# Not The title\n", 0, &input).html.contains("<h2"));
    assert!(render("# Another\n", 0, &RenderInput::default()).html.contains("<h1"));
}

#[test]
fn footnotes_stand_at_the_end_and_lead_back() {
    let page = html("a[^x] b[^y] c[^x]\n\n[^y]: second\n[^x]: first\n[^z]: unused\n");
    assert!(
        page.contains("<a href=\"#fn_1\" id=\"fnref_1\" aria-label=\"Footnote 1\">1</a></sup> b"),
        "{page}"
    );
    assert!(page.contains("id=\"fnref_1_2\""));
    let first = page.find("<li id=\"fn_1\"><p>first</p>").unwrap();
    assert!(first < page.find("<li id=\"fn_2\"><p>second</p>").unwrap());
    assert!(page.contains("href=\"#fnref_1_2\"") && page.contains("unused"));
}

#[test]
fn links_lead_where_the_caller_says() {
    let text = "[a](a.md) ![b](b.png) [c](nope.md) [d](https://e.f) <a href=g.md>g</a> [h](h.md)\n";
    let to = |href: &str| LinkTo { href: Some(href.into()), ..LinkTo::default() };
    let links = [
        LinkTo { title: Some("The \"A\"".into()), ..to("../a.html#x") },
        to("../b.png"),
        LinkTo { broken: true, title: Some("`nope.md` does not exist".into()), href: None },
        LinkTo::default(),
        to("g.html"),
        to("h.html"),
    ];
    let input = RenderInput { links: &links, ..RenderInput::default() };
    let page = render(text, 0, &input).html;
    for part in [
        "<a href=\"../a.html#x\" title=\"The &quot;A&quot;\">a</a>",
        "<img src=\"../b.png\" alt=\"b\" loading=\"lazy\">",
        "<span class=\"broken-link\" title=\"`nope.md` does not exist\">c</span>",
        "<a href=\"https://e.f\" rel=\"noopener noreferrer\">d</a>",
        "<a href=\"g.html\">g</a>",
        "<a href=\"h.html\">h</a>",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
}

#[test]
fn unsafe_links_and_remote_images_are_text_and_links() {
    for text in [
        "[x](javascript:alert(1))",
        "[x](<java\tscript:a>)",
        "![x](data:image/png;base64,a)",
        "[x](//e.f)",
        "<a href='javascript:a'>x</a>",
        "<a href='javascript&colon;a'>x</a>",
        "<img src='data:a' alt=x>",
    ] {
        let page = html(text);
        assert!(
            page.contains("<span class=\"broken-link\"")
                && !page.contains("href")
                && !page.contains("src="),
            "{page}"
        );
    }
    assert_eq!(
        html("![p](https://e.f/p.gif)"),
        "<p><a class=\"remote-image\" href=\"https://e.f/p.gif\" rel=\"noopener noreferrer\">p</a></p>\n"
    );
    assert!(!html("[![p](https://e.f/p.gif)](a.md)").contains("e.f"));
}

#[test]
fn mentions_become_links() {
    let text = "See R-004, and crm/R-005.\n";
    let mention = |name: &str| {
        let at = text.find(name).unwrap();
        MentionTo {
            span: Span::new(at, at + name.len()),
            href: format!("r.html#{name}"),
            title: "Risk",
        }
    };
    let mentions = [mention("R-004"), mention("crm/R-005")];
    let input = RenderInput { mentions: &mentions, ..RenderInput::default() };
    assert_eq!(
        render(text, 0, &input).html,
        "<p>See <a class=\"mention\" href=\"r.html#R-004\" title=\"Risk\">R-004</a>, and <a class=\"mention\" href=\"r.html#crm/R-005\" title=\"Risk\">crm/R-005</a>.</p>\n"
    );
}

#[test]
fn notes_stand_before_the_block_they_concern() {
    let text = "one\n\n- two\n- three\n\nfour\n";
    let note = |needle: &str, severity| Note {
        offset: u32::try_from(text.find(needle).unwrap_or(text.len())).unwrap(),
        severity,
        message: "item `R-1` <late>".into(),
        help: None,
        rule: "overdue-item".into(),
        href: None,
    };
    let notes = [note("none", Severity::Note), note("three", Severity::Warn)];
    let page = render(text, 0, &RenderInput { notes: &notes, ..RenderInput::default() }).html;
    assert!(page.contains("<p>one</p>\n<aside class=\"note warn\" role=\"note\"><p class=\"what\"><b>Warning</b> item <code>R-1</code> &lt;late&gt;</p><p class=\"where\">overdue-item</p></aside>\n<ul>"), "{page}");
    assert!(page.ends_with("overdue-item</p></aside>\n"));
}

#[test]
fn raw_html_from_the_list_stays() {
    assert_eq!(
        html("<details open>\n<summary>More</summary>\n\n- a\n\n</details>\n\nb\n"),
        "<details open=\"\">\n<summary>More</summary>\n<ul>\n<li>a</li>\n</ul>\n</details>\n<p>b</p>\n"
    );
    assert_eq!(
        html("Press <kbd>Ctrl</kbd> H<sub>2</sub>O<br>x &copy; y\n"),
        "<p>Press <kbd>Ctrl</kbd> H<sub>2</sub>O<br>x © y</p>\n"
    );
    assert_eq!(
        html("<div id=search class=x style='y' title=\"a&quot;b\">\n&copy; &lt;b\n</div>\n"),
        "<div id=\"u-search\" title=\"a&quot;b\">\n© &lt;b\n</div>\n"
    );
    assert_eq!(
        html("a <a id=spot href=\"https://example.org/\">b</a>\n"),
        "<p>a <a href=\"https://example.org/\" rel=\"noopener noreferrer\" id=\"u-spot\">b</a></p>\n"
    );
    assert_eq!(
        html("<p align=center>\n<img src=a.png width=10 onerror=x>\n</p>\n"),
        "<p align=\"center\">\n<img src=\"a.png\" alt=\"\" loading=\"lazy\" width=\"10\">\n</p>\n"
    );
    assert_eq!(html("a <!-- b --> c\n\n<!-- d -->\n"), "<p>a  c</p>\n");
    assert_eq!(
        html("Vec<String> and <your name here>\n\n<Describe the scope>\n"),
        "<p>Vec&lt;String&gt; and &lt;your name here&gt;</p>\n<p>&lt;Describe the scope&gt;</p>\n"
    );
}

#[test]
fn raw_html_off_the_list_goes() {
    assert_eq!(
        html("<script>alert(1)</script>\n\na <script>alert(1)</script> b <style>c</style>\n"),
        "<p>a  b </p>\n"
    );
    assert_eq!(html("<form action=//evil><input type=password>x</form>\n"), "<p>x</p>\n");
    assert_eq!(
        html("<div>\n<iframe src=a></iframe><svg><b>x</b></svg>\n</div>\n"),
        "<div>\n<b>x</b>\n</div>\n"
    );
    // What an author leaves open is closed where its surroundings end.
    assert_eq!(
        html("- <b>a\n- <div>b\n\nc</div>\n"),
        "<ul>\n<li><b>a</b></li>\n<li><div>b\n</div></li>\n</ul>\n<p>c</p>\n"
    );
    let text = RenderInput { raw_html: RawHtml::Text, ..RenderInput::default() };
    assert_eq!(
        render("<b>a</b>\n\n<div>\nb\n</div>\n", 0, &text).html,
        "<p>&lt;b&gt;a&lt;/b&gt;</p>\n<p>&lt;div&gt;\nb\n&lt;/div&gt;</p>\n"
    );
}

#[test]
fn raw_html_beyond_the_limit_is_text() {
    let page = render(&"<div>".repeat(100_000), 0, &RenderInput::default());
    assert_eq!(page.problems[0].rule, "over-limit");
    assert!(page.html.contains("&lt;div&gt;") && !page.html.contains("<div>"));
}

#[test]
fn hidden_characters_are_shown() {
    assert_eq!(
        html("a\u{202e}b 👩\u{200d}💻\n"),
        "<p>a<span class=\"hidden-character\">U+202E</span>b 👩\u{200d}💻</p>\n"
    );
}

#[test]
fn code_is_coloured_with_classes() {
    let highlighter = Highlighter::new();
    let input = RenderInput { highlighter: Some(&highlighter), ..RenderInput::default() };
    let page =
        render("```rust\nfn a() -> u8 { 1 } // <b>\n```\n\n```nonsense\na < b\n```\n", 0, &input)
            .html;
    assert!(page.contains("<span class=\"s-keyword\">fn "), "{page}");
    assert!(page.contains("<span class=\"s-number\">1 "), "{page}");
    assert!(page.contains("<span class=\"s-comment\">// &lt;b&gt;"), "{page}");
    assert!(page.contains("<code class=\"language-nonsense\">a &lt; b\n</code>"));
    for (language, code, class) in [
        ("yaml", "a: \"b\"\n", "s-string"),
        ("sh", "echo $a # b\n", "s-comment"),
        ("ts", "const a = 1\n", "s-keyword"),
        ("json", "{\"a\": 1}\n", "s-number"),
        ("diff", "+a\n-b\n", "s-inserted"),
    ] {
        let html = highlighter.highlight(language, code).unwrap();
        assert!(html.contains(class), "{language}: {html}");
    }
}

#[test]
fn every_line_end_gives_the_same_page() {
    let text = "# T\n\ntext\nmore  \nhard\n\n- a\n  b\n\n```\ncode\n\nmore\n```\n\n    indented\n\n| a |\n|---|\n| b |\n\n<div>\nx\n</div>\n\n> q\n> r\n";
    let normal = html(text);
    assert_eq!(html(&text.replace('\n', "\r\n")).replace("\r\n", "\n"), normal);
    assert_eq!(html(&text.replace('\n', "\r")), normal);
}

/// Nothing on a page but what our writer makes.
fn check(text: &str) {
    let o = outline(text, 0);
    let input = RenderInput::default();
    let page = render(text, 0, &input);
    for token in raw::tokens(&page.html) {
        let tag = match token {
            raw::Token::Tag(tag) => tag,
            raw::Token::Comment(_) => panic!("comment in {}", page.html),
            raw::Token::Text(_) => continue,
        };
        let own = ["aside", "section", "input"].contains(&tag.name);
        assert!(
            own || matches!(tag.element(), raw::Element::Allowed(_)),
            "<{}> in {}",
            tag.name,
            page.html
        );
        for (key, value) in raw::attributes(tag.attributes) {
            assert!(
                !key.starts_with("on") && key != "style" && key != "srcset",
                "{key} in {}",
                page.html
            );
            if key == "href" || key == "src" {
                let href = super::super::classify(&raw::decode(value));
                assert!(
                    !matches!(
                        href,
                        super::super::Href::Unsafe(_) | super::super::Href::ProtocolRelative(_)
                    ),
                    "{value}"
                );
                assert!(key == "href" || href == super::super::Href::Relative);
            }
        }
    }
    let again = sanitise::builder().clean(&page.html).to_string();
    assert_eq!(tags(&page.html), tags(&again), "{text:?}\n{}\n{again}", page.html);
    let ids: Vec<&str> = page.toc.iter().map(|entry| &*entry.id).collect();
    let wanted: Vec<&str> = o.headings.iter().map(|h| &*h.id).collect();
    assert_eq!(ids, wanted, "{text:?}");
    let normal = line_ends(text);
    for raw in [RawHtml::Safe, RawHtml::Text] {
        let (parser, _) = parser(&normal, 0);
        let mut writer = Writer::new(&normal, 0, &input, raw);
        let done =
            parser.into_offset_iter().try_for_each(|(event, range)| writer.event(event, range));
        assert!(done.is_err() || writer.link_index == o.links.len(), "{text:?}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_makes_a_safe_page(text in soup()) {
        check(&text);
    }
}

#[test]
fn pages_have_a_largest_size() {
    let text =
        (0..120_000).map(|i| format!("[^{i}]\n\n[^{i}]: a\n\n")).collect::<Vec<_>>().concat();
    let page = render(&text, 0, &RenderInput::default());
    assert!(page.html.len() < MAX_OUTPUT + 1024);
    assert_eq!(page.problems.len(), 1);
}

#[test]
fn lines_that_would_take_long_stay_plain() {
    let highlighter = Highlighter::new();
    let long = format!("let a = 1;\n{}\nlet b = 2;\n", "a".repeat(100));
    let html = highlighter.highlight("js", &long).unwrap();
    assert_eq!(html.matches("s-number").count(), 2);
    assert!(highlighter.highlight("js", &"a\n".repeat(40_000)).is_none());
}
