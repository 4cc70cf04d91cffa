//! `dependency-cycle`: each waits for the other.

use super::common::{is_open, running};
use super::{Context, Defaults, Rule};
use crate::date::Date;
use crate::document::Item;
use crate::finding::{Finding, Severity};
use crate::portfolio::{Portfolio, Project};
use crate::text::Span;
use std::collections::{HashMap, HashSet, VecDeque};

pub(super) static RULE: Rule = Rule {
    name: "dependency-cycle",
    summary: "Milestones or projects wait for each other in a circle.",
    why: "The network waits for the new hall and the hall waits for the network: both plans say so, each is right by itself, and neither can begin. Somewhere in the circle one party has to start with half of what it wants. A dependency holds up the milestones that name it in `depends_on`, or that it names in `links`; where none does, all milestones from the day it is needed.",
    defaults: Defaults::Flat(Severity::Deny),
    example: EXAMPLE,
    remedy: "=== projects/crm/dependencies.yaml\nupdated: 2026-03-27\ndependencies:\n  - {id: DEP-1, title: Customer numbers, direction: inbound, on: erp/M1, owner: \"@mlopez\", raised: 2026-02-01, need_by: 2026-06-30, status: confirmed}\n=== projects/erp/dependencies.yaml\nupdated: 2026-03-27\ndependencies:\n  - {id: DEP-7, title: Clean addresses, direction: inbound, on: crm/M1, owner: \"@mlopez\", raised: 2026-02-01, need_by: 2026-10-31, status: cancelled}\n",
    check: Some(check),
};

const EXAMPLE: &str = "=== projects/crm/dependencies.yaml\nupdated: 2026-03-27\ndependencies:\n  - {id: DEP-1, title: Customer numbers, direction: inbound, on: erp/M1, owner: \"@mlopez\", raised: 2026-02-01, need_by: 2026-06-30, status: confirmed}\n=== projects/erp/project.md\n---\nkind: project\nid: erp\ntitle: ERP renewal\ntier: 3\nphase: execution\nstate: active\nsponsor: Dana Okafor\nproject_manager: Maria Lopez\n---\n=== projects/erp/milestones.yaml\nupdated: 2026-03-27\nmilestones:\n  - {id: M1, name: Numbers agreed, original: 2026-06-15, baseline: 2026-06-15, owner: \"@mlopez\"}\n=== projects/erp/dependencies.yaml\nupdated: 2026-03-27\ndependencies:\n  - {id: DEP-7, title: Clean addresses, direction: inbound, on: crm/M1, owner: \"@mlopez\", raised: 2026-02-01, need_by: 2026-06-01, status: confirmed}\n";

/// Most circles that are told of.
const MOST: usize = 50;

/// Where it stands that one waits for the other.
type Place<'a> = (&'a Item, &'static str, Span);

/// Who waits for whom. Nodes with a name are shown; the others stand for "all
/// milestones from that day on", so that the graph stays as small as its files.
#[derive(Default)]
struct Graph<'a> {
    names: Vec<Option<String>>,
    edges: Vec<Vec<(usize, Option<Place<'a>>)>>,
}

impl<'a> Graph<'a> {
    fn add(&mut self, name: Option<String>) -> usize {
        self.names.push(name);
        self.edges.push(Vec::new());
        self.names.len() - 1
    }

    fn join(&mut self, from: usize, to: usize, place: Option<Place<'a>>) {
        if let Some(edges) = self.edges.get_mut(from) {
            edges.push((to, place));
        }
    }
}

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let graph = build(context.portfolio);
    let mut alive = vec![true; graph.names.len()];
    for _ in 0..MOST {
        trim(&graph, &mut alive);
        let Some(cycle) = circle(&graph, &alive) else { break };
        for (node, _) in &cycle {
            if let Some(live) = alive.get_mut(*node) {
                *live = false;
            }
        }
        out.extend(tell(&graph, &cycle));
    }
}

/// Everything open that waits for something.
fn build(p: &Portfolio) -> Graph<'_> {
    let mut graph = Graph::default();
    // A project, its milestones and its dependencies, by `project` and `project/id`.
    let mut node: HashMap<(&str, &str), usize> = HashMap::new();
    let projects: Vec<&Project> = running(p).collect();
    for project in &projects {
        node.insert((&project.id, ""), graph.add(Some(format!("`{}`", project.id))));
        for milestone in project.milestones.iter().filter(|m| m.actual.is_none() && !m.cancelled) {
            let name = format!("`{}/{}`", project.id, milestone.id);
            node.insert((&project.id, &milestone.id), graph.add(Some(name)));
        }
        for item in project.items("dependencies").iter().filter(|i| waits(i)) {
            node.insert((&project.id, &item.id), graph.add(None));
        }
    }
    let find = |project: &str, word: &str| {
        let word = word.trim();
        let own = node.get(&(project, word)).filter(|_| !word.is_empty());
        let there = || {
            let (other, id) = word.split_once('/').unwrap_or((word, ""));
            node.get(&(other, id))
        };
        own.or_else(there).copied()
    };
    for project in &projects {
        let own = |id: &str| find(&project.id, id);
        let whole = node.get(&(&*project.id, "")).copied();
        let milestones = project.items("milestones");
        // From each day on, the milestones that come then or later.
        let mut dated: Vec<(Date, usize)> = project
            .milestones
            .iter()
            .filter_map(|m| {
                let date = m.forecast.or(m.baseline).unwrap_or(Date::MAX);
                Some((date, *node.get(&(&*project.id, &*m.id))?))
            })
            .collect();
        dated.sort_unstable();
        let mut from: Vec<usize> = Vec::with_capacity(dated.len());
        for (_, milestone) in &dated {
            let now = graph.add(None);
            graph.join(*milestone, now, None);
            if let Some(earlier) = from.last() {
                graph.join(now, *earlier, None);
            }
            from.push(now);
            whole.into_iter().for_each(|w| graph.join(w, *milestone, None));
        }
        for item in milestones {
            let Some(milestone) = own(&item.id) else { continue };
            for (word, span) in item.fields.texts("depends_on") {
                if let Some(to) = own(word) {
                    graph.join(milestone, to, Some((item, "depends_on", span)));
                }
            }
        }
        let ids: HashSet<&str> = milestones.iter().map(|m| &*m.id).collect();
        let named: HashSet<&str> = milestones
            .iter()
            .flat_map(|m| m.fields.texts("depends_on").map(|(word, _)| word))
            .collect();
        for item in project.items("dependencies").iter().filter(|i| waits(i)) {
            let Some(dependency) = own(&item.id) else { continue };
            let Some(slot) = item.fields.slot("on") else { continue };
            let Some(to) = slot.datum.text().and_then(own) else { continue };
            graph.join(dependency, to, Some((item, "on", slot.span)));
            whole.into_iter().for_each(|w| graph.join(w, dependency, None));
            let mut held = false;
            for (word, _) in item.fields.texts("links") {
                if let Some(waiting) = node.get(&(&*project.id, word)).copied()
                    && ids.contains(word)
                {
                    graph.join(waiting, dependency, None);
                    held = true;
                }
            }
            held |= named.contains(&*item.id);
            let day = item.fields.date("need_by").unwrap_or(Date::MIN);
            let first = dated.partition_point(|(date, _)| *date < day);
            if let Some(waiting) = from.get(first).filter(|_| !held) {
                graph.join(*waiting, dependency, None);
            }
        }
    }
    graph
}

/// Whether a dependency still holds something up here.
fn waits(item: &Item) -> bool {
    is_open(item) && item.fields.text("direction") != Some("outbound") && item.fields.has("on")
}

/// Take away, again and again, what waits for nothing that is left.
fn trim(graph: &Graph<'_>, alive: &mut [bool]) {
    let mut waiting_for: Vec<usize> = vec![0; alive.len()];
    let mut waited_by: Vec<Vec<usize>> = vec![Vec::new(); alive.len()];
    let live = |alive: &[bool], node: usize| alive.get(node).copied().unwrap_or(false);
    for (node, edges) in graph.edges.iter().enumerate().filter(|(n, _)| live(alive, *n)) {
        for (to, _) in edges.iter().filter(|(to, _)| live(alive, *to)) {
            waiting_for[node] += 1;
            if let Some(by) = waited_by.get_mut(*to) {
                by.push(node);
            }
        }
    }
    let mut free: Vec<usize> =
        (0..alive.len()).filter(|n| alive[*n] && waiting_for[*n] == 0).collect();
    while let Some(node) = free.pop() {
        alive[node] = false;
        for by in &waited_by[node] {
            waiting_for[*by] -= 1;
            if waiting_for[*by] == 0 && alive[*by] {
                free.push(*by);
            }
        }
    }
}

/// The shortest circle through a node that lies on one; each node with the edge
/// that leaves it. Everything left alive waits for something alive, so a walk
/// comes back to where it has been.
fn circle<'g, 'a>(
    graph: &'g Graph<'a>,
    alive: &[bool],
) -> Option<Vec<(usize, Option<&'g Place<'a>>)>> {
    let next = |node: usize| {
        let edges = graph.edges.get(node).map(Vec::as_slice).unwrap_or_default();
        edges.iter().filter(|(to, _)| alive.get(*to).copied().unwrap_or(false))
    };
    let mut seen = vec![false; alive.len()];
    let mut node = alive.iter().position(|a| *a)?;
    while !*seen.get(node)? {
        *seen.get_mut(node)? = true;
        node = next(node).next()?.0;
    }
    // Breadth first from there back to it.
    let start = node;
    let mut before: Vec<Option<(usize, Option<&Place<'_>>)>> = vec![None; alive.len()];
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for (to, place) in next(node) {
            if before.get(*to)?.is_none() {
                *before.get_mut(*to)? = Some((node, place.as_ref()));
                queue.push_back(*to);
            }
            if *to == start {
                queue.clear();
                break;
            }
        }
    }
    let mut way = Vec::new();
    let mut node = start;
    loop {
        let (from, place) = (*before.get(node)?)?;
        way.push((from, place));
        node = from;
        if node == start {
            break;
        }
    }
    way.reverse();
    Some(way)
}

fn tell(graph: &Graph<'_>, cycle: &[(usize, Option<&Place<'_>>)]) -> Option<Finding> {
    let shown = |node: usize| graph.names.get(node).cloned().flatten();
    // The circle begins where its first place stands.
    let first = (0..cycle.len())
        .filter(|i| cycle.get(*i).is_some_and(|(_, place)| place.is_some()))
        .min_by_key(|i| {
            cycle.get(*i).and_then(|(_, p)| p.map(|(item, _, span)| (&item.path, *span)))
        })?;
    let turned: Vec<_> = cycle.iter().cycle().skip(first).take(cycle.len()).collect();
    let mut places = turned.iter().filter_map(|(_, place)| *place);
    let (item, field, span) = places.next()?;
    // The one that waits stands before its dependency, at the end of the turn.
    let mut names: Vec<String> = turned.iter().filter_map(|(node, _)| shown(*node)).collect();
    if turned.first().is_some_and(|(node, _)| shown(*node).is_none()) {
        names.rotate_right(1);
    }
    let start = names.first()?.clone();
    let rest: Vec<String> = names.into_iter().skip(1).collect();
    let message = match rest.split_first() {
        None => format!("{start} waits for itself"),
        Some((second, others)) => {
            let chain: Vec<&str> =
                std::iter::once(second).chain(others).map(String::as_str).collect();
            let chain = chain.join(", which waits for ");
            format!("{start} waits for {chain}, which waits for {start}")
        }
    };
    let help =
        "agree which of them can begin without the other, and remove or move that dependency";
    let mut finding =
        super::common::inside(item, RULE.name, field, Some(*span), message).help(help);
    for (item, field, span) in places {
        let place = super::common::inside(item, RULE.name, field, Some(*span), "");
        finding = finding.related(place.path, place.span, place.at, "and this closes the circle");
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::EXAMPLE;
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const HERE: &str = "projects/crm/dependencies.yaml";
    const THERE: &str = "projects/erp/dependencies.yaml";
    const RULE: &str = "dependency-cycle";

    fn two() -> Fixture {
        portfolio().files(EXAMPLE)
    }

    fn count(fixture: &Fixture) -> usize {
        fixture.findings().iter().filter(|f| f.rule == RULE).count()
    }

    #[test]
    fn two_projects_that_wait_for_each_other_are_told_once_with_both_places() {
        let found = two().finds(RULE, HERE, 3);
        assert_eq!(found.message, "`crm/M1` waits for `erp/M1`, which waits for `crm/M1`");
        assert_eq!(found.severity, Severity::Deny);
        assert_eq!(found.related.len(), 1);
        assert_eq!((&*found.related[0].path, found.related[0].at.line), (THERE, 3));
        assert_eq!(count(&two()), 1);
    }

    #[test]
    fn what_is_reached_before_it_is_needed_does_not_wait() {
        // M1 there is due on 15 June; it is needed then, and the day after not.
        two().replace(THERE, "need_by: 2026-06-01", "need_by: 2026-06-15").finds(RULE, HERE, 3);
        two().replace(THERE, "need_by: 2026-06-01", "need_by: 2026-06-16").silent(RULE);
    }

    #[test]
    fn milestones_that_name_the_dependency_are_the_ones_that_wait() {
        let later = "milestones:\n  - {id: M1, name: A, baseline: 2026-06-15}\n  - {id: M2, name: B, baseline: 2026-12-15, depends_on: [DEP-7]}\n";
        two().file("projects/erp/milestones.yaml", later).silent(RULE);
        two()
            .file(
                "projects/erp/milestones.yaml",
                &later.replace("2026-06-15}", "2026-06-15, depends_on: [M2]}"),
            )
            .finds(RULE, HERE, 3);
        two().replace(THERE, "status", "links: [M1], status").finds(RULE, HERE, 3);
    }

    #[test]
    fn whole_projects_and_milestones_of_one_project_circle_too() {
        let whole = two().replace(HERE, "erp/M1", "erp").replace(THERE, "crm/M1", "crm");
        whole.finds(RULE, HERE, 3);
        let path = "projects/crm/milestones.yaml";
        let found = portfolio()
            .file(
                path,
                "milestones:\n  - {id: M1, name: A, baseline: 2026-06-15, depends_on: [M2], finish: true}\n  - {id: M2, name: B, baseline: 2026-05-15, depends_on: [M1]}\n",
            )
            .finds(RULE, path, 2);
        assert_eq!(found.message, "`crm/M1` waits for `crm/M2`, which waits for `crm/M1`");
    }

    #[test]
    fn settled_outbound_and_reached_ones_and_resting_projects_are_silent() {
        two().replace(THERE, "confirmed", "delivered").silent(RULE);
        two().replace(THERE, "inbound", "outbound").silent(RULE);
        two()
            .replace("projects/erp/milestones.yaml", "owner", "actual: 2026-03-20, owner")
            .silent(RULE);
        two().replace("projects/erp/project.md", "state: active", "state: on-hold").silent(RULE);
    }

    #[test]
    fn thousands_of_dependencies_are_no_trouble() {
        let list: Vec<String> = (0..2000)
            .map(|n| format!("  - {{id: DEP-{n}, title: T, on: erp/M1, need_by: 2026-06-30, status: confirmed}}\n"))
            .collect();
        let list = list.concat();
        let many = two().file(HERE, &format!("dependencies:\n{list}"));
        assert!(count(&many) >= 1);
    }
}
