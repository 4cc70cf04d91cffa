//! The text of a template on its page of the library.

use super::prose::escape_into as escape;
use super::view::Html;
use crate::portfolio::Portfolio;
use crate::rollups::library::kind_of;
use crate::scaffold::template;

/// The text to begin with, as `milepost new` writes it; empty for the pages of
/// the library that are no template.
#[must_use]
pub fn text(p: &Portfolio, slug: &str) -> Html {
    let Some(kind) = kind_of(p, slug) else { return Html::default() };
    let mut html = String::from("<h2 id=\"text\">Text to begin with</h2><p>As <code>milepost new ");
    escape(&kind.name, &mut html);
    html.push_str(
        "</code> writes it for the tier with most control; it fills in what the project's card \
         says, and leaves out what a lighter tier is not asked for.</p><pre tabindex=\"0\"><code>",
    );
    escape(&template(p, kind), &mut html);
    html.push_str("</code></pre>");
    Html::new(&html)
}
