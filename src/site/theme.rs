//! The theme: templates, stylesheets and scripts.
