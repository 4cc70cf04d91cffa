//! Texts made to hang a renderer: each has to finish in time that grows with
//! its length only.

use super::super::outline;
use super::*;

/// Bombs of about `n` repetitions.
fn bombs(n: usize) -> Vec<(&'static str, String)> {
    let many = |piece: &str| piece.repeat(n);
    let mut backticks = String::new();
    for length in 1..(n / 20).min(1500) {
        backticks.push('e');
        backticks.push_str(&"`".repeat(length));
    }
    let steps = (0..n.min(2000)).map(|i| "  ".repeat(i) + "- a\n").collect::<Vec<_>>().concat();
    let wide = format!("{}\n{}\n{}", "|a".repeat(n / 3), "|-".repeat(n / 3), "|x\n".repeat(n / 3));
    let definitions = (0..n).map(|i| format!("[{i}]: /u\n")).collect::<Vec<_>>().concat();
    let long = format!("[x]: {}\n\n{}", "x".repeat(n), "[x]\n".repeat(n));
    let notes = (0..n).map(|i| format!("[^{i}]\n\n[^{i}]: a\n\n")).collect::<Vec<_>>().concat();
    vec![
        ("brackets", many("[")),
        ("link openers", many("[a](<b")),
        ("nested links", many("[](")),
        ("close and open", many("](\n[")),
        ("comments", many("!-- <")),
        ("cdata", many("a <![CDATA[")),
        ("instructions", many("a <?")),
        ("declarations", many("a <!A")),
        ("amplification", long),
        ("footnote openers", many("[^\n")),
        ("footnotes", notes),
        ("footnote uses", format!("{}\n\n[^a]: b\n", many("[^a] "))),
        ("emphasis", many("*a **a ")),
        ("delimiters", many("a**b_c")),
        ("deep emphasis", format!("{}{}", many("*a **a "), many("b** c* "))),
        ("backticks", backticks),
        ("quotes", many(">") + "a"),
        ("lists", many("- ") + "a"),
        ("list steps", steps),
        ("wide table", wide),
        ("headings", many("# a\n")),
        ("definitions", definitions),
        ("autolinks", many("<http:")),
        ("entities", many("&a")),
        ("entities with html", format!("<div>\n{}\n</div>", many("&a"))),
        ("divs", many("<div>")),
        ("divs on lines", many("<div>\n\n")),
        ("bold tags", many("<b>") + "</p>"),
        ("bold in blocks", many("<b>a</b>\n\n<div>\n\n</div>\n\n")),
        ("table and link", many("<table><a>")),
        ("attributes", format!("<a {}>", many("x=1 "))),
        ("quotes in tags", many("<a b=\"")),
        ("open tags", many("<a ")),
        ("end tags", many("</a>")),
        ("closed pairs", many("<a></a><li></li><p></p>")),
        ("dollars", many("$")),
        ("spaces", many(" ")),
        ("prompts", format!("## a\n\n{}", many("<[Insert {{"))),
        ("bold starts", many("**a:** ")),
        ("lead-ins", many("**a:** b\n\n")),
        ("mentions", many("R-1 ")),
        ("digits", many("1")),
        ("capitals", many("AA-1")),
        ("slugs", many("a-") + "/R-1"),
        ("hidden", many("\u{200b}")),
        ("joiners", many("\u{200d}")),
        ("tag letters", many("\u{e0041}")),
        ("headings with html", many("# <i>a\n")),
        ("images", many("![") + "a" + &many("](b)")),
        ("alerts", many("> [!NOTE]\n> a\n\n")),
        ("carriage returns", many("a\r")),
    ]
}

#[test]
fn bombs_finish() {
    for (name, text) in bombs(3000) {
        let o = outline(&text, 0);
        let page = render(&text, 0, &RenderInput::default());
        assert!(page.html.len() <= MAX_OUTPUT * 2, "{name}");
        assert!(o.problems.len() <= 20_000, "{name}");
    }
}
