//! Addresses in `[output.html]`: what stands in links of every page must be a
//! web address and nothing else.

use super::fail;
use crate::data::Problem;
use crate::data::record::Record;

/// Judge the addresses of `[output.html]`.
pub(super) fn check(html: &Record, problems: &mut Vec<Problem>) {
    for key in ["site_url", "git_repository_url", "edit_url_template"] {
        let (Some(url), Some(span)) = (html.text(key), html.span(key)) else { continue };
        let name = key.replace('_', "-");
        if key == "site_url" && url.starts_with('/') {
            continue;
        }
        let Some(rest) = after_scheme(url) else {
            let message = format!("`{name}` must begin with `https://` or `http://`");
            problems.push(fail(span, message, "write the full address"));
            continue;
        };
        if rest.is_empty() || rest.starts_with(['/', '?', '#', ':', '@']) {
            let message = format!("`{name}` names no host");
            problems.push(fail(span, message, "write the full address"));
        } else if url.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\"\\".contains(c)) {
            let message = format!("`{name}` holds a character that stands in no address");
            let help = "write a space as `%20`, and leave out quotes and angle brackets";
            problems.push(fail(span, message, help));
        } else if key == "edit_url_template" && !url.contains("{path}") {
            let message = "`edit-url-template` does not say where the page's path stands".into();
            let help = "write `{path}` in it, such as \
                        `https://github.com/OWNER/NAME/edit/main/{path}`";
            problems.push(fail(span, message, help));
        }
    }
}

/// What follows `https://` or `http://`, in any case.
fn after_scheme(url: &str) -> Option<&str> {
    ["https://", "http://"].iter().find_map(|scheme| {
        let (start, rest) = (url.get(..scheme.len())?, url.get(scheme.len()..)?);
        start.eq_ignore_ascii_case(scheme).then_some(rest)
    })
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn says(key: &str, value: &str) -> Vec<String> {
        let text = format!("[output.html]\n{key} = '{value}'\n");
        let problems = Config::read(&text).1;
        assert!(problems.iter().all(|p| text[p.span.start as usize..].contains(value)));
        problems.into_iter().map(|p| p.message).collect()
    }

    #[test]
    fn only_web_addresses_become_links() {
        for key in ["git-repository-url", "edit-url-template"] {
            for bad in
                ["javascript:alert(1)//{path}", "git@host:a/b{path}", "data:,{path}", "/x{path}"]
            {
                let message = format!("`{key}` must begin with `https://` or `http://`");
                assert_eq!(says(key, bad), [message], "{bad}");
            }
            assert_eq!(says(key, "https:///{path}"), [format!("`{key}` names no host")]);
            assert_eq!(says(key, "https://a.example/ b{path}").len(), 1);
            assert!(says(key, "HTTPS://a.example/{path}").is_empty());
        }
        assert!(says("site-url", "/portfolio/").is_empty());
        assert_eq!(says("site-url", "portfolio").len(), 1);
    }

    #[test]
    fn a_template_says_where_the_path_stands() {
        assert_eq!(
            says("edit-url-template", "https://a.example/edit"),
            ["`edit-url-template` does not say where the page's path stands"]
        );
    }
}
