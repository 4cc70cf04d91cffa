//! The recipes of `docs/ci/`: their commands run here, in a clone of a bare
//! repository, with the real program and with stand-ins for the services.

mod azure;
mod bitbucket;
mod files;
mod github;
mod gitlab;
mod hooks;
mod workshop;
